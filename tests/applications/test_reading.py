"""What a score is made of: the months and data that the signed document allows."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal.applications.advance_application import advance_application
from portal.applications.transitions import Status
from portal.consents.door import reading
from portal.products.models import Product
from scoring.engine.assess import NotEnoughData
from scoring.engine.model import shipped_model
from scoring.models import MonthlySales, Score
from scoring.reading import read_all
from scoring.recomputing import recomputed
from scoring.tasks import score_application
from tests.applications.cases import (
    FIRST,
    LAST,
    SYSTEM,
    Steps,
    as_vault_worker,
    fetched,
    fresh,
    submitted,
)
from tests.gate.parties import granted, new_parties, sealed
from tests.personas import People

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


@pytest.mark.parametrize("lag", [0, 1, 2])
def test_an_authority_a_little_behind_leaves_a_shorter_window(
    people: People, product: Product, lag: int
) -> None:
    application = submitted(people.sara, product)
    fetched(application, lag=lag)
    advance_application(SYSTEM, application_id=application.id)
    with as_vault_worker():
        score_application(Steps().run_of(application))
        score = Score.objects.get(application_id=application.id)
        found = recomputed(score.id)
    assert score.value
    assert (found.outcome, found.extent) == ("every_number_equal", "records")
    bands = MonthlySales.objects.get(score=score).bands
    assert [bands[0][0], bands[-1][0]] == [str(FIRST), str(LAST - lag)]


def test_an_authority_far_behind_is_an_answer_of_its_own(people: People, product: Product) -> None:
    application = submitted(people.sara, product)
    fetched(application, lag=3)
    advance_application(SYSTEM, application_id=application.id)
    with as_vault_worker():
        score_application(Steps().run_of(application))
        score = Score.objects.get(application_id=application.id)
        found = recomputed(score.id)
    assert (score.detail_code, score.detail) == ("authority_behind", {"months": 3, "most": 2})
    assert (found.outcome, found.extent) == ("every_number_equal", "records")
    advance_application(SYSTEM, application_id=application.id)
    assert fresh(application).status == Status.UNDER_REVIEW


@pytest.mark.parametrize("months", [21, 23])
def test_months_that_a_shorter_consent_leaves_out_stay_missing(months: int) -> None:
    """A lag excuses as many months as it lags, and no other."""
    parties = new_parties()
    consent = granted(parties, first_month=LAST - (months - 1), last_month=LAST)
    sealed(parties, consent, first=LAST - (months - 1), last=LAST - 1)
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        answer = read_all(window, application_id=uuid4()).assess(shipped_model())
    assert answer == NotEnoughData("months_missing", {"missing": 24 - months, "needed": 24})


def test_an_authority_that_is_ahead_of_the_consent_changes_nothing() -> None:
    """Signed before a month's end, used after it: months up to the consent's last one count."""
    parties, last = new_parties(), LAST - 1
    consent = granted(parties, first_month=last - 23, last_month=last)
    sealed(parties, consent, first=last - 23, last=last)
    sealed(parties, granted(parties, first_month=last - 22, last_month=LAST), first=last - 22)
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        assert window.as_of == LAST
        read = read_all(window, application_id=uuid4())
    assert (read.as_of, read.lag, read.missing) == (last, 0, ())
