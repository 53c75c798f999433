"""Challenges: drawn when a passkey is about to sign, good for two minutes, read once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.consents.passkey_proof import challenge_over
from portal.signer.models import Challenge

LIFETIME: Final = timedelta(minutes=2)


@transaction.atomic(durable=True)
def new_challenge(*, person_id: UUID, occasion: str) -> Challenge:
    """A fresh random challenge for this person and occasion; an earlier one is void."""
    drawn = secrets.token_bytes(32)
    return _drawn(person_id, occasion, value=drawn, step_digest=drawn.hex())


@transaction.atomic(durable=True)
def new_consent_challenge(
    *, person_id: UUID, occasion: str, request_id: UUID, terms_digest: str
) -> Challenge:
    """The same, bound to a request and to the terms that are being shown."""
    step_digest = secrets.token_hex(32)
    value = challenge_over(
        request_id=request_id, terms_digest=terms_digest, step_digest=step_digest
    )
    return _drawn(person_id, occasion, value=value, step_digest=step_digest)


def take_challenge(*, person_id: UUID, occasion: str) -> Challenge | None:
    """The challenge drawn for this person and occasion, gone from now on; None when there is none.

    Belongs inside the caller's transaction.
    """
    challenge = Challenge.objects.filter(person=person_id, occasion=occasion).first()
    if challenge is None:
        return None
    # Of two requests with one signature the second waits here, and finds that it is gone.
    gone, _ = Challenge.objects.filter(id=challenge.id).delete()
    return challenge if gone and timezone.now() < challenge.expires_at else None


def _drawn(person_id: UUID, occasion: str, *, value: bytes, step_digest: str) -> Challenge:
    Challenge.objects.filter(person=person_id, expires_at__lt=timezone.now()).delete()
    challenge, _ = Challenge.objects.update_or_create(
        person=person_id,
        occasion=occasion,
        defaults={
            "value": value,
            "step_digest": step_digest,
            "expires_at": timezone.now() + LIFETIME,
        },
    )
    return challenge
