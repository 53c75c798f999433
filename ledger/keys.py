"""Where the ledger's signing key and its public half are found: files, never the database."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from ledger.format.note_keys import NoteRefused, Signer, Verifier
from ledger.format.policy import NONE, Policy
from portal.config import env

PRIVATE_KEY = "TAXBRIDGE_LEDGER_KEY"
PUBLIC_KEYS = "TAXBRIDGE_LEDGER_PUBLIC_KEYS"
POLICY = "TAXBRIDGE_LEDGER_POLICY"


def origin() -> str:
    """The log's name in checkpoints and the name of its key."""
    return env.text("TAXBRIDGE_LEDGER_ORIGIN", "taxbridge.example/ledger")


def signer() -> Signer | None:
    """The checkpoint signer of this process; None when it was given no key.

    Refuses (`NoteRefused`) a file that is no Ed25519 private key in PEM.
    """
    path = env.text(PRIVATE_KEY, "")
    return Signer.from_pem(origin(), Path(path).read_bytes()) if path else None


def public_file() -> Path:
    """Where the pinned public halves are."""
    return env.path(PUBLIC_KEYS, settings.KEYS_DIR / "public" / "ledger.json")


def verifiers() -> tuple[Verifier, ...]:
    """The pinned public halves, newest first; several while one takes another's place.

    Empty where no key file was made. Refuses (`NoteRefused`) a file that is not a JSON Web Key
    Set with Ed25519 keys.
    """
    path = public_file()
    if not path.exists():
        return ()
    try:
        first, *others = json.loads(path.read_text(encoding="utf-8"))["keys"]
        raws = [base64.urlsafe_b64decode(key["x"] + "=") for key in (first, *others)]
        return tuple(Verifier(origin(), Ed25519PublicKey.from_public_bytes(raw)) for raw in raws)
    except (ValueError, KeyError, TypeError) as error:
        raise NoteRefused(f"{path.name} does not hold the ledger's public keys.") from error


def policy_file() -> Path:
    """Where the policy is, if there is one."""
    return env.path(POLICY, settings.KEYS_DIR / "public" / "policy")


def policy() -> Policy:
    """Whose signatures count: the policy file, or, without one, the log's own keys alone.

    Refuses (`PolicyRefused`) a file that is no policy, naming the line.
    """
    path = policy_file()
    if not path.exists():
        return Policy(logs=list(verifiers()), quorum=NONE)
    return Policy.parse(path.read_text(encoding="utf-8"))
