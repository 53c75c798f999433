"""The queue's query bar: a consent that ends moves its case at once, before any job has run."""

from __future__ import annotations

import pytest

from portal.applications.bank_queries import cases_for_bank
from portal.applications.case_filter import CaseFilter, Show
from portal.applications.decide_application import decide_application
from portal.applications.models import LoanApplication
from portal.consents.stop_consent import stop_consent
from portal.products.models import Product
from portal.products.reason_codes import Outcome
from scoring.models import Score
from tests.applications.cases import consent_of, scoring, under_review
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def is_found(people: People, case: LoanApplication, *, band: str = "", show: Show) -> bool:
    wanted = CaseFilter(show=show, band=band, text=case.reference)
    return [entry.application.id for entry in cases_for_bank(people.bo, wanted).entries] == [
        case.id
    ]


def band_of(case: LoanApplication) -> str:
    assert case.score_id is not None
    return Score.objects.get(id=case.score_id).band


def test_being_prepared_is_what_the_bank_cannot_decide_yet(
    people: People, product: Product
) -> None:
    prepared, ready = scoring(people.sara, product), under_review(people.sara, product)
    assert is_found(people, prepared, show=Show.BEING_PREPARED)
    assert not is_found(people, ready, show=Show.BEING_PREPARED)
    stop_consent(people.sara, consent_id=consent_of(ready))
    assert is_found(people, ready, show=Show.BEING_PREPARED)


def test_a_sealed_score_is_not_found_by_its_band_and_a_frozen_one_is(
    people: People, product: Product
) -> None:
    sealed, decided = under_review(people.sara, product), under_review(people.sara, product)
    assert is_found(people, sealed, band=band_of(sealed), show=Show.ALL)
    decide_application(
        people.bo, application_id=decided.id, outcome=Outcome.DECLINE, reasons=["score_too_low"]
    )
    for case in (sealed, decided):
        stop_consent(people.sara, consent_id=consent_of(case))
    assert not is_found(people, sealed, band=band_of(sealed), show=Show.ALL)
    assert is_found(people, decided, band=band_of(decided), show=Show.ALL)
    another = "A" if band_of(decided) != "A" else "B"
    assert not is_found(people, decided, band=another, show=Show.ALL)
