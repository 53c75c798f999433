"""What became of loans: stated by their bank, line by line or as a file, and counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.applications.models import Offer
from portal.core.actor import Actor
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.months import SHANGHAI
from portal.modelwatch.calibrations import calibration_of
from portal.modelwatch.count_vintage import count_vintage, vintages_to_count
from portal.modelwatch.drifts import Scope
from portal.modelwatch.models import CountedVintage, LoanOutcome
from portal.modelwatch.note_outcomes import Outcome, note_outcomes
from portal.modelwatch.tasks import watch_calibration
from scoring.models import Score
from tests.applications.offers import agreed, days_go_by
from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.modelwatch.months import TIMER
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BrowserOf = Callable[[str | Actor], Client]
DAYS = 500


def today() -> date:
    return timezone.now().astimezone(SHANGHAI).date()


@pytest.fixture
def offer(people: People) -> Offer:
    """Agreed on by both, a year and a half ago."""
    made = agreed(people)
    days_go_by(made, DAYS)
    return made


def said(offer: Offer, *, paid: int = 0, overdue: int | None = None) -> Outcome:
    """Days are counted from the firm's yes."""
    yes = today() - timedelta(days=DAYS)
    return Outcome(
        offer.application.reference,
        yes + timedelta(days=paid),
        None if overdue is None else yes + timedelta(days=overdue),
    )


def days_ago(offer: Offer) -> None:
    """What was said was said two days ago, and counted yesterday."""
    said_at, counted_at = (timezone.now() - timedelta(days=days) for days in (2, 1))
    LoanOutcome.objects.using("owner").filter(application_id=offer.application_id).update(
        noted_at=said_at
    )
    CountedVintage.objects.using("owner").update(counted_at=counted_at)


def of_model(people: People, offer: Offer) -> tuple[Any, Any]:
    """The bank's view of the model behind the loan's score."""
    score = Score.objects.get(application_id=offer.application_id)
    scope = Scope(people.bo.organisation_id)
    return score, calibration_of(scope, score.model_sha256)


def loans_of(people: People, offer: Offer, outcome: Outcome) -> tuple[int, int]:
    """Loans and bad ones of the quarter that the statement names."""
    _score, found = of_model(people, offer)
    first = date(outcome.paid_out_on.year, (outcome.paid_out_on.month - 1) // 3 * 3 + 1, 1)
    one = next((each.vintage for each in found.quarters if each.first_day == first), None)
    return (one.loans, one.bad) if one else (0, 0)


@pytest.mark.parametrize(("overdue", "bad"), [(None, 0), (120, 1), (364, 1), (366, 0)])
def test_a_loan_is_bad_within_a_year_of_its_payout(
    people: People, offer: Offer, overdue: int | None, bad: int
) -> None:
    watch_calibration()  # what other tests have said
    outcome = said(offer, overdue=overdue)
    before = loans_of(people, offer, outcome)
    note_outcomes(people.bo, outcomes=[outcome])
    watch_calibration()
    after = loans_of(people, offer, outcome)
    assert (after[0] - before[0], after[1] - before[1]) == (1, bad)


def test_the_newest_statement_counts_in_its_own_quarter_and_the_old_one_is_counted_anew(
    people: People, offer: Offer
) -> None:
    wrong, right = said(offer), said(offer, paid=130)
    note_outcomes(people.bo, outcomes=[wrong])
    watch_calibration()
    there = loans_of(people, offer, wrong)[0]
    days_ago(offer)
    assert note_outcomes(people.bo, outcomes=[right]) == 1
    watch_calibration()
    assert loans_of(people, offer, wrong)[0] == there - 1
    assert loans_of(people, offer, right)[0] >= 1
    assert LoanOutcome.objects.filter(application_id=offer.application_id).count() == 2


def test_what_was_said_already_is_not_said_again(people: People, offer: Offer) -> None:
    assert [note_outcomes(people.bo, outcomes=[said(offer)]) for _ in range(2)] == [1, 0]
    first = said(offer).paid_out_on
    count_vintage(TIMER, first_day=date(first.year, (first.month - 1) // 3 * 3 + 1, 1))
    assert isinstance(vintages_to_count(), list)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"paid": -1}, "outcome_paid_out"),
        ({"paid": 501}, "outcome_paid_out"),
        ({"overdue": 89}, "outcome_overdue"),
        ({"overdue": 501}, "outcome_overdue"),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_kept(
    people: People, offer: Offer, wrong: dict[str, int], code: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        note_outcomes(people.bo, outcomes=[said(offer, **wrong)])
    assert refused.value.code == code
    assert not LoanOutcome.objects.filter(application_id=offer.application_id).exists()


def test_another_bank_an_unknown_case_and_a_double_line_are_refused(
    people: People, offer: Offer
) -> None:
    line = said(offer)
    for actor, lines, code in (
        (people.ben, [line], "outcome_unknown_case"),
        (people.bo, [line, Outcome("LA-XXXX-XXXX", today())], "outcome_unknown_case"),
        (people.bo, [line, said(offer, overdue=120)], "outcome_twice"),
        (people.bo, [], "outcome_lines"),
        (people.bo, [line] * 10_001, "outcome_lines"),
    ):
        with pytest.raises(RuleBroken) as refused:
            note_outcomes(actor, outcomes=lines)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        note_outcomes(people.sara, outcomes=[line])
    assert not LoanOutcome.objects.filter(application_id=offer.application_id).exists()


def test_an_officer_says_it_on_the_cases_page(browser_of: BrowserOf, offer: Offer) -> None:
    client = browser_of("bo")
    address = reverse("bank:case_outcome", args=[offer.application_id])
    case = client.get(reverse("bank:case_detail", args=[offer.application_id]))
    assert address in case.content.decode()
    late = {"paid_out_on": (today() + timedelta(days=1)).isoformat()}
    assert client.post(address, late).status_code == 422
    assert client.post(address, {"paid_out_on": today().isoformat()}).status_code == 302
    kept = LoanOutcome.objects.get(application_id=offer.application_id)
    assert (kept.paid_out_on, kept.overdue_90_on) == (today(), None)
    assert browser_of("ben").post(address, late).status_code == 404


def sent(client: Client, content: bytes) -> Any:
    file = SimpleUploadedFile("loans.csv", content, content_type="text/csv")
    return client.post(reverse("bank:outcomes"), {"file": file})


HEAD = b"reference,paid_out_on,overdue_90_on\n"


def test_a_file_is_taken_whole(browser_of: BrowserOf, offer: Offer) -> None:
    line = said(offer, overdue=200)
    text = f"{line.reference},{line.paid_out_on},{line.overdue_90_on}\r\n"
    answer = sent(browser_of("bo"), b"\xef\xbb\xbf" + HEAD + text.encode())
    assert answer.status_code == 302
    kept = LoanOutcome.objects.get(application_id=offer.application_id)
    assert kept.overdue_90_on == line.overdue_90_on


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "file"),
        (b"a,b\n", "three columns"),
        (HEAD + b"LA-1,2026-13-01,\n", "Line 1"),
        (HEAD + b"LA-1\n", "Line 1"),
        (HEAD + b'"LA-1,2026-01-01,\n', "CSV"),
        (HEAD + b"LA-1,2026-01-01,\n", "Line 1"),
        (b"\xff\xfe" + HEAD, "UTF-8"),
        (HEAD + b"x" * 1_000_001, "megabyte"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    browser_of: BrowserOf, people: People, content: bytes, where: str
) -> None:
    answer = sent(browser_of("bo"), content)
    assert answer.status_code == 422
    assert where in str(answer.context["form"].errors["file"])


@pytest.mark.timeout(300)
def test_the_forms_are_clean(opened: Callable[..., Watched], offer: Offer) -> None:
    for language in ("en", "zh-hans"):
        for address in (
            reverse("bank:outcomes"),
            reverse("bank:case_outcome", args=[offer.application_id]),
        ):
            check_page(opened(address, who="bo", language=language), language)
