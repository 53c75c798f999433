"""The tax authority's signed list of ended mandates, checked before a line of it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from joserfc.jwk import KeySet
from stdnum.cn import uscc as uscc_number

from portal.consents.mandate_ends import MandateEnd
from portal.core.wire import Typ, WireRefused, verify
from portal.taxdata.connector import ISSUER

# By how much the authority's clock may be ahead of ours.
SKEW: Final = timedelta(minutes=5)
_ROLES: Final = frozenset({"legal_representative", "finance_officer", "clerk"})


@dataclass(frozen=True, slots=True)
class MandateList:
    """The part of the list that was asked for; ``has_more`` when others follow."""

    lines: tuple[MandateEnd, ...]
    has_more: bool


def checked_list(token: str, *, keys: KeySet, request_id: str, after: int) -> MandateList:
    """The lines that follow ``after``, in order and without a gap.

    Refuses (WireRefused) with bad_signature, wrong_type, wrong_issuer, wrong_audience,
    another_request (the answer to an earlier question), lines_missing, not_yet_ended (a line of a
    mandate that ends later: it would end at once, and with it later ones), and malformed.
    """
    claims = verify(token, typ=Typ.ENDED_MANDATES, keys=keys)
    if claims.get("iss") != settings.AUTHORITY_ISSUER:
        raise WireRefused("The list is another authority's.", code="wrong_issuer")
    if claims.get("aud") != ISSUER:
        raise WireRefused("The list is addressed to somebody else.", code="wrong_audience")
    if (claims.get("request"), claims.get("after")) != (request_id, after):
        raise WireRefused("The list answers another question.", code="another_request")
    lines = _lines(claims.get("ended"))
    if [line.serial for line in lines] != list(range(after + 1, after + 1 + len(lines))):
        raise WireRefused("Lines of the list are missing.", code="lines_missing")
    if any(line.ended_at > datetime.now(UTC) + SKEW for line in lines):
        raise WireRefused("A mandate on the list has not ended yet.", code="not_yet_ended")
    has_more = claims.get("more") is True
    if has_more and not lines:
        raise WireRefused("More is promised than is given.", code="lines_missing")
    return MandateList(lines, has_more)


def _lines(found: object) -> tuple[MandateEnd, ...]:
    if not isinstance(found, list):
        raise WireRefused("The list is none.")
    try:
        return tuple(map(_line, found))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WireRefused("A line of the list can't be understood.") from error


def _line(line: Mapping[str, Any]) -> MandateEnd:
    ended_at = datetime.fromisoformat(line["ended_at"])
    if type(line["serial"]) is not int or line["role"] not in _ROLES or ended_at.tzinfo is None:
        raise ValueError("no such line")
    # Without the compact form a code with a space in it would pass here and stop at the database.
    if uscc_number.validate(line["uscc"]) != line["uscc"]:
        raise ValueError("no such firm")
    return MandateEnd(
        serial=line["serial"],
        uscc=str(line["uscc"]),
        authority_person=str(UUID(line["person"])),
        role=str(line["role"]),
        ended_at=ended_at,
    )
