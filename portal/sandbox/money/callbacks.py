"""Telling the orderer what became of an order, until it says that it heard."""

from __future__ import annotations

import http.client
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Final

from portal.sandbox.money import drills
from portal.sandbox.money.books import Books, Ledger

log = logging.getLogger(__name__)
EVERY_SECONDS: Final = 0.5
MOST_WAIT: Final = 300.0
TIMEOUT: Final = 5.0
_DUE = """
    SELECT order_id, tries FROM callback
    WHERE NOT is_done AND due_at <= ? ORDER BY due_at LIMIT 20
"""


class Caller(threading.Thread):
    """Sends what is due, over and over; what isn't heard comes again, later each time.

    ``answer_of`` gives the signed answer to an order.
    """

    def __init__(self, ledger: Ledger, *, url: str, answer_of: Callable[[Books, str], str]) -> None:
        super().__init__(name="callbacks", daemon=True)
        self._ledger, self._url, self._answer_of = ledger, url, answer_of

    def run(self) -> None:
        while True:
            try:
                self.send_due()
            except Exception:
                log.exception("callbacks wait")
            time.sleep(EVERY_SECONDS)

    def send_due(self) -> None:
        """One round."""
        books = self._ledger.books
        if drills.is_down(books):
            return
        repeats = max(1, int(drills.value_of(books, drills.REPEAT)))
        for order_id, tries in books.connection.execute(_DUE, (time.time(),)).fetchall():
            heard = [self._send(self._answer_of(books, order_id)) for _ in range(repeats)]
            self._note(order_id, tries, is_done=all(heard))

    def _note(self, order_id: str, tries: int, *, is_done: bool) -> None:
        wait = min(MOST_WAIT, 2.0**tries)
        with self._ledger.changing() as books:
            books.connection.execute(
                "UPDATE callback SET tries = tries + 1, due_at = ?, is_done = ? WHERE order_id = ?",
                (time.time() + wait, is_done, order_id),
            )

    def _send(self, answer: str) -> bool:
        body = json.dumps({"answer": answer}).encode()
        request = urllib.request.Request(  # noqa: S310 (the configured address)
            self._url, data=body, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
                return 200 <= int(response.status) < 300
        except (urllib.error.URLError, OSError, http.client.HTTPException):
            return False


def call_about(books: Books, order_id: str, *, at: float) -> None:
    """Have the orderer told."""
    books.connection.execute(
        "INSERT INTO callback (order_id, due_at) VALUES (?, ?)", (order_id, at)
    )
