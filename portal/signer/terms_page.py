"""The terms in words: what the consent page says, and a digest of what it said."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language

from ledger.format import canonical
from portal.consents.changes import Change
from portal.consents.needs import NeededData, needed_for
from portal.consents.purposes import CATEGORY_TEXTS, Category, Purpose, Wording
from portal.consents.signed_terms import digest_of_terms
from portal.consents.signing import Terms
from portal.core.months import months_between


@dataclass(frozen=True, slots=True)
class TermsPage:
    """Everything the page says, in the reader's language."""

    terms: Terms
    bank: str
    firm: str
    purpose: str
    needed: tuple[NeededData, ...]
    month_count: int
    first_month: date
    last_month: date
    expires_at: datetime
    is_once: bool
    is_underwriting: bool
    changes: tuple[Change, ...]
    digest: str


def page_of(terms: Terms) -> TermsPage:
    """The terms as this reader is shown them, if the answer comes today."""
    return TermsPage(
        terms=terms,
        bank=in_language(Wording(terms.bank.name, terms.bank_name_zh)),
        firm=in_language(Wording(terms.firm.name, terms.firm_name_zh)),
        purpose=in_language(terms.purpose_text),
        needed=needed_for(terms, get_language() or ""),
        month_count=len(months_between(terms.first_month, terms.last_month)),
        first_month=terms.first_month.first,
        last_month=terms.last_month.first,
        expires_at=timezone.now() + terms.length,
        is_once=terms.max_uses == 1,
        is_underwriting=terms.purpose is Purpose.UNDERWRITING,
        changes=tuple(map(_named, terms.changes)),
        digest=digest_of_page(terms),
    )


def digest_of_page(terms: Terms) -> str:
    """SHA-256 over the terms and the names shown beside them; the answer has to repeat it."""
    shown = [digest_of_terms(terms), terms.firm_name_zh, terms.bank_name_zh]
    return hashlib.sha256(canonical.encode_value(shown).encode()).hexdigest()


def _named(change: Change) -> Change:
    """The same change, with kinds of data by their names."""
    if change.part != "categories":
        return change
    old, new = (
        tuple(in_language(CATEGORY_TEXTS[Category(code)]) for code in codes)
        for codes in (change.old, change.new)
    )
    return replace(change, old=old, new=new)


def in_language(wording: Wording) -> str:
    """One sentence in the reader's language."""
    return wording.zh if (get_language() or "").startswith("zh") else wording.en
