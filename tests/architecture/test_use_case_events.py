"""Which events a use case writes: a table that a new one must enter, held against the source.

That it writes them exactly once, or raises and writes none, is shown by running it: in the tests of
its room.
"""

from __future__ import annotations

import ast

import pytest

from ledger.kinds import EventKind
from tests.architecture.use_cases import UseCase, use_cases

NOTHING: set[str] = set()
EVENTS: dict[str, set[str]] = {
    "finish_firm_connection": {"organisation.created", "member.added"},
    "start_firm_connection": NOTHING,  # the signer records the connection, when there is one
    "start_signer_visit": NOTHING,
    "save_language": NOTHING,
    "advance_application": NOTHING,  # a step between recorded facts
    "attach_consent_request": NOTHING,
    "decide_application": {"decision.recorded"},
    "open_case": NOTHING,  # a look at a firm's data: the activity log
    "start_application": NOTHING,  # a draft is nobody else's business
    "submit_application": {"application.submitted"},
    "update_terms": NOTHING,
    "withdraw_application": {"application.withdrawn"},
    "request_consent": {"consent.requested"},
    "stop_consent": NOTHING,  # gate.stop writes consent.withdrawn itself, in the database
    "pause_consent": NOTHING,  # likewise consent.paused
    "ask_ledger_check": NOTHING,
    "create_product": NOTHING,
    "abandon_score": {"score.refused"},
    "publish_score": {"score.recorded", "score.refused"},
}
ALL = {case.name: case for case in use_cases()}


def recorded(case: UseCase) -> set[str]:
    """The kinds that the module's source names."""
    return {
        EventKind[node.attr].value
        for node in ast.walk(case.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "EventKind"
    }


def test_every_use_case_has_a_row() -> None:
    assert set(EVENTS) == set(ALL)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_it_records_what_the_table_says(name: str) -> None:
    assert recorded(ALL[name]) == EVENTS[name]
