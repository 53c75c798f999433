"""Orders at a real operator over HTTP: each carried out once, whatever gets lost."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from portal.core.wire import WireRefused
from portal.servicing.rails.ecny import EcnyRail
from portal.servicing.rails.protocol import Failure, OrderDiffers, OutcomeUnknown, State
from tests.ecny.conftest import BANK, FIRM, SUPPLIER, Operator, collection, payout
from tests.rails.mover import new_key


def test_a_payout_and_a_collection_move_what_was_asked_for(operator: Operator) -> None:
    paid = operator.rail.place(payout(700_000))
    taken = operator.rail.place(collection(200_000))
    assert (paid.state, paid.amount_fen, paid.into) == (State.SETTLED, 700_000, FIRM)
    assert (taken.state, taken.amount_fen) == (State.SETTLED, 200_000)
    assert operator.fen(FIRM) == 500_000


def test_sent_again_it_is_the_same_order_and_two_at_once_too(operator: Operator) -> None:
    order = payout()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: operator.rail.place(order), range(8)))
    assert len({(one.state, one.amount_fen, one.at) for one in answers}) == 1
    assert operator.fen(FIRM) == order.amount_fen


def test_another_order_under_the_same_id_is_refused(operator: Operator) -> None:
    order = payout()
    operator.rail.place(order)
    changed = replace(order, amount_fen=order.amount_fen + 1, least_fen=order.amount_fen + 1)
    for ask in (operator.rail.place, operator.rail.look_up):
        with pytest.raises(OrderDiffers):
            ask(changed)
    assert operator.fen(FIRM) == order.amount_fen


def test_a_lost_answer_is_found_by_looking_up(operator: Operator) -> None:
    order, never = payout(), payout()
    operator.post("/drills", name="lose_answers", value=1)
    with pytest.raises(OutcomeUnknown):
        operator.rail.place(order)
    assert operator.rail.look_up(order).state is State.SETTLED
    assert operator.rail.look_up(never).state is State.UNKNOWN
    assert operator.fen(FIRM) == order.amount_fen


def test_killed_in_the_middle_it_has_carried_out_all_or_nothing(operator: Operator) -> None:
    orders = [payout(1_000 + number) for number in range(40)]
    rail = operator.rail

    def place(number: int) -> None:
        with suppress(OutcomeUnknown):
            rail.place(orders[number])

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(place, number) for number in range(40)]
        time.sleep(0.15)
        operator.kill()
        for one in sent:
            one.result()
    operator.start()
    known = [order for order in orders if rail.look_up(order).state is State.SETTLED]
    assert operator.fen(FIRM) == sum(order.amount_fen for order in known)
    for order in orders:
        assert rail.place(order).state is State.SETTLED
    assert operator.fen(FIRM) == sum(order.amount_fen for order in orders)


def test_down_for_a_day_nothing_is_known_and_nothing_moves(operator: Operator) -> None:
    order = payout()
    operator.post("/drills", name="down_until", value=time.time() + 86_400)
    for ask in (operator.rail.place, operator.rail.look_up):
        with pytest.raises(OutcomeUnknown):
            ask(order)
    operator.post("/drills", name="down_until", value=0)
    assert operator.rail.look_up(order).state is State.UNKNOWN
    assert operator.rail.place(order).state is State.SETTLED


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"payee": "wallet:nobody"}, Failure.WALLET_UNKNOWN),
        ({"payer": SUPPLIER}, Failure.REFUSED),
        ({"payee": BANK}, Failure.REFUSED),
        ({"amount_fen": 10**12, "least_fen": 10**12}, Failure.INSUFFICIENT_FUNDS),
        ({"allowed_payees": ("wallet:nobody",)}, Failure.WALLET_UNKNOWN),
    ],
)
def test_what_fails_fails_for_good_and_moves_nothing(
    operator: Operator, change: dict[str, Any], failure: Failure
) -> None:
    order = replace(payout(), **change)
    answers = [operator.rail.place(order), operator.rail.look_up(order)]
    assert {(one.state, one.failure, one.amount_fen) for one in answers} == {
        (State.FAILED, failure, 0)
    }
    assert operator.fen(FIRM) == 0


def test_nobody_collects_without_the_holders_word(operator: Operator) -> None:
    operator.rail.place(payout(payee=SUPPLIER))
    answer = operator.rail.place(collection(1_000, payer=SUPPLIER))
    assert answer.failure is Failure.REFUSED


def test_a_collection_takes_what_there_is_but_not_less_than_it_said(operator: Operator) -> None:
    operator.rail.place(payout(50_000))
    assert operator.rail.place(collection(80_000)).failure is Failure.INSUFFICIENT_FUNDS
    assert operator.rail.place(collection(80_000, least=1)).amount_fen == 50_000


def test_a_frozen_wallet_neither_gets_nor_gives(operator: Operator) -> None:
    operator.rail.place(payout())
    operator.post("/drills", wallet=FIRM, frozen=True)
    orders = [payout(), collection(1_000)]
    assert {operator.rail.place(one).failure for one in orders} == {Failure.WALLET_FROZEN}
    operator.post("/drills", wallet=FIRM, frozen=False)
    assert operator.rail.place(payout()).state is State.SETTLED


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


def test_orders_of_strangers_and_answers_of_strangers_count_for_nothing(
    operator: Operator,
) -> None:
    stranger = new_key(operator.folder / "stranger.pem")
    rail = operator.rail
    forged = EcnyRail(operator.url, key=stranger, operator=rail._operator)
    with pytest.raises(OutcomeUnknown):
        forged.place(payout())
    operator.key = stranger
    with pytest.raises(OutcomeUnknown):
        operator.rail.place(payout())
    assert operator.fen(FIRM) == 1_000_000


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


def test_a_forged_callback_is_refused(operator: Operator) -> None:
    for token in ("", "x", "a.b.c"):
        with pytest.raises(WireRefused):
            operator.rail.read_callback(token)
