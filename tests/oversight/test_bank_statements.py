"""The bank concerned says its side of a complaint, until it is answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from ledger.kinds import EventKind
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition
from portal.oversight.answer_complaint import answer_complaint
from portal.oversight.complaint_models import ComplaintOutcome
from portal.oversight.state_on_complaint import state_on_complaint
from portal.web.bank.complaints import StatementForm
from scoring.models import DisputeAbout
from scoring.open_dispute import open_dispute
from tests.outbox import events_about
from tests.oversight.complaints import filed, score_of
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]
SIDE = "We asked for <March> twice."


def test_firm_and_answerer_read_it_and_the_ledger_has_a_commitment(
    people: People, browser_of: BrowserOf
) -> None:
    complaint, bo = filed(people.sara, score_of(people)), browser_of("bo")
    address = reverse("bank:complaint_statement", args=[complaint.id])
    assert bo.post(address, {"statement": " "}).status_code == 422
    for _twice in range(2):
        assert bo.post(address, {"statement": SIDE}).status_code == 302
    late = bo.post(address, {"statement": "Another side."})
    assert (late.status_code, "Another side." in late.content.decode()) == (409, True)
    for who, name in (("sara", "sme"), ("olga", "regulator"), ("bo", "bank")):
        page = browser_of(who).get(reverse(f"{name}:complaint", args=[complaint.id]))
        assert "We asked for &lt;March&gt; twice." in page.content.decode()
    (stated,) = [
        event
        for event in events_about(complaint.ref)
        if event["kind"] == EventKind.COMPLAINT_STATED
    ]
    complaint.refresh_from_db()
    assert stated["payload"] == {"text_digest": complaint.digest_of(SIDE)}


def test_after_the_answer_there_is_no_form_and_nothing_is_taken(
    people: People, browser_of: BrowserOf
) -> None:
    complaint, bo = filed(people.sara, score_of(people)), browser_of("bo")
    page = reverse("bank:complaint", args=[complaint.id])
    label = str(StatementForm.base_fields["statement"].label)
    assert label in bo.get(page).content.decode()
    answer_complaint(
        people.olga, complaint_id=complaint.id, outcome=ComplaintOutcome.UPHELD, answer="Yes."
    )
    assert label not in bo.get(page).content.decode()
    address = reverse("bank:complaint_statement", args=[complaint.id])
    assert bo.post(address, {"statement": SIDE}).status_code == 409
    with pytest.raises(InvalidTransition):
        state_on_complaint(people.bo, complaint_id=complaint.id, statement=SIDE)
    complaint.refresh_from_db()
    assert complaint.statement == ""


def test_a_dispute_and_a_complaint_of_one_score_lead_to_each_other(
    people: People, browser_of: BrowserOf
) -> None:
    score_id, bo = score_of(people), browser_of("bo")
    complaint = filed(people.sara, score_id)
    dispute = open_dispute(
        people.sara, score_id=score_id, about=DisputeAbout.RECORDS, statement="March is wrong."
    )
    there = reverse("bank:dispute_answer", args=[dispute.id])
    here = reverse("bank:complaint", args=[complaint.id])
    assert there in bo.get(here).content.decode()
    assert here in bo.get(there).content.decode()
