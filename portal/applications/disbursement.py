"""Where a loan is paid out to, as the firm names it and signs it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

from django.utils.translation import gettext as _

from portal.core.errors import RuleBroken

AGREEMENT_FORMAT: Final = 1
MOST_PAYEES: Final = 20
NAME_LIMIT: Final = 80
_NUMBER: Final = re.compile(r"[0-9A-Z]{8,32}")
_APART: Final = re.compile(r"[\s-]+")


class RailName(StrEnum):
    """How the money travels."""

    BANK_TRANSFER = "bank_transfer"
    ECNY = "ecny"


class Payee(NamedTuple):
    """Whom purpose-bound money may pay."""

    name: str
    account: str


class Disbursement(NamedTuple):
    """The firm's account or wallet; with payees the money may go nowhere but to them."""

    rail: str
    account: str
    payees: tuple[Payee, ...] = ()

    def frozen(self) -> dict[str, Any]:
        """As JSON values."""
        payees = [{"name": one.name, "account": one.account} for one in self.payees]
        return {"rail": self.rail, "account": self.account, "payees": payees}

    @classmethod
    def thaw(cls, kept: Mapping[str, Any]) -> Self:
        """What ``frozen`` gave."""
        payees = tuple(Payee(one["name"], one["account"]) for one in kept["payees"])
        return cls(kept["rail"], kept["account"], payees)


def plain_number(text: str) -> str:
    """An account or wallet number without the spaces and hyphens that people write."""
    return _APART.sub("", text).upper()


def masked(number: str) -> str:
    """All but the last four signs covered."""
    return f"•••• {number[-4:]}"


def check_disbursement(place: Disbursement) -> None:
    """Refuse (RuleBroken) an unknown way, a number that can't be one, and payees out of place."""
    if place.rail not in set(RailName):
        raise RuleBroken(_("Choose how the money is to be paid out."), code="rail_unknown")
    if not _NUMBER.fullmatch(place.account):
        raise RuleBroken(
            _("Write the account or wallet number: 8 to 32 figures and letters."),
            code="account_malformed",
        )
    if place.payees and place.rail != RailName.ECNY:
        raise RuleBroken(
            _("Only an e-CNY wallet can hold money for named suppliers."), code="payees_need_ecny"
        )
    numbers = [one.account for one in place.payees]
    if len(numbers) > MOST_PAYEES or len(set(numbers)) != len(numbers):
        raise RuleBroken(_("Name each supplier once, and at most 20."), code="payees_repeated")
    if any(not 1 <= len(one.name) <= NAME_LIMIT for one in place.payees) or not all(
        map(_NUMBER.fullmatch, numbers)
    ):
        raise RuleBroken(
            _("Write each supplier as a name, a comma and its wallet number."),
            code="payee_malformed",
        )


def agreement_document(
    offer_document: Mapping[str, Any], place: Disbursement | None
) -> dict[str, Any]:
    """All that both sides sign: the offer word for word, and where the money goes.

    Offers of format 1 were accepted without an account.
    """
    return {
        "format": AGREEMENT_FORMAT,
        "offer": dict(offer_document),
        "disbursement": place.frozen() if place is not None else None,
    }


def needs_account(offer_document: Mapping[str, Any]) -> bool:
    """Whether the offer is accepted only with an account named; those of format 1 are not."""
    return bool(offer_document["format"] != 1)
