"""A policy that sends cases with marked signals to an officer, on real reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.applications.advance_application import advance_application
from portal.applications.models import Decision, LoanApplication, PolicyRun
from portal.applications.policy_inputs import inputs_of
from portal.applications.replaying import replayed
from portal.applications.transitions import Status
from portal.products.models import Product
from portal.products.policy.table import Cell, Row, Table
from portal.products.policy.vocabulary import Input, Operator, Verdict
from scoring.engine.signals.catalogue import CODES
from scoring.queries import ScoreView
from scoring.reading import Read
from scoring.signal_views import SignalsView
from tests.applications.cases import SYSTEM, fresh, new_product
from tests.applications.cases import scoring as waiting
from tests.applications.test_automatic_decision import ACTS
from tests.applications.test_policy_runs import GENEROUS
from tests.ledger.facts import drain
from tests.personas import People
from tests.products.versions import in_force
from tests.scoring.test_signals_kept import publish, uneven, with_round_amounts
from tests.use_cases.scenarios_records import read as read_under

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
WARY = Row({Input.SIGNAL_STRENGTH: Cell(Operator.AT_LEAST, (2,))}, Verdict.REFER)
BY_CODE = Row({Input.SIGNALS: Cell(Operator.HAS_ANY, ("round_jump",))}, Verdict.REFER)


@pytest.fixture(params=[WARY, BY_CODE], ids=["by strength", "by code"])
def product(request: pytest.FixtureRequest, people: People) -> Product:
    """Approves by itself, but what the first row refers."""
    made = new_product(people.bo.organisation_id)
    table = Table((request.param, GENEROUS))
    in_force(people.bo, people.boss, made, table=table, automation=ACTS)
    return made


def answered(people: People, product: Product, *, forged: bool) -> LoanApplication:
    case = waiting(people.sara, product, amount_fen=50_000_000)
    read: Read = uneven(read_under(case))
    publish(with_round_amounts(read) if forged else read)
    advance_application(SYSTEM, application_id=case.id)
    return fresh(case)


def test_a_marked_signal_sends_the_case_to_an_officer(people: People, product: Product) -> None:
    case = answered(people, product, forged=True)
    run = PolicyRun.objects.get(application=case)
    assert case.status == Status.UNDER_REVIEW
    assert run.inputs["signal_strength"] == 2
    assert "round_jump" in run.inputs["signals"]
    assert "?voided_since" in run.inputs["signals"]


def test_without_it_the_policy_approves_and_the_decision_replays(
    people: People, product: Product
) -> None:
    case = answered(people, product, forged=False)
    decision = Decision.objects.get(application=case)
    assert (case.status, decision.is_automatic) == (Status.OFFERED, True)
    assert decision.inputs["score"]["signals"] is not None
    drain()
    assert replayed(decision.id).differing == ()


@pytest.mark.parametrize("signals", [None, SignalsView(found=(), not_computable=CODES)])
def test_where_no_signal_could_be_computed_a_policy_sees_none_not_nothing_found(
    people: People, product: Product, signals: SignalsView | None
) -> None:
    case = answered(people, product, forged=False)
    score = ScoreView.thaw(Decision.objects.get(application=case).inputs["score"])
    seen = inputs_of(replace(score, signals=signals), amount_fen=1, term_months=12)
    assert (seen.signal_strength, seen.signals) == (None, None)
    assert not {"signal_strength", "signals"} & seen.frozen().keys()
