"""An offer in words: everything that its document says, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.applications.disbursement import Disbursement, Payee, masked
from portal.applications.disbursement_words import RAIL_WORDS
from portal.applications.offer_plan import OfferPlan
from portal.consents.purposes import Wording
from portal.core.errors import RuleBroken
from portal.products.condition_words import CONDITION_WORDS
from portal.products.method_words import METHOD_WORDS
from portal.products.payments import DAY_COUNT
from portal.products.repayment import percent
from portal.signer.agreements import OpenAgreement
from portal.signer.offers import OpenOffer
from portal.signer.terms_page import in_language

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_COUNTED: Final = frozenset((method, DAY_COUNT) for method in METHOD_WORDS)
RATES: Final[Mapping[str, Promise]] = {"fixed": _("fixed over the whole term")}


@dataclass(frozen=True, slots=True)
class PlacePage:
    """Where the money goes, in words; numbers with their last four signs."""

    way: Promise
    account: str
    payees: tuple[Payee, ...]


@dataclass(frozen=True, slots=True)
class OfferPage:
    """What the page says; ``digest`` is of the document, and the answer has to repeat it."""

    id: str
    bank: str
    firm: str
    product: str
    reference: str
    amount_fen: int
    term_months: int
    rate: str
    rate_type: Promise
    fees_fen: int
    paid_out_fen: int
    plan: OfferPlan
    penalty: str
    interest_fen: int
    total_fen: int
    nominal: str
    effective: str
    cooling_off_days: int
    conditions: tuple[StrPromise, ...]
    valid_until: datetime
    digest: str
    place: PlacePage | None


def place_page(place: Disbursement | None) -> PlacePage | None:
    """Where the money goes as pages say it."""
    if place is None:
        return None
    payees = tuple(Payee(one.name, masked(one.account)) for one in place.payees)
    return PlacePage(RAIL_WORDS[place.rail], masked(place.account), payees)


def page_of(offer: OpenOffer | OpenAgreement) -> OfferPage:
    """The offer as this reader is shown it.

    Refuses (RuleBroken, offer_altered) one that says something this page has no words for: nobody
    is to sign what was not shown.
    """
    said = offer.document
    if said["rate_type"] not in RATES or not set(said["conditions"]) <= set(CONDITION_WORDS):
        raise RuleBroken(code="offer_altered")
    if said["format"] != 1 and (said["method"], said["day_count"]) not in _COUNTED:
        raise RuleBroken(code="offer_altered")
    plan = OfferPlan.of(said)
    return OfferPage(
        id=str(offer.id),
        bank=in_language(offer.bank),
        firm=in_language(offer.firm),
        product=in_language(Wording(said["product"]["name"], said["product"]["name_zh"])),
        reference=said["reference"],
        amount_fen=said["amount_fen"],
        term_months=said["term_months"],
        rate=percent(said["annual_rate_bp"]),
        rate_type=RATES[said["rate_type"]],
        fees_fen=said["fees_fen"],
        paid_out_fen=said["amount_fen"] - said["fees_fen"],
        plan=plan,
        penalty="" if plan.penalty_rate_bp is None else percent(plan.penalty_rate_bp),
        interest_fen=said["interest_fen"],
        total_fen=said["total_fen"],
        nominal=percent(said["nominal_bp"]),
        effective=percent(said["effective_bp"]),
        cooling_off_days=said["cooling_off_days"],
        conditions=tuple(CONDITION_WORDS[code] for code in said["conditions"]),
        valid_until=datetime.fromisoformat(said["valid_until"]),
        digest=offer.shown,
        place=place_page(offer.place),
    )
