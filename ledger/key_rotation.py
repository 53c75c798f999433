"""One signing key takes another's place, in two steps that checkpoints show.

*Announce*: the next key is made, its public half is pinned, and an entry names it, which the old
key signs. From the checkpoint over that entry on, notes carry both signatures. *Finish*: the next
key takes the old one's place. Public halves stay pinned: they check what was signed before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from django.db import connections, transaction
from joserfc.jwk import OKPKey

from ledger.format.note_keys import NoteRefused, Signer, Verifier
from ledger.format.notes import open_note
from ledger.keyring import KEYS_LOCK, NEXT
from ledger.kinds import EventKind
from ledger.recording import record

ACTOR = "system:operator"


class RotationRefused(Exception):
    """The step may not be taken now; the message says what is missing."""


def announce_key(
    signing: Path, *, origin: str, pinned: Path, policy: Path, using: str = "default"
) -> Verifier:
    """Make the next key beside ``signing``, pin it, and put its announcement on the ledger.

    Done again, it goes on with the key that is there: after a crash that is all there is to do.
    """
    path = signing.with_name(NEXT)
    if not path.exists():
        _write_private(path, OKPKey.generate_key("Ed25519").as_pem(private=True))
    pem = path.read_bytes()
    verifier = Signer.from_pem(origin, pem).verifier
    _pin(pinned, pem)
    if policy.exists():
        _replace(policy, _with_log(policy.read_text(encoding="utf-8"), verifier))
    _record(EventKind.LEDGER_KEY_ANNOUNCED, verifier, using)
    return verifier


def finish_rotation(signing: Path, *, origin: str, using: str = "default") -> Verifier:
    """Let the announced key take the old one's place; the old private key is gone then.

    Refuses (`RotationRefused`) before a checkpoint carries the next key's signature: nobody could
    tell then that the old key's holder wanted this.
    """
    path = signing.with_name(NEXT)
    if not path.exists():
        raise RotationRefused("No next key was announced.")
    coming = Signer.from_pem(origin, path.read_bytes()).verifier
    retired = Signer.from_pem(origin, signing.read_bytes()).verifier
    _require_both([coming, retired], using)
    _record(EventKind.LEDGER_KEY_RETIRED, retired, using)
    with transaction.atomic(using), connections[using].cursor() as cursor:
        # No checkpoint is begun with the old key and stored after the new one took its place.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [KEYS_LOCK])
        path.replace(signing)
    return retired


def _require_both(verifiers: Sequence[Verifier], using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1")
        row = cursor.fetchone()
    try:
        for verifier in verifiers:
            open_note(row[0] if row else "", verifier)
    except NoteRefused as error:
        raise RotationRefused("The newest checkpoint isn't signed with both keys yet.") from error


def _record(kind: EventKind, verifier: Verifier, using: str) -> None:
    with transaction.atomic(using):
        record(
            kind,
            actor=ACTOR,
            subject=f"ledger:{uuid5(NAMESPACE_URL, verifier.name)}",
            payload={
                "public_key": verifier.key.public_bytes_raw().hex(),
                "key_id": verifier.key_id.hex(),
            },
            using=using,
        )


def _pin(pinned: Path, pem: bytes) -> None:
    """Add the public half to the key set, in front: the newest comes first."""
    key = OKPKey.import_key(pem)
    entry = {**key.as_dict(private=False), "kid": key.thumbprint()}
    known = json.loads(pinned.read_text(encoding="utf-8"))["keys"]
    if entry["kid"] not in [one["kid"] for one in known]:
        _replace(pinned, json.dumps({"keys": [entry, *known]}, indent=1, sort_keys=True) + "\n")


def _with_log(policy: str, verifier: Verifier) -> str:
    line = f"log {verifier}\n"
    return policy if line in policy else line + policy


def _replace(path: Path, text: str) -> None:
    """All or nothing: others read the file at any time."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def _write_private(path: Path, content: bytes) -> None:
    """Complete from the moment it has its name, readable for its owner alone."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        os.fsync(file.fileno())
    new.replace(path)
