"""One signing key takes another's place: announced under the old, both sign, the old one goes."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from django.db import connections
from django.db.backends.utils import CursorWrapper

from ledger.format.note_keys import NoteRefused, Signer, Verifier
from ledger.format.notes import open_note
from ledger.format.policy import Policy
from ledger.key_rotation import RotationRefused, announce_key, finish_rotation
from ledger.keyring import KeyFiles
from ledger.kinds import EventKind
from ledger.queries import entries_from, latest_checkpoint
from ledger.sequencer import Sequencer
from portal.config.keys import KeyPair, make_keys
from tests.ledger.facts import write
from tests.ledger_faults.own_database import OwnDatabase

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ORIGIN = "rotation.example/ledger"


@dataclass(frozen=True)
class Keys:
    """The files of one installation."""

    folder: Path

    @property
    def signing(self) -> Path:
        return self.folder / "ledger" / "signing.pem"

    @property
    def policy(self) -> Path:
        return self.folder / "policy"

    def announce(self) -> Verifier:
        return announce_key(
            self.signing,
            origin=ORIGIN,
            pinned=self.folder / "public.json",
            policy=self.policy,
            using="owner",
        )

    def pinned(self) -> list[bytes]:
        """The public keys that others believe."""
        found = json.loads((self.folder / "public.json").read_text(encoding="utf-8"))["keys"]
        return [base64.urlsafe_b64decode(f"{key['x']}=") for key in found]

    def finish(self) -> Verifier:
        return finish_rotation(self.signing, origin=ORIGIN, using="owner")

    def signed_by(self, *verifiers: Verifier) -> list[bool]:
        """Write an event and sign; which of the keys signed the newest checkpoint."""
        write()
        sequencer = Sequencer(KeyFiles(ORIGIN, self.signing), using="sequencer")
        assert sequencer.drain(patience=10)
        note = latest_checkpoint()
        assert note is not None
        return [has_signed(note, verifier) for verifier in verifiers]


def has_signed(note: str, verifier: Verifier) -> bool:
    try:
        open_note(note, verifier)
    except NoteRefused:
        return False
    return True


@pytest.fixture
def keys(tmp_path: Path, database: OwnDatabase) -> Keys:
    list(make_keys(tmp_path, [KeyPair("Ed25519", "ledger/signing.pem", "public.json")]))
    keys = Keys(tmp_path)
    old = Signer.from_pem(ORIGIN, keys.signing.read_bytes()).verifier
    keys.policy.write_text(f"log {old}\nquorum none\n", encoding="utf-8")
    return keys


def test_the_next_key_signs_beside_the_old_and_then_alone(keys: Keys) -> None:
    old = Signer.from_pem(ORIGIN, keys.signing.read_bytes()).verifier
    assert keys.signed_by(old) == [True]
    new = keys.announce()
    assert keys.announce() == new, "done again after a crash, it is the same key"
    assert keys.signed_by(old, new) == [True, True]
    assert keys.finish() == old
    assert keys.signed_by(old, new) == [False, True]
    assert Policy.parse(keys.policy.read_text(encoding="utf-8")).logs == [new, old]
    assert keys.pinned() == [new.key.public_bytes_raw(), old.key.public_bytes_raw()]
    keys.signed_by(new)
    assert noted() == [
        (EventKind.LEDGER_KEY_ANNOUNCED, new.key.public_bytes_raw().hex()),
        (EventKind.LEDGER_KEY_ANNOUNCED, new.key.public_bytes_raw().hex()),
        (EventKind.LEDGER_KEY_RETIRED, old.key.public_bytes_raw().hex()),
    ]


def noted() -> list[tuple[str, object]]:
    """What the ledger says of keys, in its order."""
    of_keys = {EventKind.LEDGER_KEY_ANNOUNCED, EventKind.LEDGER_KEY_RETIRED}
    entries = [entry for entry in entries_from(0, size=100) if entry.kind in of_keys]
    return [(entry.kind, entry.payload["public_key"]) for entry in entries]


def test_nothing_is_finished_before_both_have_signed(keys: Keys) -> None:
    with pytest.raises(RotationRefused, match="No next key"):
        keys.finish()
    old = Signer.from_pem(ORIGIN, keys.signing.read_bytes()).verifier
    assert keys.signed_by(old) == [True]
    keys.announce()
    with pytest.raises(RotationRefused, match="isn't signed with both"):
        keys.finish()
    assert Signer.from_pem(ORIGIN, keys.signing.read_bytes()).verifier == old


def test_the_old_key_goes_only_between_two_checkpoints(keys: Keys) -> None:
    """While one is being signed, finishing waits: its notes never come after the last of both."""
    old = Signer.from_pem(ORIGIN, keys.signing.read_bytes()).verifier
    keys.announce()
    assert keys.signed_by(old) == [True]
    finishing = Thread(target=finish_elsewhere, args=[keys])
    seen: list[bool] = []

    def read_slowly(cursor: CursorWrapper) -> tuple[Signer, ...]:
        signers = KeyFiles(ORIGIN, keys.signing)(cursor)
        if not seen:
            finishing.start()
            finishing.join(0.5)
            seen.append(finishing.is_alive())
        return signers

    write()
    assert Sequencer(read_slowly, using="sequencer").drain(patience=20)
    finishing.join(10)
    assert seen == [True]
    assert Signer.from_pem(ORIGIN, keys.signing.read_bytes()).verifier != old


def finish_elsewhere(keys: Keys) -> None:
    """With a connection of its own, as the command has it."""
    try:
        keys.finish()
    finally:
        connections["owner"].close()


def test_a_key_that_lies_there_unannounced_signs_nothing(keys: Keys, tmp_path: Path) -> None:
    """Not even in the place of one that was announced."""
    announced = keys.announce()
    (tmp_path / "ledger" / "next.pem").unlink()
    list(make_keys(tmp_path, [KeyPair("Ed25519", "ledger/next.pem", "next.json")]))
    planted = Signer.from_pem(ORIGIN, (tmp_path / "ledger" / "next.pem").read_bytes()).verifier
    assert keys.signed_by(planted, announced) == [False, False]
    with pytest.raises(RotationRefused, match="isn't signed with both"):
        keys.finish()
