"""Removing a phone or a passkey, but never the last of a person's second factors."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from portal.core.errors import NotFound, RuleBroken
from portal.signer.factors import Factors, factors_of
from portal.signer.telling import tell_of_factor
from portal.signer.visitors import Person


@transaction.atomic(durable=True)
def remove_passkey(*, person: Person, passkey_id: UUID) -> None:
    """It counts no longer; recorded, and the person told.

    Refuses (NotFound) a passkey that isn't this person's, (RuleBroken, last_factor) the last one.
    """
    factors = factors_of(person.id, lock=True)
    passkey = next((passkey for passkey in factors.passkeys if passkey.id == passkey_id), None)
    if passkey is None:
        raise NotFound(code="passkey_unknown")
    _check_not_last(factors)
    passkey.delete()
    tell_of_factor(
        EventKind.SECOND_FACTOR_REMOVED,
        person=person,
        method="passkey",
        message="passkey_removed",
        name=passkey.name,
    )


@transaction.atomic(durable=True)
def remove_phone(*, person: Person) -> None:
    """Its codes count no longer, at once; recorded, and the person told.

    Refuses (NotFound) when there is none, (RuleBroken, last_factor) without any passkey.
    """
    factors = factors_of(person.id, lock=True)
    if factors.phone is None:
        raise NotFound(code="phone_unknown")
    _check_not_last(factors)
    factors.phone.delete()
    tell_of_factor(
        EventKind.SECOND_FACTOR_REMOVED, person=person, method="totp", message="phone_removed"
    )


def _check_not_last(factors: Factors) -> None:
    if factors.count == 1:
        raise RuleBroken(code="last_factor")
