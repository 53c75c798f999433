"""One application from draft to decision, with the real log-ins, gate, vault and engine."""

from __future__ import annotations

import pytest

from portal.applications.advance_application import advance_application
from portal.applications.decide_application import decide_application
from portal.applications.transitions import Status
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.notifications.texts import rendered
from portal.products.models import Product
from portal.products.reason_codes import Outcome
from scoring.models import Score
from scoring.tasks import score_application
from tests.applications.cases import (
    SYSTEM,
    Steps,
    as_vault_worker,
    events_of,
    fresh,
    scoring,
    under_review,
)
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_from_draft_to_decision(people: People, product: Product) -> None:
    application = under_review(people.sara, product)
    decision = decide_application(
        people.bo,
        application_id=application.id,
        outcome=Outcome.APPROVE,
        reasons=["score_sufficient"],
    )
    assert fresh(application).status == Status.OFFERED
    score = Score.objects.get(application_id=application.id)
    assert decision.inputs["score"]["value"] == score.value
    assert decision.inputs["product"]["annual_rate_bp"] == 435
    assert events_of(application) == [
        "application.submitted",
        "score.recorded",
        "signals.recorded",
        "decision.recorded",
        "offer.made",
    ]


def test_the_firms_acting_people_are_told_in_their_language(
    people: People, product: Product
) -> None:
    application = under_review(people.sara, product)
    decide_application(
        people.bo,
        application_id=application.id,
        outcome=Outcome.APPROVE,
        reasons=["score_sufficient"],
    )
    asked = JobRow.objects.filter(
        name=Job.SEND_MESSAGE, payload__values__application=str(application.id)
    ).order_by("created_at")
    assert [row.payload["message"] for row in asked] == [
        "application_scored",
        "application_decided",
    ]
    assert {row.subject for row in asked} == {people.sara.ref}  # not sam, who may only read
    for row in asked:
        title, body = rendered(row.payload["message"], row.payload["values"], "http://portal")
        assert application.reference in title
        assert f"http://portal/firm/applications/{application.id}/" in body


def test_a_redelivered_score_is_the_same_score_once(people: People, product: Product) -> None:
    application = scoring(people.sara, product)
    first, second = Steps(), Steps()
    with as_vault_worker():
        score_application(first.run_of(application))
        score_application(second.run_of(application))
    assert first.seen == second.seen == ["records_read", "checked", "scored", "recorded"]
    assert Score.objects.filter(application_id=application.id).count() == 1
    assert events_of(application).count("score.recorded") == 1


def test_too_few_records_go_to_the_bank_without_a_score(people: People, product: Product) -> None:
    application = under_review(people.sara, product, months=3)
    score = Score.objects.get(application_id=application.id)
    assert (score.status, score.value, score.detail_code) == (
        "not_enough_data",
        None,
        "short_history",
    )
    events = ["application.submitted", "score.refused", "signals.recorded"]
    assert events_of(application) == events
    told = JobRow.objects.get(
        name=Job.SEND_MESSAGE, payload__values__application=str(application.id)
    )
    _, body = rendered(told.payload["message"], told.payload["values"], "http://portal")
    assert "not enough data" in body
    assert "your score" not in body
    decide_application(
        people.bo,
        application_id=application.id,
        outcome=Outcome.DECLINE,
        reasons=["records_too_short"],
    )
    assert events_of(application)[-1] == "decision.recorded"


def test_advancing_twice_does_nothing_the_second_time(people: People, product: Product) -> None:
    application = under_review(people.sara, product)
    before = fresh(application)
    assert advance_application(SYSTEM, application_id=application.id)
    assert fresh(application).status == before.status
    assert len(events_of(application)) == 3
