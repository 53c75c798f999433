"""Check who allowed a consent, and that it was these very terms, from the signed document alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from fido2.utils import websafe_decode

from portal.consents.artefact import Artefact, verified_artefact
from portal.consents.passkey_proof import check_proof
from portal.core.errors import Refused
from portal.core.wire import load_public_keys
from portal.signer.models import EnrolledKey


class Command(BaseCommand):
    help = "Check the passkey's signature in the consent artefact (JWS) in FILE. Run as the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Refuses a document that no pinned key signed, and evidence that doesn't hold."""
        token = file.read_text(encoding="ascii").strip()
        try:
            keys = load_public_keys(settings.SIGNER_PUBLIC_KEYS)
            enrolled = _checked(verified_artefact(token, keys=keys))
        except Refused as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from refusal
        self.stdout.write(
            f"These terms were allowed with a passkey of person {enrolled.person}, set up on "
            f"{enrolled.enrolled_at:%Y-%m-%d}; its device had verified its owner."
        )


def _checked(artefact: Artefact) -> EnrolledKey:
    """The key, if it is the signing person's and the proof holds."""
    proof = artefact.evidence.proof
    credential = websafe_decode(proof.credential) if proof else b""
    enrolled = EnrolledKey.objects.filter(credential_id=credential, person=artefact.person).first()
    check_proof(
        artefact,
        public_key=bytes(enrolled.public_key) if enrolled else b"",
        origin=settings.SIGNER_URL,
        host=urlsplit(settings.SIGNER_URL).hostname or "",
    )
    if enrolled is None:
        raise CommandError("This person never had such a passkey.")
    return enrolled
