"""What a policy decides by itself: within its version's limits, and never where a person has to."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import psycopg
import pytest

from portal.applications.advance_application import advance_application
from portal.applications.models import Decision, LoanApplication, Offer, PolicyRun
from portal.applications.policy_runs import run_policy
from portal.applications.replaying import replayed
from portal.applications.transitions import Status
from portal.consents.stop_consent import stop_consent
from portal.core.errors import RuleBroken
from portal.jobs.models import JobRow
from portal.products.models import Product
from portal.products.policy.table import Row, Table
from portal.products.policy.vocabulary import Verdict
from portal.products.terms import Automation
from tests.applications.cases import (
    SYSTEM,
    consent_of,
    events_of,
    fresh,
    new_product,
    passed_on,
    scored,
)
from tests.applications.test_policy_runs import GENEROUS
from tests.applications.test_races import at_once
from tests.ledger.facts import drain
from tests.personas import People
from tests.products.versions import in_force

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ASKED = 50_000_000
ACTS = Automation(approve_up_to_fen=ASKED, decline_up_to_fen=ASKED)
STRICT = Row({}, Verdict.DECLINE, reasons=("sales_falling",))


def product_with(people: People, row: Row, automation: Automation = ACTS) -> Product:
    """Its policy says ``row`` of the tests' firm."""
    made = new_product(people.bo.organisation_id)
    in_force(people.bo, people.boss, made, table=Table((row,)), automation=automation)
    return made


def told(case: LoanApplication) -> set[str]:
    about = JobRow.objects.filter(payload__values__application=str(case.id))
    return {str(row.payload["message"]) for row in about}


def advance(case: LoanApplication) -> None:
    advance_application(SYSTEM, application_id=case.id)


def test_it_approves_and_offers_what_its_row_says(people: People) -> None:
    case = passed_on(people.sara, product_with(people, GENEROUS), amount_fen=ASKED)
    decision = Decision.objects.get(application=case)
    assert (case.status, case.decision_id) == (Status.OFFERED, decision.id)
    assert (decision.is_automatic, decision.approved_by, decision.alone_fen) == (True, None, ASKED)
    run = PolicyRun.objects.get(application=case)
    assert decision.inputs["policy"] == run.frozen()
    assert decision.inputs["product"]["version_sha256"] == run.version.sha256
    offer = Offer.objects.get(decision=decision)
    assert offer.amount_fen == GENEROUS.limit_fen
    assert offer.document["conditions"] == ["quarterly_figures"]
    assert events_of(case)[-3:] == ["policy.evaluated", "decision.recorded", "offer.made"]
    assert told(case) == {"application_decided"}
    drain()
    assert replayed(decision.id).differing == ()


def test_it_declines_once_however_often_it_is_asked(people: People) -> None:
    case = passed_on(people.sara, product_with(people, STRICT), amount_fen=ASKED)
    advance(case)
    decision = Decision.objects.get(application=case)
    assert (case.status, decision.is_automatic) == (Status.DECLINED, True)
    assert (decision.reasons, decision.terms) == (["sales_falling"], None)


def test_all_else_is_an_officers(people: People) -> None:
    """Each alone: one fen above a limit, no limit for this outcome, no verdict."""
    a_fen_less = Automation(approve_up_to_fen=ASKED - 1, decline_up_to_fen=ASKED - 1)
    for row, automation in (
        (GENEROUS, a_fen_less),
        (STRICT, a_fen_less),
        (GENEROUS, Automation(decline_up_to_fen=ASKED)),
        (STRICT, Automation(approve_up_to_fen=ASKED)),
        (Row({}, Verdict.REFER), ACTS),
    ):
        product = product_with(people, row, automation)
        case = passed_on(people.sara, product, amount_fen=ASKED)
        assert case.status == Status.UNDER_REVIEW, row
        assert not Decision.objects.filter(application=case).exists()
        assert told(case) == {"application_scored"}


def test_less_than_the_product_lends_by_now_is_an_officers(people: People) -> None:
    case = scored(people.sara, product_with(people, GENEROUS), amount_fen=ASKED)
    table = Table((replace(GENEROUS, limit_fen=ASKED + 1),))
    dearer = {"min_amount_fen": ASKED + 1, "automation": Automation(ASKED + 1, ASKED + 1)}
    in_force(people.bo, people.boss, case.product, table=table, **dearer)
    advance(case)
    assert PolicyRun.objects.get(application=case).answer["is_automatic"]
    assert fresh(case).status == Status.UNDER_REVIEW


def test_a_policy_that_is_not_what_two_people_agreed_on_never_approves(
    people: People, admin_url: str
) -> None:
    case = scored(people.sara, product_with(people, GENEROUS, Automation()), amount_fen=ASKED)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            "UPDATE products_version SET document ="
            " jsonb_set(document, '{automation,approve_up_to_fen}', '50000000')"
            " WHERE product_id = %s AND status = 'in_force'",
            [case.product_id],
        )
    advance(case)
    assert fresh(case).status == Status.UNDER_REVIEW
    assert PolicyRun.objects.get(application=case).answer["alarm"] == "policy_changed"


def test_a_withdrawal_in_the_middle_wins(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    case = scored(people.sara, product_with(people, GENEROUS), amount_fen=ASKED)

    def withdraw_meanwhile(*_told: Any) -> None:
        stop = partial(stop_consent, people.sara, consent_id=consent_of(case))
        assert at_once(stop) == ["done"]

    with monkeypatch.context() as patched:
        patched.setattr("portal.applications.deciding.tell_firm", withdraw_meanwhile)
        with pytest.raises(RuleBroken) as refused:
            advance(case)
    assert refused.value.code == "consent_ended"
    assert not PolicyRun.objects.filter(application=case).exists()
    advance(case)
    assert fresh(case).status == Status.ACTION_REQUIRED
    assert not {"policy.evaluated", "decision.recorded"} & set(events_of(case))


def test_the_version_that_ruled_is_the_one_that_decides(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = product_with(people, GENEROUS)
    case = scored(people.sara, product, amount_fen=ASKED)

    def ruled_and_replaced(*given: Any) -> Any:
        answer = run_policy(*given)
        other = {"table": Table((STRICT,)), "automation": Automation()}
        assert at_once(partial(in_force, people.bo, people.boss, product, **other)) == ["done"]
        return answer

    monkeypatch.setattr("portal.applications.advance_application.run_policy", ruled_and_replaced)
    advance(case)
    run, decision = PolicyRun.objects.get(application=case), fresh(case).decision
    assert decision is not None
    assert decision.inputs["product"]["version_sha256"] == run.version.sha256
    assert (fresh(case).status, decision.alone_fen) == (Status.OFFERED, ASKED)
