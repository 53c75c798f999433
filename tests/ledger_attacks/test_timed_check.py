"""A check by the clock hashes new entries only, and never calls a rewritten history good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ledger import timed_check
from ledger.check_words import check_sentence
from ledger.queries import latest_check, latest_full_check
from ledger.spans import Problem
from ledger.timed_check import QUICK_SECONDS, check_in_turn, known_good
from ledger.verification import ChainCheck, check_and_store, check_chain
from tests.ledger_attacks.own_ledger import OwnLedger
from tests.ledger_verifier.exports import bodies

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SLOW = ChainCheck(
    ok=True,
    entries=600,
    first_bad_seq=None,
    problem=None,
    checked_at=NOW - timedelta(hours=3),
    seconds=QUICK_SECONDS + 1,
)
QUICK = replace(SLOW, seconds=QUICK_SECONDS)
OLD = replace(SLOW, checked_at=NOW - timedelta(hours=24))
PART = replace(SLOW, entries=700, from_seq=512, seconds=0.1)
BAD = replace(PART, ok=False, problem=Problem.BODY_CHANGED, first_bad_seq=600)


@pytest.mark.parametrize(
    ("latest", "full", "expected"),
    [
        (None, None, 0),
        (QUICK, QUICK, 0),
        (SLOW, SLOW, 600),
        (PART, SLOW, 700),
        (PART, OLD, 0),
        (BAD, SLOW, 0),
    ],
    ids=["first", "quick", "slow", "after a part", "a day later", "after a bad one"],
)
def test_all_are_due_when_quick_or_daily_or_after_damage(
    latest: ChainCheck | None, full: ChainCheck | None, expected: int
) -> None:
    assert known_good(latest, full, now=NOW) == expected


@pytest.fixture
def checked(own_ledger: OwnLedger, monkeypatch: pytest.MonkeyPatch) -> OwnLedger:
    """A signed ledger of 600 entries whose check of all took too long, and 100 entries more."""
    monkeypatch.setattr(timed_check, "QUICK_SECONDS", 0.0)
    own_ledger.write(bodies(600))
    own_ledger.sign(600)
    assert check_and_store(own_ledger.using).from_seq == 0
    own_ledger.write(bodies(700))
    own_ledger.sign(700)
    return own_ledger


def test_only_what_is_new_is_hashed_again_and_the_verdict_says_so(checked: OwnLedger) -> None:
    check = check_in_turn(checked.using)
    assert (check.ok, check.from_seq, check.entries) == (True, 512, 700)
    assert "188 entries checked, from number 512 on" in check_sentence(check)
    assert latest_check(using=checked.using) == check
    full = latest_full_check(using=checked.using)
    assert full is not None
    assert (full.from_seq, full.entries) == (0, 600)
    assert "all 600 entries checked" in check_sentence(full)


@pytest.mark.parametrize("seq", [512, 599, 600, 699])
def test_damage_in_what_is_hashed_again_is_named(checked: OwnLedger, seq: int) -> None:
    with checked.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger.entry SET body = set_byte(body, 20, get_byte(body, 20) # 1)"
            " WHERE seq = %s",
            [seq],
        )
    check = check_in_turn(checked.using)
    assert (check.problem, check.first_bad_seq) == (Problem.BODY_CHANGED, seq)
    assert check_in_turn(checked.using).from_seq == 0


@pytest.mark.parametrize("seq", [3, 599])
def test_a_history_written_anew_before_the_new_entries_is_seen(
    checked: OwnLedger, seq: int
) -> None:
    """Every stored hash fits, only the signatures don't: all entries are hashed to say so."""
    entries = bodies(700)
    entries[seq] = rewritten(entries[seq])
    checked.write(entries)
    check = check_in_turn(checked.using)
    assert (check.problem, check.from_seq) == (Problem.ROOT_CHANGED, 0)


def rewritten(body: bytes) -> bytes:
    return body.replace(b'"band":"B"', b'"band":"A"')


def test_control_an_old_body_alone_waits_for_the_daily_check(checked: OwnLedger) -> None:
    with checked.cursor() as cursor:
        cursor.execute("UPDATE ledger.entry SET body = %s WHERE seq = 3", [rewritten(bodies(4)[3])])
    assert check_in_turn(checked.using).ok
    assert check_chain(checked.using).first_bad_seq == 3


def test_a_note_of_another_key_is_no_start(checked: OwnLedger) -> None:
    with checked.cursor() as cursor:
        cursor.execute("UPDATE ledger.checkpoint SET note = 'forged' WHERE size = 600")
    assert check_in_turn(checked.using).from_seq == 0
