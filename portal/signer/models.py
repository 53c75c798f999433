"""Passkeys, their keys as evidence, and the challenges they sign.

Only the signer's log-in may read or write them. Phones and recovery codes are django-otp's own
tables, under the same rights.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID, uuid4

from django.db import models
from django.utils import timezone
from django_otp.models import Device, DeviceManager, ThrottlingMixin, TimestampMixin


class Passkey(TimestampMixin, ThrottlingMixin, Device):  # type: ignore[misc]
    """One WebAuthn credential of one person: the public half, and how often it has signed."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(
        primary_key=True, default=uuid4, editable=False
    )
    credential_id: models.BinaryField[bytes, bytes] = models.BinaryField(
        max_length=1023, unique=True
    )
    # AAGUID, id, and the public key in COSE: WebAuthn's attested credential data
    credential_data: models.BinaryField[bytes, bytes] = models.BinaryField(max_length=4096)
    transports = models.JSONField(default=list)
    sign_count: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    is_synced: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Passkey]] = DeviceManager()
    _default_manager: ClassVar[models.Manager[Passkey]]

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="signer_passkey_named"),
            models.CheckConstraint(
                condition=models.Q(sign_count__gte=0), name="signer_passkey_count_not_negative"
            ),
        ]

    def get_throttle_factor(self) -> int:
        """Seconds after the first wrong signature; each further one doubles them."""
        return 1


class EnrolledKey(models.Model):
    """A passkey's public key, kept for whoever checks what it signed after it was removed.

    Rows are added and read, never changed or removed: the signer's log-in has no such right.
    """

    credential_id = models.BinaryField(max_length=1023, primary_key=True)
    person = models.UUIDField()
    public_key = models.BinaryField(max_length=4096)  # in COSE
    enrolled_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return bytes(self.credential_id).hex()


class Challenge(models.Model):
    """What a passkey is asked to sign: one at a time per person and occasion, used up by reading.

    `step_digest` is the random part; for a consent the value is a digest over it and the terms.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.UUIDField()
    occasion = models.CharField(max_length=64)
    value = models.BinaryField(max_length=32)
    step_digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "occasion"], name="signer_challenge_one_per_occasion"
            ),
        ]

    def __str__(self) -> str:
        return self.occasion
