"""The tax authority's signed list of what has become of its e-invoices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from joserfc.jwk import KeySet

from portal.core.wire import CLOCK_LEEWAY, Claims, Typ, WireRefused, verify

_NUMBER: Final = re.compile(r"[0-9]{20}")
_LEEWAY: Final = timedelta(seconds=CLOCK_LEEWAY)


class Status(StrEnum):
    """What is known of an invoice; unknown is never taken for valid."""

    VALID = "valid"
    VOID = "void"
    REVERSED = "reversed"
    NOT_LISTED = "not_listed"
    UNKNOWN = "unknown"


_STATED: Final = frozenset({Status.VALID, Status.VOID, Status.REVERSED})


@dataclass(frozen=True, slots=True)
class StatusList:
    """One list; ``serial`` grows with every one that the authority signs."""

    serial: int
    issued_at: datetime
    next_update: datetime
    statuses: Mapping[str, Status]

    def status_of(self, number: str, *, signed_at: datetime, now: datetime) -> Status:
        """Unknown once the list has run out, or when it is older than the invoice's signature."""
        if now >= self.next_update:
            return Status.UNKNOWN
        if number in self.statuses:
            return self.statuses[number]
        return Status.NOT_LISTED if signed_at <= self.issued_at else Status.UNKNOWN


def read_status_list(token: str, *, keys: KeySet, issuer: str, now: datetime) -> StatusList:
    """The list in a token; refuses (WireRefused) what isn't one, or isn't of today.

    Codes: bad_signature, wrong_type, wrong_issuer, malformed, expired (also from the future).
    """
    claims = verify(token, typ=Typ.INVOICE_STATUSES, keys=keys)
    if claims.get("iss") != issuer:
        raise WireRefused(f"The list does not come from {issuer}.", code="wrong_issuer")
    found = _list_in(claims)
    if now >= found.next_update or found.issued_at > now + _LEEWAY:
        raise WireRefused("The list is not valid at this time.", code="expired")
    return found


def check_not_rolled_back(newer: StatusList, *, serial: int, issued_at: datetime) -> None:
    """Refuse (WireRefused, rolled_back) a list older than one that was seen before."""
    if newer.serial < serial or newer.issued_at < issued_at:
        raise WireRefused("An older list than before was served.", code="rolled_back")


def _list_in(claims: Claims) -> StatusList:
    serial, stated = claims.get("serial"), claims.get("statuses")
    if type(serial) is not int or serial < 1 or not isinstance(stated, dict):
        raise WireRefused("The list lacks its serial or its statuses.")
    if any(
        not _NUMBER.fullmatch(number) or status not in _STATED for number, status in stated.items()
    ):
        raise WireRefused("The list names something that is no invoice or no status.")
    issued_at, next_update = _moment(claims.get("iat")), _moment(claims.get("next_update"))
    if next_update <= issued_at:
        raise WireRefused("The list ends before it begins.")
    return StatusList(
        serial, issued_at, next_update, {number: Status(word) for number, word in stated.items()}
    )


def _moment(value: object) -> datetime:
    if type(value) is not int or not 0 < value < 2**33:
        raise WireRefused("The list lacks a time.")
    return datetime.fromtimestamp(value, tz=UTC)
