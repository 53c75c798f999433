"""Instructions: taken once under their id, and settled or rejected in the next round."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from portal.sandbox.clearing.messages import DEBIT, Instruction, Status, status_report
from portal.sandbox.money import drills
from portal.sandbox.money.books import Account, Books, Ledger
from portal.sandbox.money.callbacks import call_about
from portal.sandbox.money.refusals import Failed, OrderRefused

log = logging.getLogger(__name__)
EVERY_SECONDS: Final = 0.1
ROUND: Final = 50
# Reasons of a rejection, of ISO 20022's external code set.
UNKNOWN_ACCOUNT, BLOCKED_ACCOUNT, FORBIDDEN = "AC01", "AC06", "AG01"
INSUFFICIENT_FUNDS, NO_MANDATE = "AM04", "MD01"
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_STATUS: Final = {"accepted": "ACSP", "settled": "ACSC", "rejected": "RJCT"}


def take(books: Books, asked: Instruction, *, orderer: str, at: datetime) -> None:
    """Accept an instruction; the same one again changes nothing.

    OrderRefused (order_differs) when the id stands for another one.
    """
    known = _known(books, asked.id, orderer)
    if known is None:
        books.connection.execute(
            "INSERT INTO instruction (id, kind, fen, debtor, creditor, purpose, orderer,"
            " accepted_at) VALUES (:id, :kind, :fen, :debtor, :creditor, :purpose, :orderer, :at)",
            {**asdict(asked), "orderer": orderer, "at": at.astimezone(UTC).isoformat()},
        )
    elif known[0] != asked:
        raise OrderRefused("order_differs")


def report(books: Books, order: str, *, orderer: str, at: datetime) -> str | None:
    """The status report about an instruction; None where there surely is none."""
    known = _known(books, order, orderer)
    if known is None:
        return None
    asked, state, reason, settled_on = known
    status = Status(_STATUS[state], reason, settled_on)
    return status_report(asked, status, report_id=f"R{time.time_ns()}", at=at)


def clear(books: Books, *, at: datetime) -> int:
    """One round: settle or reject what waits, oldest first; how many."""
    waiting = books.connection.execute(
        "SELECT id, kind, fen, debtor, creditor, purpose, orderer FROM instruction"
        " WHERE state = 'accepted' ORDER BY no LIMIT ?",
        (ROUND,),
    ).fetchall()
    day = at.astimezone(_SHANGHAI).date()
    for *content, orderer in waiting:
        asked = Instruction(*content)
        try:
            _check(books, asked, orderer)
            books.move(
                f"instruction:{asked.id}",
                payer=asked.debtor,
                payee=asked.creditor,
                fen=asked.fen,
                day=day,
                why=asked.purpose,
            )
            _end(books, asked.id, "settled", settled_on=day.isoformat())
        except Failed as failed:
            _end(books, asked.id, "rejected", reason=failed.code)
        call_about(books, asked.id, at=at.timestamp())
    return len(waiting)


class Clearer(threading.Thread):
    """Clears, round after round."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(name="clearing", daemon=True)
        self._ledger = ledger

    def run(self) -> None:
        while True:
            try:
                if not drills.is_held(self._ledger.books):
                    with self._ledger.changing() as books:
                        clear(books, at=datetime.now(UTC))
            except Exception:
                log.exception("the round waits")
            time.sleep(EVERY_SECONDS)


def _check(books: Books, asked: Instruction, orderer: str) -> None:
    """Failed, with the reason's code."""
    debtor, creditor = _usable(books, asked.debtor), _usable(books, asked.creditor)
    ours, theirs = (creditor, debtor) if asked.kind == DEBIT else (debtor, creditor)
    if (ours.kind, ours.owner, theirs.kind) != ("bank", orderer, "current"):
        raise Failed(FORBIDDEN)
    if asked.kind == DEBIT and not books.may_collect(debtor.id, creditor.id):
        raise Failed(NO_MANDATE)
    if debtor.fen < asked.fen:
        raise Failed(INSUFFICIENT_FUNDS)


def _usable(books: Books, name: str) -> Account:
    found = books.account(name)
    if found is None:
        raise Failed(UNKNOWN_ACCOUNT)
    if found.is_frozen:
        raise Failed(BLOCKED_ACCOUNT)
    return found


def _end(books: Books, order: str, state: str, *, reason: str = "", settled_on: str = "") -> None:
    books.connection.execute(
        "UPDATE instruction SET state = ?, reason = ?, settled_on = ? WHERE id = ?",
        (state, reason, settled_on, order),
    )


def _known(books: Books, order: str, orderer: str) -> tuple[Any, ...] | None:
    """The instruction, its state, reason and day; OrderRefused for another orderer's."""
    row = books.connection.execute(
        "SELECT id, kind, fen, debtor, creditor, purpose, orderer, state, reason, settled_on"
        " FROM instruction WHERE id = ?",
        (order,),
    ).fetchone()
    if row is None:
        return None
    if row[6] != orderer:
        raise OrderRefused("order_differs")
    return Instruction(*row[:6]), *row[7:]
