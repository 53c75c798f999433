"""Proving a second factor with a passkey: options for the browser, and its signature judged."""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

from portal.consents.passkey_proof import UNREADABLE
from portal.signer.answers import RIGHT, STALE, WRONG, Answer, Verdict, seconds_to_wait
from portal.signer.challenges import take_challenge
from portal.signer.factors import factors_of
from portal.signer.models import Challenge, Passkey
from portal.signer.relying_party import (
    VERIFIED,
    descriptors,
    parsed,
    relying_party,
    state_of,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a passkey's answer; when right, the answer itself and the step it was for."""

    answer: Answer
    step_digest: str = ""
    assertion: AuthenticationResponse | None = None


def request_options(challenge: Challenge) -> dict[str, Any]:
    """What the browser needs to have one of the person's passkeys sign the challenge."""
    options, _state = relying_party().authenticate_begin(
        credentials=descriptors(factors_of(challenge.person).passkeys),
        user_verification=VERIFIED,
        challenge=bytes(challenge.value),
    )
    return dict(options)


@transaction.atomic(durable=True)
def check_passkey(*, person_id: UUID, occasion: str, response: str) -> Judged:
    """Judge the answer of one of the person's passkeys to the challenge drawn for this occasion.

    The challenge is spent whatever comes of it, and a wrong answer slows down the next one.
    """
    assertion = _read(response)
    passkey = None if assertion is None else _passkey(person_id, assertion)
    if passkey is not None and (seconds := seconds_to_wait(passkey)):
        return Judged(Answer(Verdict.WAIT, seconds))
    challenge = take_challenge(person_id=person_id, occasion=occasion)
    if challenge is None:
        return Judged(STALE)
    if assertion is None or passkey is None:
        return Judged(WRONG)
    if not _holds(passkey, assertion, bytes(challenge.value)):
        passkey.throttle_increment()
        return Judged(WRONG)
    passkey.sign_count = assertion.response.authenticator_data.counter
    passkey.throttle_reset(commit=False)
    passkey.set_last_used_timestamp(commit=False)
    passkey.save()
    return Judged(RIGHT, challenge.step_digest, assertion)


def _read(response: str) -> AuthenticationResponse | None:
    try:
        return AuthenticationResponse.from_dict(parsed(response))
    except UNREADABLE:
        return None


def _passkey(person_id: UUID, assertion: AuthenticationResponse) -> Passkey | None:
    """The person's passkey of that id, locked; another person's is as good as unknown."""
    found: Passkey | None = (
        Passkey.objects.select_for_update()
        .filter(user_id=person_id, credential_id=assertion.raw_id)
        .first()
    )
    return found


def _holds(passkey: Passkey, assertion: AuthenticationResponse, challenge: bytes) -> bool:
    """Whether this passkey signed this challenge, here, by a person it had verified."""
    credential = AttestedCredentialData(bytes(passkey.credential_data))
    try:
        relying_party().authenticate_complete(state_of(challenge), [credential], assertion)
    except UNREADABLE as error:
        log.info("passkey %s refused: %s", passkey.id, error)
        return False
    return _is_at_home(passkey, assertion) and _counts_up(passkey, assertion)


def _is_at_home(passkey: Passkey, assertion: AuthenticationResponse) -> bool:
    """Not within a foreign page, and not made for another account."""
    owner = assertion.response.user_handle
    is_owners = owner is None or hmac.compare_digest(owner, passkey.user_id.bytes)
    return is_owners and not assertion.response.client_data.cross_origin


def _counts_up(passkey: Passkey, assertion: AuthenticationResponse) -> bool:
    """A counter that stands still or goes back is a copy's (devices without one always say 0)."""
    counter = assertion.response.authenticator_data.counter
    if counter > passkey.sign_count or counter == passkey.sign_count == 0:
        return True
    log.warning("passkey %s counts %s after %s", passkey.id, counter, passkey.sign_count)
    return False
