"""Setting up a passkey (WebAuthn): options for the browser, and what it made of them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.db import transaction
from fido2 import cbor
from fido2.webauthn import (
    AuthenticatorData,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
)

from ledger.kinds import EventKind
from portal.consents.passkey_proof import UNREADABLE
from portal.core.errors import RuleBroken
from portal.signer.answers import RIGHT, STALE, WRONG, Answer
from portal.signer.challenges import new_challenge, take_challenge
from portal.signer.factors import factors_of
from portal.signer.models import EnrolledKey, Passkey
from portal.signer.relying_party import (
    ALGORITHMS,
    VERIFIED,
    descriptors,
    parsed,
    relying_party,
    state_of,
)
from portal.signer.telling import tell_of_factor
from portal.signer.visitors import Person

MOST: Final = 10
_TRANSPORTS: Final = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


def enrolment_options(*, person: Person, occasion: str) -> dict[str, Any]:
    """What the browser needs to make a passkey on a device that has none of this person yet."""
    challenge = new_challenge(person_id=person.id, occasion=occasion)
    options, _state = relying_party().register_begin(
        PublicKeyCredentialUserEntity(
            id=person.id.bytes, name=person.email, display_name=person.real_name
        ),
        credentials=descriptors(factors_of(person.id).passkeys),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=VERIFIED,
        challenge=bytes(challenge.value),
    )
    return dict(options)


@transaction.atomic(durable=True)
def confirm_passkey(*, person: Person, occasion: str, name: str, response: str) -> Answer:
    """Keep the passkey that the browser made, record it and tell the person.

    Refuses (RuleBroken, too_many_passkeys) an eleventh.
    """
    if len(factors_of(person.id, lock=True).passkeys) >= MOST:
        raise RuleBroken(code="too_many_passkeys")
    challenge = take_challenge(person_id=person.id, occasion=occasion)
    if challenge is None:
        return STALE
    made = _made(bytes(challenge.value), response)
    if made is None or not _keep(made, person_id=person.id, name=name, response=response):
        return WRONG
    tell_of_factor(
        EventKind.SECOND_FACTOR_ENROLLED,
        person=person,
        method="passkey",
        message="passkey_enrolled",
        name=name,
    )
    return RIGHT


def _made(challenge: bytes, response: str) -> AuthenticatorData | None:
    """What a properly made passkey says of itself; None for anything else."""
    try:
        registration = RegistrationResponse.from_dict(parsed(response))
        data = relying_party().register_complete(state_of(challenge), registration)
    except UNREADABLE:
        return None
    if registration.response.client_data.cross_origin or data.credential_data is None:
        return None
    return data if data.credential_data.public_key.get(3) in ALGORITHMS else None


def _keep(made: AuthenticatorData, *, person_id: UUID, name: str, response: str) -> bool:
    """Add the rows; False when this credential was anybody's before, this person's or another's."""
    credential = made.credential_data
    if credential is None:
        return False
    key = cbor.encode(credential.public_key)
    _kept, is_new = EnrolledKey.objects.get_or_create(
        credential_id=credential.credential_id,
        defaults={"person": person_id, "public_key": key},
    )
    if is_new:
        Passkey.objects.create(
            user_id=person_id,
            name=name,
            credential_id=credential.credential_id,
            credential_data=bytes(credential),
            transports=_transports(response),
            sign_count=made.counter,
            is_synced=made.is_backup_eligible(),
        )
    return bool(is_new)


def _transports(response: str) -> list[str]:
    """Ways to reach the device, as the browser says; only a hint for it, later."""
    said = parsed(response)["response"].get("transports")
    return sorted(_TRANSPORTS & set(map(str, said))) if isinstance(said, list) else []
