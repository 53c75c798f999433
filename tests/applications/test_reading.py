"""What a score is made of: the months and data that the signed document allows."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal.consents.door import reading
from scoring.engine.assess import NotEnoughData
from scoring.engine.model import shipped_model
from scoring.reading import read_all
from tests.gate.parties import granted, new_parties, sealed

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_without_consent_to_invoices_every_month_is_missing() -> None:
    """Not: a firm without sales."""
    parties = new_parties()
    consent = granted(parties, categories=["vat_returns"])
    sealed(parties, consent, category="vat_returns")
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        read = read_all(window, application_id=uuid4())
    answer = read.assess(shipped_model())
    assert answer == NotEnoughData("months_missing", {"missing": 24, "needed": 24})
