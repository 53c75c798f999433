"""Pages of disputes and long lists in a real browser: axe, overflow, policy, both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.applications.models import LoanApplication
from portal.consents.stop_consent import stop_consent
from scoring.answer_dispute import answer_dispute
from scoring.models import Dispute, DisputeAbout, DisputeOutcome
from scoring.open_dispute import open_dispute
from tests.applications.cases import consent_of, new_product, under_review
from tests.browser.site import Watched
from tests.personas import People
from tests.web_sme_bank.rows import more_disputes, more_scores
from tests.web_sme_bank.test_in_browser import Shot, look_at
from tests.web_sme_bank.test_scores import score_of

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
WORDS = "We had four buyers in that year, not one: invoices to the cooperative are to its members."


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_dispute_pages_are_clean(
    opened: Callable[..., Watched], people: People, language: str
) -> None:
    pages = shots(people)
    for who in ("sara", "bo"):
        own = [shot for shot in pages if shot.who == who]
        watched = opened(own[0].path, who=who, language=language)
        for shot in own:
            look_at(watched, shot, language)
        assert watched.complaints == []


def shots(people: People) -> list[Shot]:
    """A dispute in each state that a page can show."""
    late, sealed = disputed(people), disputed(people)
    passed = timezone.now() - timedelta(days=2)
    Dispute.objects.using("owner").filter(id=late.id).update(answer_by=passed)
    stop_consent(people.sara, consent_id=consent_of(case_of(sealed)))
    more_disputes(disputed(people), 22)
    aside = answered(people, DisputeOutcome.SET_ASIDE)
    stands = answered(people, DisputeOutcome.STANDS)
    more_scores(score_of(case_of(aside)), 3)
    again = open_dispute(
        people.sara, score_id=stands.score_id, about=DisputeAbout.REASON, statement=WORDS
    )
    return [
        Shot("sara", "dispute_history", reverse("sme:score")),
        Shot("sara", "dispute_form", reverse("sme:score_dispute", args=[aside.score_id])),
        Shot("sara", "dispute_again", reverse("sme:score_dispute", args=[again.score_id])),
        Shot("sara", "dispute_overview", reverse("sme:overview")),
        Shot("sara", "dispute_public", reverse("public:scores")),
        Shot("bo", "dispute_list", reverse("bank:disputes")),
        *(
            Shot("bo", f"dispute_{name}", reverse("bank:dispute_answer", args=[dispute.id]))
            for name, dispute in (("late", late), ("sealed", sealed), ("aside", aside))
        ),
        *(
            Shot("bo", f"dispute_{page}_{name}", reverse(f"bank:{page}", args=[one.application_id]))
            for name, one in (("aside", aside), ("again", again))
            for page in ("case_detail", "case_decide")
        ),
    ]


def disputed(people: People) -> Dispute:
    case = under_review(people.sara, new_product(people.bo.organisation_id))
    return open_dispute(
        people.sara, score_id=score_of(case), about=DisputeAbout.FIGURE, statement=WORDS
    )


def answered(people: People, outcome: DisputeOutcome) -> Dispute:
    dispute = disputed(people)
    return answer_dispute(
        people.bo, dispute_id=dispute.id, outcome=outcome, answer="We looked at each buyer."
    )


def case_of(dispute: Dispute) -> LoanApplication:
    return LoanApplication.objects.get(id=dispute.application_id)
