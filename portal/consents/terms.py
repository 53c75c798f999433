"""The terms as the signer reads them from its own tables, not from the page that sent a person."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import connections

from portal.consents.artefact_parts import Bank, Cut, Firm
from portal.consents.ceilings import CEILINGS, Ceiling, check_length, check_months, check_purpose
from portal.consents.changes import Change, Scope, changes_between
from portal.consents.purposes import CATEGORY_TEXTS, PURPOSE_TEXTS, Category, Purpose, Wording
from portal.consents.transitions import RequestState
from portal.core.errors import NotFound
from portal.core.months import Month

_TERMS = """
    SELECT r.id, f.id, f.uscc, f.name, f.name_zh, b.id, b.name, b.name_zh, b.licence, r.purpose,
        r.categories, r.first_month, r.last_month, r.days, r.storage_days, r.max_uses,
        r.application, s.state, r.supersedes, r.cuts
    FROM sign.request r
        JOIN sign.request_state s ON s.id = r.id
        JOIN sign.firm f ON f.id = r.firm
        JOIN sign.bank b ON b.id = r.bank
    WHERE r.id = %s
"""


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything a person is shown before signing, and nothing that comes from elsewhere."""

    request_id: UUID
    firm: Firm
    firm_name_zh: str
    bank: Bank
    bank_name_zh: str
    purpose: Purpose
    categories: tuple[Category, ...]
    first_month: Month
    last_month: Month
    days: int
    storage_days: int
    max_uses: int
    application_id: UUID | None
    state: RequestState
    supersedes: UUID | None
    cuts: tuple[Cut, ...]
    changes: tuple[Change, ...] = ()

    @property
    def is_pending(self) -> bool:
        return self.state == RequestState.PENDING

    @property
    def purpose_text(self) -> Wording:
        return PURPOSE_TEXTS[self.purpose]

    @property
    def category_texts(self) -> tuple[Wording, ...]:
        return tuple(CATEGORY_TEXTS[category] for category in self.categories)

    @property
    def ceiling(self) -> Ceiling:
        return CEILINGS[self.purpose]

    @property
    def scope(self) -> Scope:
        """What may differ from the consent that this one would supersede."""
        return Scope(
            categories=tuple(category.value for category in self.categories),
            months=(self.first_month, self.last_month),
            days=self.days,
            max_uses=self.max_uses,
            storage_days=self.storage_days,
        )

    @property
    def length(self) -> timedelta:
        return timedelta(days=self.days)


def terms_for(request_id: UUID, *, newest: Month | None = None, using: str = "default") -> Terms:
    """The terms of a request, held to the purpose's ceilings once more, and what they change.

    Refuses (NotFound) an unknown request, (RuleBroken) one beyond the ceilings, whoever wrote it.
    ``newest`` is the last full month, where it matters that no later one is asked for.
    """
    terms = _read(request_id, using)
    check_months(
        terms.purpose,
        first=terms.first_month,
        last=terms.last_month,
        newest=newest or terms.last_month,
    )
    check_length(
        terms.purpose, days=terms.days, storage_days=terms.storage_days, uses=terms.max_uses
    )
    if terms.supersedes is None:
        return terms
    return replace(terms, changes=changes_between(_scope_of(terms, using), terms.scope))


def may_answer(*, person_id: UUID, firm_id: UUID, using: str = "default") -> bool:
    """Whether a person holds a mandate to sign for a firm, by the signer's own record."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM sign.mandate WHERE person = %s AND firm = %s"
            " AND role IN ('legal_representative', 'finance_officer')"
            " AND clock_timestamp() >= valid_from AND clock_timestamp() < ends_at)",
            [person_id, firm_id],
        )
        row = cursor.fetchone()
    return row is not None and bool(row[0])


def may_confirm(*, person_id: UUID, firm_id: UUID) -> bool:
    """Whether a person is the firm's legal representative now, by the signer's own record."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT sign.acts_for(%s, %s, 'firm_legal_representative')", [person_id, firm_id]
        )
        row = cursor.fetchone()
    return row is not None and bool(row[0])


def bank_wording(bank_id: UUID, *, using: str = "default") -> Wording:
    """A bank's legal name in both languages, from the signer's own table."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT name, name_zh FROM sign.bank WHERE id = %s", [bank_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(code="party_missing")
    return Wording(*row)


def _read(request_id: UUID, using: str) -> Terms:
    with connections[using].cursor() as cursor:
        cursor.execute(_TERMS, [request_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(code="request_missing")
    purpose = check_purpose(row[9], row[10])
    return Terms(
        request_id=row[0],
        firm=Firm(row[1], row[2], row[3]),
        firm_name_zh=row[4],
        bank=Bank(row[5], row[6], row[8]),
        bank_name_zh=row[7],
        purpose=purpose,
        categories=tuple(Category(category) for category in row[10]),
        first_month=Month.of(row[11]),
        last_month=Month.of(row[12]),
        days=row[13],
        storage_days=row[14],
        max_uses=row[15],
        application_id=row[16],
        state=RequestState(row[17]),
        supersedes=row[18],
        cuts=tuple(map(Cut.read, json.loads(row[19]))),
    )


def _scope_of(terms: Terms, using: str) -> Scope:
    """The scope of the consent that these terms would supersede, of the same firm and bank."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT categories, first_month, last_month, expires_at - not_before, max_uses,"
            " storage_days FROM gate.consent_status WHERE id = %s AND firm = %s AND bank = %s",
            [terms.supersedes, terms.firm.id, terms.bank.id],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound(code="consent_missing")
    categories, first, last, length, max_uses, storage_days = row
    return Scope(
        categories=tuple(categories),
        months=(Month.of(first), Month.of(last)),
        days=length.days,
        max_uses=max_uses,
        storage_days=storage_days,
    )
