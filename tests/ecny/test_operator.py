"""Orders at a real operator over HTTP: each carried out once, whatever gets lost."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from portal.servicing.rails.protocol import Failure
from tests.ecny.conftest import FIRM, SUPPLIER, Operator, collection, payout


def test_a_collection_takes_what_there_is_but_not_less_than_it_said(operator: Operator) -> None:
    operator.rail.place(payout(50_000))
    assert operator.rail.place(collection(80_000)).failure is Failure.INSUFFICIENT_FUNDS
    assert operator.rail.place(collection(80_000, least=1)).amount_fen == 50_000


def test_bound_money_pays_only_those_named(operator: Operator) -> None:
    answer = operator.rail.place(payout(90_000, allowed_payees=(SUPPLIER,)))
    assert answer.into.startswith(f"{FIRM}/")
    asked: dict[str, Any] = {"payer": answer.into, "fen": 40_000}
    assert operator.post("/payments", reference="a", payee="wallet:anon", **asked) == 422
    assert operator.post("/payments", reference="b", payee=SUPPLIER, **asked) == 200
    assert operator.post("/payments", reference="b", payee=SUPPLIER, **asked) == 409
    assert (operator.fen(SUPPLIER), operator.fen(answer.into), operator.fen(FIRM)) == (
        40_000,
        50_000,
        0,
    )


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"order": 7}', b"\xff" * 90_000])
def test_nonsense_is_refused_and_changes_nothing(operator: Operator, body: bytes) -> None:
    for path in ("/orders", "/questions", "/payments", "/drills"):
        request = urllib.request.Request(operator.url + path, data=body)  # noqa: S310
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)  # noqa: S310
        with refused.value as answer:
            assert answer.code == 400


def test_callbacks_come_until_they_are_heard_and_name_their_order(operator: Operator) -> None:
    """The first call of each is refused, and each is sent twice."""
    heard: list[str] = []
    calls: dict[str, int] = {}

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            token = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["answer"]
            about = str(operator.rail.read_callback(token))
            calls[about] = calls.get(about, 0) + 1
            if calls[about] > 2:
                heard.append(about)
            self.send_response(204 if calls[about] > 2 else 500)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            return

    listener = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    operator.kill()
    operator.callback_url = f"http://127.0.0.1:{listener.server_port}/"
    operator.start()
    operator.post("/drills", name="repeat_callbacks", value=2)
    orders = [payout(), payout()]
    for order in orders:
        operator.rail.place(order)
    end = time.monotonic() + 20
    while len(set(heard)) < 2 and time.monotonic() < end:
        time.sleep(0.1)
    listener.shutdown()
    listener.server_close()
    assert set(heard) == {str(order.id) for order in orders}


def test_money_is_not_bound_to_a_wallet_that_nobody_has(operator: Operator) -> None:
    answer = operator.rail.place(payout(allowed_payees=("wallet:nobody",)))
    assert answer.failure is Failure.WALLET_UNKNOWN
    assert operator.fen(FIRM) == 0
