"""Hints are kept beside a score: from the same read, once, by the scorer alone, and forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest

from portal.applications.models import LoanApplication
from portal.consents.stop_consent import stop_consent
from scoring.engine.canonical import canonical_bytes
from scoring.engine.model import shipped_model
from scoring.engine.signals.catalogue import CODES
from scoring.engine.signals.cuts import CUTS
from scoring.engine.signals.rates import FALSE_ALARMS
from scoring.engine.signals.traces import MonthTraces, SideTraces
from scoring.engine.summary import MonthSummary, Record
from scoring.erase_features import erase_features
from scoring.models import SignalSet
from scoring.publish_score import publish_score
from scoring.reading import Read
from scoring.signals import signals_of
from scoring.stored import columns_of
from scoring.tasks import WORKER
from tests.applications.cases import (
    FIRST,
    LAST,
    as_vault_worker,
    consent_of,
    fetched,
    new_product,
    submitted,
    under_review,
)
from tests.applications.cases import scoring as waiting
from tests.gate.parties import Parties, login, sealed
from tests.outbox import events_about
from tests.personas import People
from tests.use_cases.scenarios_records import read as read_under

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
RECORDED = "signals.recorded"


@pytest.fixture
def case(people: People, transactional_db: None) -> LoanApplication:
    """Its records are fetched; nothing is scored."""
    return waiting(people.sara, new_product(people.bo.organisation_id))


def publish(read: Read) -> None:
    model = shipped_model()
    with as_vault_worker():
        publish_score(WORKER, read=read, answer=read.assess(model), model=model)


def with_round_amounts(read: Read) -> Read:
    """Traces as of a firm whose last three months are all round amounts; summaries as they are."""

    def traced(one: MonthTraces, place: int) -> MonthTraces:
        side = SideTraces(blue=20, blue_fen=20, round=20 if place >= 21 else 0)
        return replace(one, sale=side)

    return replace(read, traces=tuple(traced(one, at) for at, one in enumerate(read.traces)))


def uneven(read: Read) -> Read:
    """Sales that rise and fall from month to month as honest ones do: no signal is found."""

    def times(one: MonthSummary, factor: int) -> MonthSummary:
        totals = [replace(each, net_fen=each.net_fen * factor) for each in one.sale.counterparties]
        net = one.sale.blue_net_fen * factor
        return replace(one, sale=replace(one.sale, blue_net_fen=net, counterparties=tuple(totals)))

    factors = [2 + (place * 7) % 13 for place in range(len(read.summaries))]
    return replace(read, summaries=tuple(map(times, read.summaries, factors)))


def test_every_signal_has_its_rate() -> None:
    assert tuple(FALSE_ALARMS) == CODES == tuple(CUTS)


def test_a_read_brings_traces_and_the_score_knows_nothing_of_them(case: LoanApplication) -> None:
    read = read_under(case)
    forged, model = with_round_amounts(read), shipped_model()
    assert len(read.traces) == 24
    assert [one.code for one in signals_of(forged).found if one.code == "round_jump"]
    answers = [columns_of(one.assess(model)) for one in (read, forged, replace(read, traces=()))]
    assert len({canonical_bytes(one) for one in answers}) == 1
    assert len({one.digest for one in (read, forged)}) == 1


def test_hints_are_stored_and_recorded_once_with_the_score(case: LoanApplication) -> None:
    read = with_round_amounts(read_under(case))
    publish(read)
    publish(read)
    kept = SignalSet.objects.get(score__application_id=case.id)
    (found,) = [one for one in kept.found if one["code"] == "round_jump"]
    assert (found["strength"], found["false_alarms"]) == (2, [4, 116])
    assert found["months"] == [str(month) for month in (LAST - 2, LAST - 1, LAST)]
    (event,) = events_about(case.ref, kind=RECORDED)
    payload: dict[str, Any] = event["payload"]
    assert payload["strength_2"] == "round_jump"
    assert payload["not_computable"] == ",".join(kept.not_computable)
    assert not {"months", "percent"} & payload.keys()


def test_a_month_without_traces_is_said_not_to_be_computable(case: LoanApplication) -> None:
    read = read_under(case)
    unknown = set(signals_of(replace(read, traces=())).not_computable)
    assert {"round_jump", "weekend_jump", "serials_swapped", "voided_since"} <= unknown
    gap = signals_of(replace(read, missing=(LAST,)))
    assert (gap.found, gap.not_computable) == ((), CODES)


def test_what_was_void_since_the_first_reading_is_found(people: People) -> None:
    case = submitted(people.sara, new_product(people.bo.organisation_id))
    fetched(case)
    sale = Record(
        direction="sale",
        number="V-1",
        issued_on=date(LAST.year, LAST.month, 9),
        counterparty="buyer",
        net_fen=100_000,
        vat_fen=0,
        gross_fen=100_000,
        void=True,
    )
    parties = Parties(case.firm_id, case.bank_id, case.id)
    sealed(parties, consent_of(case), first=FIRST, last=LAST, more={LAST: [sale]})
    read = read_under(case)
    assert len(read.read_before) == 24
    (found,) = [one for one in signals_of(read).found if one.code == "voided_since"]
    assert found.months == (str(LAST),)


def test_hints_go_with_the_figures_when_the_consent_ends(
    case: LoanApplication, people: People
) -> None:
    publish(read_under(case))
    stop_consent(people.sara, consent_id=consent_of(case))
    with as_vault_worker():
        assert erase_features(WORKER, consent_id=consent_of(case)) == 1
    assert not SignalSet.objects.filter(score__application_id=case.id).exists()


@pytest.mark.parametrize(
    "attack",
    [
        "INSERT INTO scoring_signals SELECT id, '[]', '[]' FROM scoring_score LIMIT 1",
        "UPDATE scoring_signals SET found = '[]'",
        "DELETE FROM scoring_signals",
    ],
)
def test_the_web_process_changes_no_hint(people: People, attack: str) -> None:
    under_review(people.sara, new_product(people.bo.organisation_id))
    with login("web") as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(attack)


def test_the_scorer_changes_none_either(people: People) -> None:
    with login("scorer") as scorer, pytest.raises(psycopg.errors.InsufficientPrivilege):
        scorer.execute("UPDATE scoring_signals SET found = '[]'")
