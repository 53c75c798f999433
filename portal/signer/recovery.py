"""Recovery codes: ten, shown once, each good for one lost phone. Only keyed digests are kept."""

from __future__ import annotations

import secrets
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from portal.signer.answers import RIGHT, WRONG, Answer, Verdict, seconds_to_wait

HOW_MANY: Final = 10
# Without letters and figures that look alike; 10 of 30 symbols are 49 bits.
_ALPHABET: Final = "abcdefghjkmnpqrstvwxyz23456789"
_LENGTH: Final = 10


@transaction.atomic(durable=True)
def new_codes(*, person_id: UUID) -> list[str]:
    """Ten fresh codes to be shown now and never again; they count once the person has kept them."""
    StaticDevice.objects.filter(user_id=person_id, confirmed=False).delete()
    device = StaticDevice.objects.create(user_id=person_id, name="recovery", confirmed=False)
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(HOW_MANY)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_digest(person_id, code)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic(durable=True)
def start_new_codes(*, person_id: UUID) -> None:
    """Have new codes shown before the person goes on; the old ones count until then."""
    if not are_unkept(person_id):
        StaticDevice.objects.create(user_id=person_id, name="recovery", confirmed=False)


@transaction.atomic(durable=True)
def keep_codes(*, person_id: UUID) -> None:
    """The person has kept the codes last shown: they count from now on, earlier ones no longer."""
    fresh = StaticDevice.objects.filter(
        user_id=person_id, confirmed=False, token_set__isnull=False
    ).first()
    if fresh is None:
        return
    StaticDevice.objects.filter(user_id=person_id).exclude(id=fresh.id).delete()
    StaticDevice.objects.filter(id=fresh.id).update(confirmed=True)


def are_unkept(person_id: UUID) -> bool:
    """Whether codes wait to be shown, or were shown and not confirmed as kept."""
    return bool(StaticDevice.objects.filter(user_id=person_id, confirmed=False).exists())


def codes_left(person_id: UUID) -> int:
    """How many codes are unspent."""
    unspent = StaticToken.objects.filter(device__user_id=person_id, device__confirmed=True)
    return int(unspent.count())


@transaction.atomic(durable=True)
def use_code(*, person_id: UUID, code: str) -> Answer:
    """Judge a recovery code. A right one is spent; wrong ones slow down the next try."""
    # Locked, so that two requests can't spend one code twice.
    device = (
        StaticDevice.objects.select_for_update().filter(user_id=person_id, confirmed=True).first()
    )
    if device is None:
        return WRONG
    if seconds := seconds_to_wait(device):
        return Answer(Verdict.WAIT, seconds)
    plain = "".join(character for character in code.lower() if character.isalnum())
    return RIGHT if device.verify_token(_digest(person_id, plain)) else WRONG


def _digest(person_id: UUID, code: str) -> str:
    """Keyed with the signer's secret: a dump of the table lets nobody search the codes."""
    return salted_hmac(f"recovery:{person_id}", code, algorithm="sha256").hexdigest()[:16]
