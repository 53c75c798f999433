"""Telling the orderer what became of an order, until it says that it heard."""

from __future__ import annotations

import http.client
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from typing import Any, Final

from portal.core.wire import SigningKey
from portal.sandbox.ecny import drills
from portal.sandbox.ecny.answers import signed_answer
from portal.sandbox.ecny.books import Ledger

log = logging.getLogger(__name__)
EVERY_SECONDS: Final = 0.5
MOST_WAIT: Final = 300.0
TIMEOUT: Final = 5.0
_DUE = """
    SELECT c.order_id, c.tries, o.answer FROM callback c JOIN rail_order o ON o.id = c.order_id
    WHERE NOT c.is_done AND c.due_at <= ? ORDER BY c.due_at LIMIT 20
"""


class Caller(threading.Thread):
    """Sends what is due, over and over; what isn't heard comes again, later each time."""

    def __init__(self, ledger: Ledger, *, url: str, key: SigningKey) -> None:
        super().__init__(name="callbacks", daemon=True)
        self._ledger, self._url, self._key = ledger, url, key

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
        for order_id, tries, answer in books.connection.execute(_DUE, (time.time(),)).fetchall():
            heard = [self._send(json.loads(answer)) for _ in range(repeats)]
            self._note(order_id, tries, is_done=all(heard))

    def _note(self, order_id: str, tries: int, *, is_done: bool) -> None:
        wait = min(MOST_WAIT, 2.0**tries)
        with self._ledger.changing() as books:
            books.connection.execute(
                "UPDATE callback SET tries = tries + 1, due_at = ?, is_done = ? WHERE order_id = ?",
                (time.time() + wait, is_done, order_id),
            )

    def _send(self, answer: dict[str, Any]) -> bool:
        body = json.dumps({"answer": signed_answer(answer, key=self._key)}).encode()
        request = urllib.request.Request(  # noqa: S310 (the configured address)
            self._url, data=body, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
                return 200 <= int(response.status) < 300
        except (urllib.error.URLError, OSError, http.client.HTTPException):
            return False
