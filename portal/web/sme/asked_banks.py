"""The banks that a request goes to, each with what it costs and whether it may be sent."""

from __future__ import annotations

from dataclasses import dataclass

from portal.applications.fresh_consent import fresh_consent_for, narrow_consent_for
from portal.applications.funding_drafts import Together
from portal.applications.models import LoanApplication
from portal.consents.queries import ConsentView
from portal.products.annual_percentage import AnnualPercentage
from portal.products.payments import Payments
from portal.products.queries import versions_in_force
from portal.products.terms import Terms


@dataclass(frozen=True, slots=True)
class AskedBank:
    """One bank's draft; without all answers there is no cost yet. ``narrow`` allows too little."""

    application: LoanApplication
    consent: ConsentView | None
    narrow: ConsentView | None
    cost: Payments | None
    percentage: AnnualPercentage | None
    fees_fen: int


def asked_banks(found: Together) -> list[AskedBank]:
    """All that the answers go to, the lowest yearly cost first."""
    versions = versions_in_force(one.product_id for one in found.all)
    banks = [_bank(one, Terms.of(versions[one.product_id].document)) for one in found.all]
    return sorted(banks, key=lambda bank: bank.percentage.effective_bp if bank.percentage else 0)


def _bank(application: LoanApplication, terms: Terms) -> AskedBank:
    amount_fen, months = application.amount_fen or 0, application.term_months or 0
    is_answered = amount_fen > 0 and months > 0
    return AskedBank(
        application=application,
        consent=fresh_consent_for(application),
        narrow=narrow_consent_for(application),
        cost=terms.payments_of(amount_fen, months) if is_answered else None,
        percentage=terms.percentage_of(amount_fen, months) if is_answered else None,
        fees_fen=terms.fees_of(amount_fen),
    )
