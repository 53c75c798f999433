"""A product's policy at a scored case: what it saw and said is kept, frozen and replayed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection
from psycopg import sql
from psycopg.types.json import Jsonb

from portal.applications.advance_application import advance_application
from portal.applications.decide_application import decide_application
from portal.applications.models import Decision, LoanApplication, PolicyRun
from portal.applications.replaying import replayed
from portal.applications.transitions import Status
from portal.jobs.models import JobRow
from portal.products.models import Product
from portal.products.policy.table import Cell, Row, Table
from portal.products.policy.vocabulary import Input, Operator, Verdict
from portal.products.reason_codes import Outcome
from portal.products.terms import Automation
from scoring.answer_dispute import answer_dispute
from scoring.management.commands import replay_score
from scoring.models import DisputeAbout, DisputeOutcome
from scoring.open_dispute import open_dispute
from scoring.tasks import score_application
from tests.applications.cases import (
    SYSTEM,
    Steps,
    as_vault_worker,
    events_of,
    fresh,
    new_product,
    passed_on,
    scoring,
    under_review,
)
from tests.ledger.facts import drain
from tests.personas import People
from tests.products.versions import in_force
from tests.scoring.test_replay import replayed_at_once

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
GENEROUS = Row(
    {Input.BAND: Cell(Operator.ONE_OF, ("A", "B", "C"))},
    Verdict.APPROVE,
    limit_fen=40_000_000,
    rate_bp=435,
    conditions=("quarterly_figures",),
    reasons=("score_sufficient",),
)
ANYTHING_ELSE = Row({}, Verdict.REFER)


@pytest.fixture
def product(people: People) -> Product:
    """With a policy that approves what the tests' firm scores, and only advises."""
    made = new_product(people.bo.organisation_id)
    table = Table((GENEROUS, ANYTHING_ELSE))
    in_force(people.bo, people.boss, made, table=table, automation=Automation())
    return made


@pytest.fixture
def admin(admin_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(admin_url, autocommit=True) as connected:
        yield connected


def decided(people: People, case: LoanApplication) -> Decision:
    reasons = ["turnover_supports"]
    decide_application(people.bo, application_id=case.id, outcome=Outcome.APPROVE, reasons=reasons)
    return Decision.objects.get(application=case)


def test_it_is_asked_once_the_case_is_scored_and_the_officer_decides_all_the_same(
    people: People, product: Product
) -> None:
    case = under_review(people.sara, product)
    run = PolicyRun.objects.get(application=case)
    assert (run.answer["verdict"], run.answer["limit_fen"], run.answer["row"]) == (
        "approve",
        40_000_000,
        1,
    )
    assert run.inputs["amount_fen"] == case.amount_fen
    assert events_of(case)[-1] == "policy.evaluated"
    assert case.status == Status.UNDER_REVIEW
    assert decided(people, case).inputs["policy"] == run.frozen()


def test_a_version_without_rows_is_not_asked(people: People) -> None:
    case = under_review(people.sara, new_product(people.bo.organisation_id))
    assert not PolicyRun.objects.filter(application=case).exists()
    assert decided(people, case).inputs["policy"] is None


def test_a_version_that_comes_between_score_and_decision_changes_nothing(
    people: People, product: Product
) -> None:
    case = under_review(people.sara, product)
    was = PolicyRun.objects.get(application=case)
    in_force(people.bo, people.boss, product, table=Table((ANYTHING_ELSE,)))
    advance_application(SYSTEM, application_id=case.id)
    decision = decided(people, case)
    assert decision.inputs["policy"]["answer"]["version"] == str(was.version_id)
    assert_replays_equal(decision)


@pytest.mark.parametrize(("place", "value"), [("{rows,0,limit_fen}", "1"), ("{rows}", "[]")])
def test_a_policy_that_is_not_what_two_people_agreed_on_refers_and_is_told(
    people: People, product: Product, admin: psycopg.Connection[Any], place: str, value: str
) -> None:
    case = scoring(people.sara, product)
    with as_vault_worker():
        score_application(Steps().run_of(case))
    admin.execute("SET session_replication_role = replica")
    admin.execute(
        "UPDATE products_version SET document = jsonb_set(document, %s, %s)"
        " WHERE product_id = %s AND status = 'in_force'",
        [place, value, product.id],
    )
    advance_application(SYSTEM, application_id=case.id)
    run = PolicyRun.objects.get(application=case)
    assert (run.answer["verdict"], run.answer["alarm"]) == ("refer", "policy_changed")
    told = JobRow.objects.filter(payload__message="policy_alarm")
    assert told.filter(payload__values__application=str(case.id)).exists()
    assert fresh(case).status == Status.UNDER_REVIEW


def test_a_score_set_aside_takes_the_policys_answer_with_it(
    people: People, product: Product
) -> None:
    case = under_review(people.sara, product)
    assert case.score_id
    dispute = open_dispute(
        people.sara, score_id=case.score_id, about=DisputeAbout.FIGURE, statement="Look again."
    )
    answer_dispute(
        people.bo, dispute_id=dispute.id, outcome=DisputeOutcome.SET_ASIDE, answer="We looked."
    )
    decide_application(
        people.bo,
        application_id=case.id,
        outcome=Outcome.APPROVE,
        reasons=["officer_knowledge"],
    )
    assert Decision.objects.get(application=case).inputs["policy"] is None


def test_what_it_said_is_never_changed(people: People, product: Product) -> None:
    under_review(people.sara, product)
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as web:
        web.execute("UPDATE applications_policy_run SET answer = '{}'")


def assert_replays_equal(decision: Decision, *, differing: tuple[str, ...] = ()) -> None:
    drain()
    assert replayed(decision.id).differing == differing


@pytest.mark.parametrize(
    ("path", "value", "differs"),
    [
        ("{policy,answer,limit_fen}", "50000000", "policy's answer"),
        ("{policy,inputs,score}", "700", "policy's inputs"),
        ("{policy,answer,version_sha256}", '"00"', "policy's version"),
        ("{score,value}", "700", "ledger entry"),
    ],
)
def test_a_changed_record_does_not_replay(
    people: People,
    product: Product,
    admin: psycopg.Connection[Any],
    path: str,
    value: str,
    differs: str,
) -> None:
    decision = decided(people, under_review(people.sara, product))
    assert_replays_equal(decision)
    admin.execute(
        "UPDATE applications_decision SET inputs = jsonb_set(inputs, %s, %s) WHERE id = %s",
        [path, value, decision.id],
    )
    assert differs in replayed(decision.id).differing


@contextmanager
def changed(
    admin: psycopg.Connection[Any], case: LoanApplication, where: str, place: str, value: str
) -> Iterator[None]:
    """One value in a JSON column (``table.column``), put back afterwards."""
    table, column = map(sql.Identifier, where.split("."))
    key = "product_id" if where.startswith("products") else "application_id"
    names = {"table": table, "column": column, "key": sql.Identifier(key)}
    of = case.product_id if key == "product_id" else case.id
    admin.execute("SET session_replication_role = replica")
    found = sql.SQL("SELECT id, {column} FROM {table} WHERE {key} = %s").format(**names)
    kept = admin.execute(found, [of]).fetchall()
    change = "UPDATE {table} SET {column} = jsonb_set({column}, %s, %s) WHERE {key} = %s"
    admin.execute(sql.SQL(change).format(**names), [place, value, of])
    assert admin.execute(found, [of]).fetchall() != kept
    yield
    back = sql.SQL("UPDATE {table} SET {column} = %s WHERE id = %s").format(**names)
    for row_id, document in kept:
        admin.execute(back, [Jsonb(document), row_id])


def test_every_automatic_decision_is_replayed_and_one_changed_value_is_found(
    people: People, admin: psycopg.Connection[Any]
) -> None:
    """Each by itself: in what was frozen, in the version's document, in the offer."""
    made = new_product(people.bo.organisation_id)
    in_force(people.bo, people.boss, made, table=Table((GENEROUS,)))
    case = passed_on(people.sara, made)
    drain()

    def found_out() -> bool:
        out = io.StringIO()
        with suppress(CommandError):
            call_command("replay_decision", "--automatic", stdout=out)
        return str(case.decision_id) in out.getvalue()

    assert not found_out()
    for where, place, value in (
        ("applications_decision.inputs", "{score,reasons,0,code}", '"x"'),
        ("applications_decision.inputs", "{application,use_of_funds}", '"x"'),
        ("products_version.document", "{terms,fee_fen}", "1"),
        ("applications_offer.document", "{total_fen}", "1"),
    ):
        with changed(admin, case, where, place, value):
            assert found_out(), where
        assert not found_out()


def test_the_command(people: People, product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    decision = decided(people, under_review(people.sara, product))
    drain()
    monkeypatch.setattr(replay_score, "ask_replay", replayed_at_once)
    out = io.StringIO()
    call_command("replay_decision", str(decision.id), stdout=out)
    assert "  equal    policy's answer" in out.getvalue()
    assert "Every number compared is the same." in out.getvalue()
    with pytest.raises(CommandError, match="There is no decision"):
        call_command("replay_decision", str(uuid4()), stdout=out)
    Decision.objects.using("owner").filter(id=decision.id).update(amount_fen=1)
    with pytest.raises(CommandError, match="does not hold") as refused:
        call_command("replay_decision", str(decision.id), stdout=out)
    assert refused.value.returncode == 1
