"""Daily interest on verified wallets, by the rules of demand deposits.

Each day that ends adds the balance times the yearly rate, a 360th of it, in parts of a fen that are
never rounded: what is paid on the 20th of a quarter's last month is the whole fen of it, and the
rest stays. Anonymous wallets (class 4) bear none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from portal.sandbox.money.books import Books

RATE_PPM: Final = 500  # 0.05 % a year
PARTS: Final = 360 * 1_000_000  # of one fen
PAYER: Final = "interest"
_PAY_DAY, _PAY_MONTHS = 20, frozenset({3, 6, 9, 12})


def close_days(books: Books, today: date) -> int:
    """End every day before ``today`` that has not ended yet; how many that were.

    Belongs before any transfer of a day: until then balances are those of the evening before.
    """
    closed = 0
    for day in _open_days(books, today):
        _close(books, day)
        closed += 1
    return closed


def _open_days(books: Books, today: date) -> Iterator[date]:
    (newest,) = books.connection.execute("SELECT max(day) FROM closed").fetchone()
    yesterday = today - timedelta(days=1)
    day = yesterday if newest is None else date.fromisoformat(newest) + timedelta(days=1)
    while day <= yesterday:
        yield day
        day += timedelta(days=1)


def _close(books: Books, day: date) -> None:
    books.connection.execute(
        "UPDATE account SET parts = parts + fen * ? WHERE class < 4 AND fen > 0", (RATE_PPM,)
    )
    if day.day == _PAY_DAY and day.month in _PAY_MONTHS:
        _pay(books, day)
    books.connection.execute("INSERT INTO closed VALUES (?)", (day.isoformat(),))


def _pay(books: Books, day: date) -> None:
    owed = books.connection.execute(
        "SELECT id, parts / ? FROM account WHERE parts >= ?", (PARTS, PARTS)
    ).fetchall()
    for name, fen in owed:
        reference = f"interest:{day.isoformat()}:{name}"
        books.move(reference, payer=PAYER, payee=name, fen=fen, day=day, why="interest")
        books.connection.execute(
            "UPDATE account SET parts = parts - ? WHERE id = ?", (fen * PARTS, name)
        )
