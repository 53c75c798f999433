"""Figures made from records, as the vault worker writes them."""

from __future__ import annotations

from uuid import UUID, uuid4

from scoring.models import MonthlySales, Score, ScoreStatus
from tests.gate.parties import LAST, Parties


def with_figures(parties: Parties, consent: UUID) -> None:
    """Monthly sales behind a score, as the vault worker writes them."""
    score = Score.objects.using("scorer").create(
        firm_id=parties.firm_id,
        bank_id=parties.bank_id,
        application_id=uuid4(),
        consent_id=consent,
        as_of_month=LAST.first,
        status=ScoreStatus.NOT_ENOUGH_DATA,
        detail_code="too_few_months",
        input_digest="ab" * 32,
        model_version="test",
        model_sha256="cd" * 32,
        code_version="test",
    )
    MonthlySales.objects.using("scorer").create(score=score, bands=[])
