"""A score goes out as the bank's page shows it, on record, and not one call after its consent."""

from __future__ import annotations

import pytest

from portal.accounts.activity import Activity
from portal.accounts.api_token_models import Scope
from portal.accounts.create_api_token import NewToken
from portal.accounts.models import ActivityRow
from portal.applications.bank_queries import bank_case_for
from portal.applications.case_history import history_of
from portal.applications.models import LoanApplication
from portal.consents.pause_consent import pause_consent
from portal.consents.stop_consent import stop_consent
from scoring.answer_dispute import answer_dispute
from scoring.models import DisputeAbout, DisputeOutcome
from scoring.open_dispute import open_dispute
from tests.api.conftest import Ask, asking_with, token_of
from tests.applications.cases import consent_of, fresh, new_product, submitted, under_review
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def refusal(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined]


def test_it_is_what_the_page_shows_without_the_firms_figures(
    system: Ask, people: People, case: LoanApplication
) -> None:
    page = bank_case_for(people.bo, case.id).score
    assert page is not None
    answer = system(f"{case.id}/score/")
    assert "no-store" in answer.headers["Cache-Control"]
    told = answer.json()
    assert (told["status"], told["value"], told["band"]) == ("scored", page.value, page.band)
    assert [reason["code"] for reason in told["reasons"]] == [one.code for one in page.reasons]
    assert {key for reason in told["reasons"] for key in reason} == {
        "code",
        "direction",
        "feature",
        "points",
        "rank",
    }


def test_each_release_is_on_record_and_is_no_look(
    system: Ask, people: People, token: NewToken, case: LoanApplication
) -> None:
    seen = set(ActivityRow.objects.filter(subject=case.ref).values_list("id", flat=True))
    system(f"{case.id}/score/")
    rows = ActivityRow.objects.filter(subject=case.ref, activity=Activity.SCORE_RELEASED)
    assert [(row.actor, row.address) for row in rows] == [(token.token.ref, "127.0.0.1")]
    new = ActivityRow.objects.filter(subject=case.ref).exclude(id__in=seen).order_by("id")
    assert [row.activity for row in new] == ["score_released", "api_called"]
    assert fresh(case).first_opened_at is None
    lines = [str(line.text) for line in history_of(people.bo, bank_case_for(people.bo, case.id))]
    assert "Score given to the system Loan register" in lines


@pytest.mark.parametrize("end", [stop_consent, pause_consent])
def test_a_dead_consent_seals_it_in_the_next_call(
    system: Ask, people: People, case: LoanApplication, end: object
) -> None:
    address = f"{case.id}/score/"
    assert system(address).status_code == 200
    end(people.sara, consent_id=consent_of(case))  # type: ignore[operator]
    assert refusal(system(address)) == (403, "consent_ended")


def test_a_decided_case_keeps_its_score(
    system: Ask, people: People, declined: LoanApplication
) -> None:
    before = system(f"{declined.id}/score/").json()
    stop_consent(people.sara, consent_id=consent_of(declined))
    assert system(f"{declined.id}/score/").json() == before


def test_a_score_set_aside_stays_aside(system: Ask, people: People, case: LoanApplication) -> None:
    assert case.score_id is not None
    dispute = open_dispute(
        people.sara, score_id=case.score_id, about=DisputeAbout.OTHER, statement="Please look."
    )
    answer_dispute(
        people.bo, dispute_id=dispute.id, outcome=DisputeOutcome.SET_ASIDE, answer="We look."
    )
    assert refusal(system(f"{case.id}/score/")) == (403, "score_set_aside")


def test_before_there_is_one(system: Ask, people: People) -> None:
    case = submitted(people.sara, new_product(people.bo.organisation_id))
    assert refusal(system(f"{case.id}/score/")) == (404, "score_not_available")


def test_too_little_data_is_told_as_such(system: Ask, people: People) -> None:
    case = under_review(people.sara, new_product(people.bo.organisation_id), months=3)
    told = system(f"{case.id}/score/").json()
    assert (told["status"], told["value"]) == ("not_enough_data", None)
    assert told["detail_code"]


def test_a_token_for_applications_gets_none(people: People, case: LoanApplication) -> None:
    narrow = asking_with(token_of(people.boss, Scope.APPLICATIONS).secret)
    assert narrow(f"{case.id}/").status_code == 200
    assert refusal(narrow(f"{case.id}/score/")) == (403, "score_release")
