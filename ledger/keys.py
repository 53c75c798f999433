"""Where the ledger's signing key and its public half are found: files, never the database."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from ledger.format.notes import NoteRefused, Signer, Verifier
from portal.config import env

PRIVATE_KEY = "TAXBRIDGE_LEDGER_KEY"
PUBLIC_KEYS = "TAXBRIDGE_LEDGER_PUBLIC_KEYS"


def origin() -> str:
    """The log's name in checkpoints and the name of its key."""
    return env.text("TAXBRIDGE_LEDGER_ORIGIN", "taxbridge.example/ledger")


def signer() -> Signer | None:
    """The checkpoint signer of this process; None when it was given no key.

    Refuses (`NoteRefused`) a file that is no Ed25519 private key in PEM.
    """
    path = env.text(PRIVATE_KEY, "")
    return Signer.from_pem(origin(), Path(path).read_bytes()) if path else None


def verifier() -> Verifier | None:
    """The pinned public half; None where no key file was made.

    Refuses (`NoteRefused`) a file that is not a JSON Web Key Set with one Ed25519 key.
    """
    path = env.path(PUBLIC_KEYS, settings.KEYS_DIR / "public" / "ledger.json")
    if not path.exists():
        return None
    try:
        (key,) = json.loads(path.read_text(encoding="utf-8"))["keys"]
        raw = base64.urlsafe_b64decode(key["x"] + "=")
        return Verifier(origin(), Ed25519PublicKey.from_public_bytes(raw))
    except (ValueError, KeyError, TypeError) as error:
        raise NoteRefused(f"{path.name} is not the ledger's public key.") from error
