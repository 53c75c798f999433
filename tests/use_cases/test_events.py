"""Every use case writes exactly its event, or raises and writes nothing at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import psycopg
import pytest

from ledger.kinds import EventKind
from tests.architecture.use_cases import committing
from tests.personas import People
from tests.use_cases import (
    scenarios_accounts,
    scenarios_applications,
    scenarios_closings,
    scenarios_complaints,
    scenarios_consents,
    scenarios_desk,
    scenarios_disclosure,
    scenarios_funding,
    scenarios_invoices,
    scenarios_loans,
    scenarios_mandates,
    scenarios_models,
    scenarios_modelwatch,
    scenarios_offers,
    scenarios_oversight,
    scenarios_passkeys,
    scenarios_people,
    scenarios_portfolio,
    scenarios_products,
    scenarios_records,
    scenarios_scores,
    scenarios_signer,
    scenarios_tokens,
)
from tests.use_cases.scenario import SCENARIOS, Case, Refusal, Scenario
from tests.use_cases.trace import Connection, every_row, trace

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

WRITTEN_DOWN = (
    scenarios_accounts,
    scenarios_applications,
    scenarios_closings,
    scenarios_complaints,
    scenarios_consents,
    scenarios_desk,
    scenarios_disclosure,
    scenarios_funding,
    scenarios_passkeys,
    scenarios_invoices,
    scenarios_loans,
    scenarios_mandates,
    scenarios_models,
    scenarios_modelwatch,
    scenarios_offers,
    scenarios_oversight,
    scenarios_people,
    scenarios_portfolio,
    scenarios_products,
    scenarios_records,
    scenarios_scores,
    scenarios_signer,
    scenarios_tokens,
)
USE_CASES = {case.path: case for case in committing()}
# Answered by a verdict or by silence, so that a stranger learns nothing from a refusal.
NEVER_REFUSE = {
    "portal.servicing.look_at_loans.look_at_loans",
    "portal.servicing.hear_callback.hear_callback",
    "portal.disclosure.erase_activity.erase_activity",
    "portal.disclosure.erase_exports.erase_exports",
    "portal.disclosure.lapse_disclosures.lapse_disclosures",
    "portal.disclosure.tell_parties.tell_parties",
    "portal.modelwatch.count_month.count_month",
    "portal.modelwatch.count_quarter.count_quarter",
    "portal.modelwatch.count_vintage.count_vintage",
    "portal.modelwatch.note_drift.note_drift",
    "portal.modelwatch.note_calibration.note_calibration",
    "scoring.registry.doubt_model.doubt_model",
    "portal.taxdata.doubt_mandate_list.doubt_mandate_list",
    "portal.oversight.erase_complaint_texts.erase_complaint_texts",
    "portal.oversight.remind_of_overdue.remind_of_overdue",
    "portal.oversight.note_parties.note_parties",
    "portal.oversight.open_incident.open_incident",
    "portal.invoices.apply_statuses.apply_statuses",
    "portal.invoices.ask_statuses.ask_statuses",
    "portal.invoices.erase_files.erase_files",
    "portal.applications.erase_case_texts.erase_case_texts",
    "portal.applications.expire_offers.expire_offers",
    "portal.applications.remind_of_offers.remind_of_offers",
    "portal.servicing.remind_of_payments.remind_of_payments",
    "portal.servicing.resume_loans.resume_loans",
    "portal.consents.confirmation_notices.tell_mandate_ended",
    "portal.consents.close_lost.close_lost",
    "portal.consents.note_ends.note_ends",
    "portal.consents.remind_of_confirmations.remind_of_confirmations",
    "portal.consents.remind_of_mandates.remind_of_mandates",
    "portal.consents.remind_of_ends.remind_of_ends",
    "portal.consents.renew_erasing.renew_erasing",
    "portal.accounts.limits.count_refused_sign_in",
    "portal.accounts.limits.count_refused_token",
    "portal.notifications.mark_messages_read.mark_messages_read",
    "portal.signer.challenges.new_challenge",
    "portal.signer.challenges.new_consent_challenge",
    "portal.signer.passkey_checks.check_passkey",
    "portal.signer.phones.check_code",
    "portal.signer.phones.new_phone",
    "portal.signer.phones.confirm_phone",
    "portal.signer.recovery.new_codes",
    "portal.signer.recovery.start_new_codes",
    "portal.signer.recovery.keep_codes",
    "portal.signer.recovery.use_code",
}
# The one that shows the refusals.
FIRST = {scenario.use_case: scenario for scenario in reversed(SCENARIOS)}
# Steps of jobs, which talk to the tax authority in between: tests/taxdata, tests/gate.
BY_JOBS = {
    EventKind.DATA_FETCH_REQUESTED,
    EventKind.DATA_FETCHED,
    EventKind.DATA_FETCH_FAILED,
    EventKind.CONSENT_EXPIRED,
    EventKind.CONSENT_KEY_REVOKED,
    EventKind.REQUEST_EXPIRED,
    EventKind.AUTHORITY_NOTIFIED,
}
# Commands about the ledger itself: tests/ledger_faults.
BY_THE_LEDGER = {EventKind.LEDGER_KEY_ANNOUNCED, EventKind.LEDGER_KEY_RETIRED}
# No use case writes it yet.
UNWRITTEN: set[EventKind] = set()


@pytest.fixture
def database(admin_url: str) -> Iterator[Connection]:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        yield connection


def named(scenario: Scenario) -> str:
    return f"{scenario.use_case.rpartition('.')[2]}-{scenario.name}"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
def test_it_writes_exactly_its_events(
    scenario: Scenario, people: People, database: Connection
) -> None:
    people.by_name()  # all of them, now: who is made later leaves events of their own
    case = scenario.prepare(people)
    if scenario in FIRST.values():
        refuses = bool(case.refused or case.raises)
        assert refuses == (scenario.use_case not in NEVER_REFUSE)
    check_refused(case.refused, database)
    check_run(scenario, case, database)
    check_refused(case.afterwards, database)


def check_run(scenario: Scenario, case: Case, database: Connection) -> None:
    """Exactly these events and jobs; a message is the business of a job, so none."""
    before = trace(database)
    if case.raises is None:
        result = case.run()
    else:
        with pytest.raises(case.raises):
            case.run()
        result = None
    after = trace(database)
    assert after.events_since(before) == scenario.events(case, result)
    assert after.jobs_since(before) == case.jobs
    assert after.messages == before.messages


def check_refused(refusals: Sequence[Refusal], database: Connection) -> None:
    """Each raises what it should, and no row of any table is new or other than before."""
    before = every_row(database) if refusals else {}
    for error, call in refusals:
        with pytest.raises(error):
            call()
        assert every_row(database) == before


def test_every_use_case_has_a_scenario() -> None:
    assert {scenario.use_case for scenario in SCENARIOS} == set(USE_CASES)


@pytest.mark.parametrize("module", sorted({case.module for case in USE_CASES.values()}))
def test_every_kind_that_its_source_names_is_shown(module: str) -> None:
    cases = [case for case in USE_CASES.values() if case.module == module]
    paths = {case.path for case in cases}
    shown = {
        kind for scenario in SCENARIOS if scenario.use_case in paths for kind in scenario.kinds
    }
    assert kinds_in(cases[0].tree) <= shown


def test_every_kind_is_shown_by_some_use_case() -> None:
    shown = {kind for scenario in SCENARIOS for kind in scenario.kinds}
    assert shown.isdisjoint(BY_JOBS | BY_THE_LEDGER | UNWRITTEN)
    assert shown | BY_JOBS | BY_THE_LEDGER | UNWRITTEN == set(EventKind)


def kinds_in(tree: ast.Module) -> set[EventKind]:
    """The kinds that a module's source names."""
    return {
        EventKind[node.attr]
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "EventKind"
    }
