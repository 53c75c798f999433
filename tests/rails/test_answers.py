"""Answers that somebody in between swaps: only the operator's own about our order counts."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from portal.core.wire import Typ, WireRefused, sign
from portal.servicing.rails.bank_transfer import BankTransferRail
from portal.servicing.rails.ecny import EcnyRail
from portal.servicing.rails.protocol import OutcomeUnknown, State
from tests.clearing.conftest import Clearing, clearing, transfer
from tests.ecny.conftest import Operator, operator, payout
from tests.rails.mover import Mover
from tests.rails.orders import over

__all__ = ["clearing", "operator"]


@contextmanager
def between(mover: Mover, answers: list[bytes]) -> Iterator[str]:
    """Somebody who passes requests on, keeps the answers, and from the second on gives the first.

    The operator's signatures on them hold.
    """

    class Relay(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            request = urllib.request.Request(mover.url + self.path, data=asked)  # noqa: S310
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                answers.append(answer.read())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answers[0])

        def log_message(self, *_args: Any) -> None:
            return

    relay = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    threading.Thread(target=relay.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{relay.server_port}"
    relay.shutdown()
    relay.server_close()


def test_the_true_answer_about_another_order_is_none_about_ours(
    operator: Operator, clearing: Clearing
) -> None:
    for mover, kind, order in (
        (operator, EcnyRail, payout),
        (clearing, BankTransferRail, transfer),
    ):
        first, second = order(1_000), order(2_000)
        answers: list[bytes] = []
        with between(mover, answers) as url:
            rail = kind(url, key=mover.orderer, operator=mover.pinned)
            rail.place(first)
            for ask in (rail.place, rail.look_up):
                with pytest.raises(OutcomeUnknown, match="another order"):
                    ask(second)
        assert len(answers) == 3
        # Nothing is lost by it: the order is found under its own number.
        assert over(partial(mover.rail.look_up, second)).state is State.SETTLED


def test_a_call_meant_for_somebody_else_counts_for_nothing(operator: Operator) -> None:
    claims = {"iss": operator.name, "aud": "somebody-else", "iat": 1, "exp": 2**40, "jti": "x"}
    said = {**claims, "order": str(payout().id)}
    with pytest.raises(WireRefused, match="not addressed"):
        operator.rail.read_callback(sign(said, typ=Typ.RAIL_ANSWER, key=operator.key))
