"""How a dispute reaches the people of a bank: message, menu, list and answer page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.applications.models import LoanApplication
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Role
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.products.models import Product
from scoring.models import Dispute, DisputeAbout
from scoring.open_dispute import open_dispute
from scoring.queries import score_under
from tests.applications.cases import consent_of, new_product, under_review
from tests.personas import People, invited, new_bank
from tests.web_sme_bank.rows import more_disputes
from tests.web_sme_bank.test_bank_pages import BrowserOf
from tests.web_sme_bank.test_scores import page, score_of

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def case(people: People, product: Product) -> LoanApplication:
    return under_review(people.sara, product)


def opened(people: People, case: LoanApplication) -> Dispute:
    return open_dispute(
        people.sara,
        score_id=score_of(case),
        about=DisputeAbout.FIGURE,
        statement="Secret words of the firm.",
    )


def mails_about(dispute: Dispute) -> list[dict[str, Any]]:
    rows = JobRow.objects.filter(name=Job.SEND_MESSAGE, payload__message="dispute_opened")
    return [row.payload for row in rows if row.payload["values"]["dispute"] == str(dispute.id)]


def test_each_person_who_may_answer_is_written_to(people: People, case: LoanApplication) -> None:
    dispute = opened(people, case)
    mails = mails_about(dispute)
    told = {mail["to"] for mail in mails}
    score = score_under(case.id, consent_of(case))
    assert score is not None
    assert {address_of(people.bo.person_id), address_of(people.boss.person_id)} <= told
    assert address_of(people.ben.person_id) not in told
    for mail in mails:
        assert "Secret words" not in str(mail)
        assert str(score.value) not in str(mail["values"] | {"dispute": ""})


def address_of(person_id: UUID) -> str:
    return str(User.objects.get(id=person_id).email)


def test_the_menu_counts_what_waits(
    people: People, browser_of: BrowserOf, case: LoanApplication
) -> None:
    before = waiting_in_menu(browser_of("bo"))
    opened(people, case)
    assert waiting_in_menu(browser_of("bo")) == before + 1


def waiting_in_menu(client: Client) -> int:
    menu = client.get(reverse("bank:queue")).context["nav"]
    return int(str(next(item["waiting"] for item in menu if "disputes" in item["url"])))


def test_the_list_names_firm_reference_and_band(
    people: People, browser_of: BrowserOf, case: LoanApplication
) -> None:
    dispute = opened(people, case)
    late = timezone.now() - timedelta(days=400)
    Dispute.objects.using("owner").filter(id=dispute.id).update(answer_by=late)
    shown = browser_of("bo").get(reverse("bank:disputes"))
    first = shown.context["waiting"][0]
    score = score_under(case.id, consent_of(case))
    assert score is not None
    assert first.dispute.id == dispute.id
    assert first.application.reference == case.reference
    assert first.band == score.band
    body = shown.content.decode()
    assert case.reference in body
    assert "Overdue" in body
    stop_consent(people.sara, consent_id=consent_of(case))
    sealed = browser_of("bo").get(reverse("bank:disputes")).context["waiting"][0]
    assert sealed.band == ""


def test_the_answer_page_shows_the_score_while_it_may_be_seen(
    people: People, browser_of: BrowserOf, case: LoanApplication
) -> None:
    dispute = opened(people, case)
    score = score_under(case.id, consent_of(case))
    assert score is not None
    bo = browser_of("bo")
    seen = page(bo, "bank:dispute_answer", dispute.id)
    assert f"{score.value} · Band" in seen
    assert case.reference in seen
    stop_consent(people.sara, consent_id=consent_of(case))
    hidden = page(bo, "bank:dispute_answer", dispute.id)
    assert f"{score.value} · Band" not in hidden
    assert "are hidden from your bank" in hidden
    assert "has to be answered all the same" in hidden
    written = {"outcome": "set_aside", "answer": "We cannot uphold it."}
    assert bo.post(reverse("bank:dispute_answer", args=[dispute.id]), written).status_code == 302
    assert "We cannot uphold it." in page(bo, "bank:dispute_answer", dispute.id)


def test_pages_of_open_disputes_follow_each_other(people: People, browser_of: BrowserOf) -> None:
    bank = new_bank("Dispute Demo Bank", "异议演示银行")
    client = browser_of(invited("dora", bank.id, Role.BANK_OFFICER))
    dispute = opened(people, under_review(people.sara, new_product(bank.id)))
    page(client, "bank:disputes")
    with CaptureQueriesContext(connection) as few:
        page(client, "bank:disputes")
    due = [dispute.id, *(row.id for row in more_disputes(dispute, 30))]
    with CaptureQueriesContext(connection) as many:
        first = client.get(reverse("bank:disputes"))
    later = client.get(reverse("bank:disputes") + first.context["links"]["next"])
    seen = [line.dispute.id for shown in (first, later) for line in shown.context["waiting"]]
    assert seen == due
    assert len(first.context["waiting"]) == 20
    assert later.context["links"]["next"] == ""
    assert len(few) == len(many)


def test_another_bank_sees_none_of_it(
    people: People, browser_of: BrowserOf, case: LoanApplication
) -> None:
    dispute = opened(people, case)
    ben = browser_of("ben")
    assert str(dispute.id) not in page(ben, "bank:disputes")
    assert ben.get(reverse("bank:dispute_answer", args=[dispute.id])).status_code == 404
