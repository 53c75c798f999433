"""Every state of a consent × bank × purpose × categories × months × firm: rows only where all fit.

Each combination asks for a ticket as the vault's log-in and, with one, reads the whole vault.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from uuid import UUID, uuid4

import pytest

from ledger.code_words import CODES
from portal.consents.pause_consent import pause_consent
from portal.consents.signing import grant
from portal.consents.stop_consent import stop_consent
from portal.core.months import Month, months_between
from tests.gate.parties import (
    EVIDENCE,
    FIRST,
    LAST,
    Connection,
    Parties,
    asked,
    enter,
    granted,
    login,
    new_parties,
    rewritten,
    sealed,
)

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
CATEGORIES = ("vat_invoices", "vat_returns")
CHOICES = (("vat_invoices",), ("vat_returns",), CATEGORIES, ("tax_rating",))
SPANS = ((FIRST, LAST), (FIRST + 3, LAST - 2), (LAST, LAST), (FIRST - 6, FIRST - 1))
PURPOSES = ("monitoring", "underwriting")
TAKE = "SELECT ticket, refusal FROM gate.take(%s, %s, %s, %s)"
READ = "SELECT firm, category, month FROM vault.chunk WHERE kind = 'summary' OR true"


@dataclass(frozen=True, slots=True)
class Given:
    """What a state is made with: the superuser, and the firm's own right to stop."""

    admin: Connection
    vault: Connection
    parties: Parties
    consent: UUID


def _expired(given: Given) -> None:
    past = "not_before = now() - interval '2 days', expires_at = now() - interval '1 second'"
    rewritten(given.admin, given.consent, past)


def _not_yet(given: Given) -> None:
    rewritten(given.admin, given.consent, "not_before = now() + interval '1 hour'")


def _exhausted(given: Given) -> None:
    assert _ticket(given.vault, given.consent, given.parties.bank_id, "underwriting")


def _key_revoked(given: Given) -> None:
    kid = f"lost-{given.consent}"
    rewritten(given.admin, given.consent, f"kid = '{kid}'")
    with login("owner") as owner:
        owner.execute("SELECT gate.revoke_key(%s, 'lost')", [kid])


def _superseded(given: Given) -> None:
    change = asked(given.parties, supersedes=given.consent, categories=["income_tax_returns"])
    grant(change, person_id=given.parties.person_id, evidence=EVIDENCE, using="signer")


STATES: dict[str, Callable[[Given], None]] = {
    "active": lambda given: None,
    "withdrawn": lambda given: stop_consent(given.parties.actor, consent_id=given.consent),
    "paused": lambda given: pause_consent(given.parties.actor, consent_id=given.consent),
    "expired": _expired,
    "not_yet": _not_yet,
    "exhausted": _exhausted,
    "key_revoked": _key_revoked,
    "superseded": _superseded,
}


@pytest.fixture
def neighbours(parties: Parties) -> tuple[Parties, Parties]:
    """Two firms whose records of both kinds lie side by side in the vault."""
    other = new_parties()
    for firm in (parties, other):
        wide = granted(firm, categories=list(CATEGORIES))
        for category in CATEGORIES:
            sealed(firm, wide, category=category)
    return parties, other


@pytest.mark.parametrize("state", STATES)
def test_rows_only_where_everything_fits(
    state: str, admin: Connection, vault: Connection, neighbours: tuple[Parties, Parties]
) -> None:
    own, other = neighbours
    for categories, span in product(CHOICES, SPANS):
        terms = {"categories": list(categories), "first_month": span[0], "last_month": span[1]}
        consent = granted(own, **terms)
        given = Given(admin, vault, own, consent)
        STATES[state](given)
        # What fits comes last: an underwriting consent has one use.
        for bank, purpose in product((other.bank_id, own.bank_id), PURPOSES):
            seen = _seen(vault, consent, bank, purpose)
            fits = state == "active" and bank == own.bank_id and purpose == "underwriting"
            expected = _stored(own, categories, span) if fits else set()
            assert seen == expected, (state, categories, span, bank == own.bank_id, purpose)


def _seen(
    vault: Connection, consent: UUID, bank: UUID, purpose: str
) -> set[tuple[UUID, str, object]]:
    """What one whole transaction of the vault worker sees, with a ticket or without."""
    ticket = _ticket(vault, consent, bank, purpose)
    if ticket is not None:
        enter(vault, ticket)
    rows = vault.execute(READ).fetchall()
    vault.rollback()
    return {(row[0], row[1], row[2]) for row in rows}


def _ticket(vault: Connection, consent: UUID, bank: UUID, purpose: str) -> UUID | None:
    taken = vault.execute(TAKE, [consent, bank, purpose, uuid4()]).fetchone()
    vault.commit()
    assert taken is not None
    ticket, refusal = taken
    assert refusal is None or refusal in CODES, "the regulator reads it in words"
    return None if ticket is None else UUID(str(ticket))


def _stored(
    firm: Parties, categories: tuple[str, ...], span: tuple[Month, Month]
) -> set[tuple[UUID, str, object]]:
    months = set(months_between(*span)) & set(months_between(FIRST, LAST))
    return {
        (firm.firm_id, category, month.first)
        for category in set(categories) & set(CATEGORIES)
        for month in months
    }
