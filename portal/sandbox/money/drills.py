"""Faults on demand, for tests and drills: each is a row that says how often, or until when."""

from __future__ import annotations

import time
from typing import Final

from portal.sandbox.money.books import Books

# The next so many answers are lost after the money moved.
LOSE: Final = "lose_answers"
# Nothing is answered until this moment (seconds of the epoch).
DOWN: Final = "down_until"
# Each answer waits so many seconds.
DELAY: Final = "delay"
# Each callback is sent so many times.
REPEAT: Final = "repeat_callbacks"
# Nothing is cleared until this moment (seconds of the epoch).
HOLD: Final = "hold_until"
NAMES: Final = frozenset({LOSE, DOWN, DELAY, REPEAT, HOLD})


def set_drill(books: Books, name: str, value: float) -> None:
    """ValueError for a drill there isn't."""
    if name not in NAMES or not 0 <= value < 1e11:
        raise ValueError("no such drill")
    books.connection.execute("REPLACE INTO drill VALUES (?, ?)", (name, value))


def value_of(books: Books, name: str) -> float:
    """0 where nobody asked for it."""
    row = books.connection.execute("SELECT value FROM drill WHERE name = ?", (name,)).fetchone()
    return float(row[0]) if row else 0.0


def is_down(books: Books) -> bool:
    """Whether nothing is answered now."""
    return value_of(books, DOWN) > time.time()


def is_held(books: Books) -> bool:
    """Whether accepted orders wait now."""
    return value_of(books, HOLD) > time.time()


def loses_this(books: Books) -> bool:
    """Whether this answer gets lost; one less to lose then."""
    left = value_of(books, LOSE)
    if left < 1:
        return False
    set_drill(books, LOSE, left - 1)
    return True
