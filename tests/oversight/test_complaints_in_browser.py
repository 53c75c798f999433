"""Pages of complaints in a real browser: axe, overflow, policy, both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.oversight.answer_complaint import answer_complaint
from portal.oversight.complaint_models import (
    ANSWER_WITHIN,
    Complaint,
    ComplaintAbout,
    ComplaintOutcome,
)
from portal.oversight.take_complaint import take_complaint
from portal.oversight.withdraw_complaint import withdraw_complaint
from tests.applications.cases import consent_of
from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.oversight.complaints import WORDS, case_of, filed, score_of
from tests.personas import People
from tests.web_sme_bank.test_in_browser import Shot, look_at

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_complaint_pages_are_clean(
    opened: Callable[..., Watched], people: People, language: str
) -> None:
    pages = shots(people)
    for who in ("sara", "bo", "olga"):
        own = [shot for shot in pages if shot.who == who]
        watched = opened(own[0].path, who=who, language=language)
        for shot in own:
            look_at(watched, shot, language)
        assert watched.complaints == []


def test_the_check_page_is_clean(opened: Callable[..., Watched], people: People) -> None:
    path = reverse("sme:complaint_file", args=["score", score_of(people)])
    watched = opened(path, who="sara", language="en")
    watched.page.locator("textarea").fill(WORDS)
    watched.page.get_by_role("button", name="Continue").click()
    watched.page.get_by_role("button", name="Send the complaint").wait_for()
    check_page(watched, "en")
    watched.keep_picture("complaint_check")
    watched.page.get_by_role("button", name="Send the complaint").click()
    watched.page.wait_for_url("**/firm/complaints/*-*/")
    check_page(watched, "en")


def shots(people: People) -> list[Shot]:
    """A complaint in each state that a page can show."""
    case = case_of(people)
    late = filed(people.sara, consent_of(case), ComplaintAbout.CONSENT)
    long_ago = timezone.now() - ANSWER_WITHIN - timedelta(days=2, hours=1)
    Complaint.objects.using("owner").filter(id=late.id).update(
        filed_at=long_ago, answer_by=long_ago + ANSWER_WITHIN
    )
    filed(people.sara, consent_of(case), ComplaintAbout.DATA)
    open_one, taken, answered = (filed(people.sara, score_of(people)) for _ in range(3))
    withdraw_complaint(people.sara, complaint_id=filed(people.sara, score_of(people)).id)
    take_complaint(people.olga, complaint_id=taken.id)
    answer_complaint(
        people.olga,
        complaint_id=answered.id,
        outcome=ComplaintOutcome.PARTLY_UPHELD,
        answer="We compared March with the tax authority’s own list.\nTwo invoices were not yours.",
    )
    fresh = reverse("sme:complaint_file", args=["score", score_of(people)])
    own = f"?show=all&text={late.firm.name}"
    return [
        Shot("sara", "complaints", reverse("sme:complaints")),
        Shot("sara", "complaint_late", reverse("sme:complaint", args=[late.id])),
        Shot("sara", "complaint_answered", reverse("sme:complaint", args=[answered.id])),
        Shot("sara", "complaint_file", fresh),
        Shot("sara", "complaint_consent", reverse("sme:consent_detail", args=[late.subject_id])),
        Shot("bo", "complaint_case", reverse("bank:case_detail", args=[case.id])),
        Shot("bo", "complaint_bank", reverse("bank:complaint", args=[late.id])),
        Shot("olga", "complaint_queue", reverse("regulator:complaints") + own),
        Shot("olga", "complaint_open", reverse("regulator:complaint", args=[open_one.id])),
        Shot("olga", "complaint_taken", reverse("regulator:complaint", args=[taken.id])),
    ]
