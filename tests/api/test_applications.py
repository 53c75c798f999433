"""What a bank's system reads of applications: its own bank's, nothing that names the firm."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.applications.models import LoanApplication, new_reference
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Role
from tests.api.conftest import Ask, asking_with, token_of
from tests.applications.cases import consent_of, drafted, new_product, submitted
from tests.personas import People, invited, new_bank

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def more_like(application: LoanApplication, number: int) -> None:
    """As many others, each sent an hour after the one before."""
    rows = []
    for later in range(1, number + 1):
        row = LoanApplication.objects.get(id=application.id)
        row.id, row.reference = uuid4(), new_reference()
        assert row.submitted_at is not None
        row.submitted_at += timedelta(hours=later)
        rows.append(row)
    LoanApplication.objects.bulk_create(rows)


def test_one_application_as_its_bank_sees_it(system: Ask, declined: LoanApplication) -> None:
    answer = system(f"{declined.id}/")
    assert answer.headers["Content-Type"] == "application/json"
    told = answer.json()
    assert told["id"] == str(declined.id)
    assert (told["status"], told["display"]) == ("declined", "refused")
    assert (told["amount_fen"], told["term_months"]) == (50_000_000, 12)
    assert told["decision"]["outcome"] == "decline"
    assert told["decision"]["reasons"] == ["score_too_low"]
    assert told["sent_at"].endswith("Z")


def test_nothing_names_the_firm(system: Ask, declined: LoanApplication) -> None:
    for path in ("", f"{declined.id}/", f"{declined.id}/score/"):
        text = system(path).content.decode()
        for told in (declined.firm.name, declined.firm.name_zh, declined.firm.uscc):
            assert told not in text
        assert str(declined.firm_id) not in text
        assert declined.use_of_funds not in text


def test_another_banks_is_not_there(stranger: Ask, case: LoanApplication) -> None:
    for path in (f"{case.id}/", f"{case.id}/score/", f"{uuid4()}/"):
        answer = stranger(path)
        assert answer.status_code == 404
        assert answer.json()["code"] == "application_not_found"
    assert str(case.id) not in stranger().content.decode()


def test_a_draft_is_not_there(system: Ask, people: People) -> None:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    assert system(f"{draft.id}/").status_code == 404


def test_a_withdrawal_is_told_in_the_next_call(
    system: Ask, people: People, case: LoanApplication
) -> None:
    assert system(f"{case.id}/").json()["status"] == "under_review"
    stop_consent(people.sara, consent_id=consent_of(case))
    assert system(f"{case.id}/").json()["status"] == "action_required"
    (row,) = [row for row in everything(system) if row["id"] == str(case.id)]
    assert row["status"] == "action_required"


def everything(system: Ask, **query: str) -> list[dict[str, str]]:
    """The rows of every page, as ``next`` leads through them."""
    found = []
    while True:
        page = system(**query).json()
        found += page["results"]
        if page["next"] is None:
            return found
        query = dict(parse_qsl(urlsplit(page["next"]).query))


def test_pages_follow_each_other_at_the_same_cost(people: People) -> None:
    bank = new_bank("Pier Demo Bank", "码头演示银行")
    manager = invited("pia", bank.id, Role.BANK_APPROVER)
    system = asking_with(token_of(manager).secret)
    first = submitted(people.sara, new_product(bank.id))
    one = cost(system)
    more_like(first, 22)
    assert cost(system) == one
    rows = everything(system)
    assert len({row["id"] for row in rows}) == len(rows) == 23
    assert rows == sorted(rows, key=lambda row: row["sent_at"])
    assert everything(system, show="offered") == []
    assert everything(system, until="2020-01-01") == []
    assert len(everything(system, since="2020-01-01")) == 23


def cost(system: Ask) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert system().status_code == 200
    return len(queries)
