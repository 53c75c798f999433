"""How much a check by the clock hashes again: all while that is quick, else what is new.

Once a day it is all of them however long it takes, and after a bad verdict until one is good.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from ledger.queries import latest_check, latest_full_check
from ledger.verification import ChainCheck, check_and_store

QUICK_SECONDS: Final = 30.0
FULL_EVERY: Final = timedelta(days=1)


def check_in_turn(using: str = "default") -> ChainCheck:
    """Check what is due, and keep the verdict."""
    latest, full = latest_check(using=using), latest_full_check(using=using)
    return check_and_store(using, known_good=known_good(latest, full, now=datetime.now(UTC)))


def known_good(latest: ChainCheck | None, full: ChainCheck | None, *, now: datetime) -> int:
    """How many entries need no hashing again, given the latest check and the latest of all."""
    if latest is None or full is None or not (latest.ok and full.ok):
        return 0
    is_due = full.seconds <= QUICK_SECONDS or now - full.checked_at >= FULL_EVERY
    return 0 if is_due else latest.entries
