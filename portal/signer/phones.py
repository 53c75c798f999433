"""The second factor: an authenticator app on the person's phone (TOTP, RFC 6238)."""

from __future__ import annotations

import time
from base64 import b32encode
from urllib.parse import quote, urlencode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from ledger.kinds import EventKind
from portal.signer.answers import RIGHT, WRONG, Answer, Verdict, seconds_to_wait
from portal.signer.telling import tell_of_factor
from portal.signer.visitors import Person


@transaction.atomic(durable=True)
def check_code(*, person_id: UUID, code: str) -> Answer:
    """Judge a code of the person's phone. A right one counts once; a wrong one slows the next."""
    # Locked, so that of two requests with the same code only the first sees it unused.
    phone = TOTPDevice.objects.select_for_update().filter(user_id=person_id, confirmed=True).first()
    return WRONG if phone is None else _judge(phone, code)


@transaction.atomic(durable=True)
def new_phone(*, person_id: UUID) -> TOTPDevice:
    """A phone with a fresh secret, not yet confirmed; earlier unconfirmed ones are void.

    Each browser gets its own: whoever saw the secret of an abandoned set-up knows nothing.
    """
    TOTPDevice.objects.filter(user_id=person_id, confirmed=False).delete()
    return TOTPDevice.objects.create(user_id=person_id, name="phone", confirmed=False)


def unconfirmed_phone(*, person_id: UUID, phone_id: int) -> TOTPDevice | None:
    """The phone that this browser began to set up, if it is still waiting."""
    return TOTPDevice.objects.filter(id=phone_id, user_id=person_id, confirmed=False).first()


@transaction.atomic(durable=True)
def confirm_phone(*, person: Person, phone_id: int, code: str) -> Answer:
    """Make the phone the person's only one, if the code is right; record it and tell the person."""
    phone = (
        TOTPDevice.objects.select_for_update()
        .filter(id=phone_id, user_id=person.id, confirmed=False)
        .first()
    )
    answer = WRONG if phone is None else _judge(phone, code)
    if phone is None or not answer.is_right:
        return answer
    TOTPDevice.objects.filter(user_id=person.id).exclude(id=phone.id).delete()
    phone.confirmed = True
    phone.save(update_fields=["confirmed"])
    tell_of_factor(
        EventKind.SECOND_FACTOR_ENROLLED,
        person=person,
        method="totp",
        message="second_factor_enrolled",
    )
    return answer


def secret_groups(phone: TOTPDevice) -> list[str]:
    """The secret for typing: base 32, in groups of four."""
    secret = _secret(phone)
    return [secret[start : start + 4] for start in range(0, len(secret), 4)]


def provisioning_uri(phone: TOTPDevice, person: Person) -> str:
    """What the QR code says to an authenticator app."""
    issuer = settings.OTP_TOTP_ISSUER
    values = {
        "secret": _secret(phone),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": phone.digits,
        "period": phone.step,
    }
    return f"otpauth://totp/{quote(f'{issuer}:{person.email}')}?{urlencode(values)}"


def _judge(phone: TOTPDevice, code: str) -> Answer:
    if seconds := seconds_to_wait(phone):
        return Answer(Verdict.WAIT, seconds)
    if phone.verify_token(code):
        return RIGHT
    return Answer(Verdict.USED) if _was_used(phone, code) else WRONG


def _was_used(phone: TOTPDevice, code: str) -> bool:
    totp = TOTP(phone.bin_key, phone.step, phone.t0, phone.digits)
    totp.time = time.time()
    return code.isdecimal() and bool(totp.verify(int(code), phone.tolerance))


def _secret(phone: TOTPDevice) -> str:
    return b32encode(phone.bin_key).decode("ascii")
