"""Figures made from records, as the vault worker writes them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.db.models import Model

from scoring.models import FeatureVector, Figures, MonthlySales, Score, ScoreStatus
from tests.gate.parties import LAST, Parties

KINDS: Mapping[type[Model], Mapping[str, object]] = {
    FeatureVector: {"vault_kid": "kid", "wrapped": b"key", "sealed": b"vector"},
    Figures: {"figures": {}},
    MonthlySales: {"bands": []},
}


def with_figures(parties: Parties, consent: UUID, kind: type[Model] = MonthlySales) -> None:
    """Figures of one kind behind a score, written with the vault worker's log-in."""
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
    kind(**KINDS[kind], score=score).save(using="scorer", force_insert=True)
