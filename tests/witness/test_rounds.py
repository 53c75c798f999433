"""All witnesses get the same checkpoint until a quorum has it, or for a second."""

from __future__ import annotations

import time

from ledger.witnessing.book import Head
from ledger.witnessing.rounds import LONGEST, Rounds


def head(size: int) -> Head:
    return Head(size, bytes(32), "")


def test_a_round_goes_on_until_a_quorum_has_cosigned() -> None:
    rounds = Rounds()
    assert rounds.next(None, seconds=0) is None
    rounds.offer(head(1))
    rounds.offer(head(2))
    assert rounds.next(None, seconds=0) == head(1)
    rounds.end(0)
    rounds.offer(head(2))
    assert rounds.next(None, seconds=0) == head(1)
    rounds.end(1)
    rounds.offer(head(2))
    assert rounds.next(head(1), seconds=0) == head(2)


def test_a_round_without_a_quorum_gives_way() -> None:
    rounds = Rounds()
    rounds.offer(head(1))
    time.sleep(LONGEST + 0.05)
    rounds.offer(head(2))
    assert rounds.next(None, seconds=0) == head(2)


def test_another_root_of_the_same_size_is_a_round_of_its_own() -> None:
    rounds = Rounds()
    rounds.offer(head(1))
    rounds.end(1)
    rounds.offer(Head(1, bytes([1]) * 32, ""))
    assert rounds.next(head(1), seconds=0) != head(1)


def test_a_checkpoint_that_was_taken_away_is_not_cosigned_any_more() -> None:
    rounds = Rounds()
    rounds.offer(head(2))
    rounds.offer(head(1))
    assert rounds.next(None, seconds=0) == head(1)
    rounds.offer(None)
    assert rounds.next(head(1), seconds=0) is None
