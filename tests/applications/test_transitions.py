"""The mapping of states: every pair of statuses, and the words that hang on it."""

from __future__ import annotations

from itertools import product as pairs

import pytest
from django.db.models import CheckConstraint, Q

from portal.applications import transitions
from portal.applications.models import LoanApplication
from portal.applications.sealing import effective_status, is_score_open
from portal.applications.transitions import BANK_SEES, FOR_BANK, FOR_FIRM, MOVES, Status, check_move
from portal.core.errors import InvalidTransition

LEGAL = {
    ("draft", "submitted"),
    ("draft", "withdrawn"),
    ("submitted", "scoring"),
    ("submitted", "action_required"),
    ("submitted", "withdrawn"),
    ("scoring", "under_review"),
    ("scoring", "action_required"),
    ("scoring", "withdrawn"),
    ("under_review", "awaiting_approval"),
    ("under_review", "offered"),
    ("under_review", "declined"),
    ("under_review", "action_required"),
    ("under_review", "withdrawn"),
    ("awaiting_approval", "offered"),
    ("awaiting_approval", "under_review"),
    ("awaiting_approval", "action_required"),
    ("awaiting_approval", "withdrawn"),
    ("action_required", "submitted"),
    ("action_required", "under_review"),
    ("action_required", "withdrawn"),
    ("offered", "accepted"),
    ("offered", "expired"),
    ("offered", "withdrawn"),
    ("accepted", "agreement_signed"),
    ("accepted", "withdrawn"),
    ("agreement_signed", "withdrawn"),
    ("declined", "under_review"),
}


@pytest.mark.parametrize(("current", "target"), list(pairs(Status, Status)))
def test_every_pair(current: Status, target: Status) -> None:
    if (current.value, target.value) in LEGAL:
        check_move(current, target)
    else:
        with pytest.raises(InvalidTransition):
            check_move(current, target)


def test_every_status_has_words_and_few_tones() -> None:
    assert set(MOVES) == set(FOR_FIRM) == set(Status)
    assert set(Status) - {Status.DRAFT} == BANK_SEES
    for words in (FOR_FIRM, FOR_BANK):
        assert len({(shown.tone, str(shown.word)) for shown in words.values()}) <= 5


def test_the_database_knows_the_same_statuses() -> None:
    (known,) = (
        constraint.condition
        for constraint in LoanApplication._meta.constraints
        if isinstance(constraint, CheckConstraint)
        if constraint.name == "application_status_known"
    )
    assert known == Q(status__in=list(Status))


def test_the_diagram_shows_every_move_and_no_other() -> None:
    drawn = {
        tuple(line.strip().split(" --> "))
        for line in transitions.diagram().splitlines()
        if "-->" in line and "[*]" not in line
    }
    assert drawn == LEGAL


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("is_live", [True, False])
def test_a_score_is_open_only_before_the_bank_and_under_a_live_consent(
    status: Status,
    is_live: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    before_bank = status in {Status.UNDER_REVIEW, Status.AWAITING_APPROVAL}
    assert is_score_open(status, is_live=is_live) is (before_bank and is_live)
    if is_live or status not in transitions.IN_WORK | {Status.ACTION_REQUIRED}:
        assert effective_status(status, is_live=is_live) is status
    else:
        assert effective_status(status, is_live=is_live) is Status.ACTION_REQUIRED
