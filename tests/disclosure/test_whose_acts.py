"""What counts as an organisation's: the acts of those who acted for it, while they did."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from portal.accounts.models import Membership
from portal.consents.mandate_ends import end_mandate
from portal.core.actor import Actor
from portal.disclosure.models import DisclosureFile, What
from portal.oversight.answer_complaint import answer_complaint
from portal.oversight.complaint_models import ComplaintOutcome
from tests.disclosure.requests import made, terms_about
from tests.gate.mandates import INTAKE, next_line
from tests.oversight.complaints import filed, score_of
from tests.personas import People
from tests.use_cases.scenarios_mandates import mandate_of, sara_at

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def lines_about(people: People, whose: Actor, what: What, name: str) -> list[dict[str, str]]:
    """The lines of one file of an export about the actor's organisation."""
    assert whose.organisation_id is not None
    disclosure = made(people, terms_about(whose.organisation_id, what=what))
    stored = DisclosureFile.objects.get(disclosure=disclosure)
    with ZipFile(BytesIO(bytes(stored.content))) as archive:
        return [json.loads(line) for line in archive.read(name).splitlines()]


def test_what_the_operator_answered_is_in_the_operators_export(people: People) -> None:
    complaint = filed(people.sara, score_of(people))
    answer_complaint(
        people.olga,
        complaint_id=complaint.id,
        outcome=ComplaintOutcome.UPHELD,
        answer="You are right.",
    )
    entries = lines_about(people, people.olga, What.ORGANISATION, "ledger.jsonl")
    did = [entry["kind"] for entry in entries if entry["subject"] == complaint.ref]
    assert did == ["complaint.answered"]
    # Her colleagues of other tests may have acted as well, and nobody else.
    actors = {entry["actor"].removeprefix("person:") for entry in entries}
    assert people.olga.organisation_id is not None
    operators = Membership.objects.filter(organisation_id=people.olga.organisation_id)
    assert str(people.olga.person_id) in actors
    assert actors <= {str(member.user_id) for member in operators}


def test_the_register_has_the_day_on_which_a_mandate_ended(people: People) -> None:
    mandate_of(people.sara, people.sam)
    before = lines_about(people, people.sara, What.REGISTER, "register.jsonl")
    end_mandate(INTAKE, next_line(sara_at(people)), statement="the signed list", using="intake")
    after = lines_about(people, people.sara, What.REGISTER, "register.jsonl")
    assert [row["person"] for row in before] == [row["person"] for row in after]
    was, now = (
        datetime.fromisoformat(row["until"])
        for rows in (before, after)
        for row in rows
        if row["person"] == people.sara.ref
    )
    assert was - now > timedelta(days=300)
    assert {row["role"] for row in after} == {"firm_legal_representative", "firm_clerk"}
