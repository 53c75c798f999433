"""An attached file between the web, which seals it, and the vault worker, which alone opens it."""

from __future__ import annotations

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from django.conf import settings

from portal.consents.vault_keys import load_vault_keys, unwrapped
from portal.core.sealing import NONCE_BYTES, new_data_key, open_chunk, seal_chunk, wrap_key
from portal.core.wire import load_public_keys
from portal.invoices.models import SealedFile


def sealed_file(data: bytes, *, attachment_id: UUID) -> SealedFile:
    """A row with the file for the holder of the vault key, and for this attachment only."""
    recipient = load_public_keys(settings.VAULT_PUBLIC_KEY).keys[0]
    public, kid = recipient.public_key, recipient.kid
    if not isinstance(public, X25519PublicKey) or kid is None:
        raise TypeError("The vault's public key must be an X25519 key with a kid.")
    data_key, place = new_data_key(), _place(attachment_id)
    nonce, ciphertext = seal_chunk(data, data_key=data_key, place=place)
    return SealedFile(
        attachment_id=attachment_id,
        vault_kid=kid,
        wrapped=wrap_key(data_key, recipient=public, place=place),
        content=nonce + ciphertext,
    )


def opened_file(sealed: SealedFile) -> bytes:
    """The file. Raises NotOpened when it was altered, moved, or its key isn't here."""
    place = _place(sealed.attachment_id)
    data_key = unwrapped(
        bytes(sealed.wrapped), kid=sealed.vault_kid, keys=load_vault_keys(), place=place
    )
    content = bytes(sealed.content)
    return open_chunk(content[:NONCE_BYTES], content[NONCE_BYTES:], data_key=data_key, place=place)


def _place(attachment_id: UUID) -> bytes:
    return f"invoice|{attachment_id}".encode()
