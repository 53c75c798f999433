"""Bank transfers at a real clearing over HTTP: accepted, then settled or rejected, each once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from portal.core.wire import WireRefused
from portal.sandbox.money.answers import signed_answer
from portal.servicing.rails.bank_transfer import OPERATOR, BankTransferRail
from portal.servicing.rails.protocol import Failure, OrderDiffers, OutcomeUnknown, State
from tests.clearing.conftest import BANK, FIRM, STRANGER, Clearing, debit, over, transfer
from tests.rails.mover import new_key


def test_a_transfer_and_a_debit_are_accepted_and_then_settled(clearing: Clearing) -> None:
    rail, out, back = clearing.rail, transfer(700_000), debit(200_000)
    assert rail.place(out).state is State.ACCEPTED
    paid = over(lambda: rail.look_up(out))
    assert (paid.state, paid.amount_fen, paid.into) == (State.SETTLED, 700_000, FIRM)
    rail.place(back)
    taken = over(lambda: rail.look_up(back))
    assert (taken.state, taken.amount_fen, taken.into) == (State.SETTLED, 200_000, BANK)
    assert clearing.fen(FIRM) == 500_000


def test_before_the_round_nothing_has_moved_and_nothing_is_said_to_have(
    clearing: Clearing,
) -> None:
    order = transfer()
    clearing.post("/drills", name="hold_until", value=time.time() + 86_400)
    for ask in (clearing.rail.place, clearing.rail.look_up, clearing.rail.place):
        assert ask(order).state is State.ACCEPTED
    assert clearing.fen(FIRM) == 0
    clearing.post("/drills", name="hold_until", value=0)
    assert over(lambda: clearing.rail.place(order)).state is State.SETTLED


def test_sent_again_it_is_the_same_order_and_eight_at_once_too(clearing: Clearing) -> None:
    order = transfer()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _n: clearing.rail.place(order), range(8)))
    assert over(lambda: clearing.rail.place(order)).state is State.SETTLED
    clearing.rail.place(order)
    assert clearing.fen(FIRM) == order.amount_fen


@pytest.mark.parametrize(
    "change",
    [
        {"amount_fen": 1_000_001, "least_fen": 1_000_001},
        {"payee": STRANGER},
        {"purpose": "refund"},
    ],
)
def test_another_order_under_the_same_id_is_refused(
    clearing: Clearing, change: dict[str, Any]
) -> None:
    order = transfer()
    over(lambda: clearing.rail.place(order))
    for ask in (clearing.rail.place, clearing.rail.look_up):
        with pytest.raises(OrderDiffers):
            ask(replace(order, **change))
    assert clearing.fen(FIRM) == order.amount_fen


def test_a_lost_answer_is_found_by_looking_up(clearing: Clearing) -> None:
    order, never = transfer(), transfer()
    clearing.post("/drills", name="lose_answers", value=1)
    with pytest.raises(OutcomeUnknown):
        clearing.rail.place(order)
    assert over(lambda: clearing.rail.look_up(order)).state is State.SETTLED
    assert clearing.rail.look_up(never).state is State.UNKNOWN
    assert clearing.fen(FIRM) == order.amount_fen


def test_killed_in_the_middle_each_is_settled_once(clearing: Clearing) -> None:
    orders = [transfer(1_000 + number) for number in range(40)]
    rail = clearing.rail

    def place(number: int) -> None:
        with suppress(OutcomeUnknown):
            rail.place(orders[number])

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(place, number) for number in range(40)]
        time.sleep(0.15)
        clearing.kill()
        for one in sent:
            one.result()
    clearing.start()
    for order in orders:
        rail.place(order)
    for order in orders:
        assert over(partial(rail.look_up, order)).state is State.SETTLED
    assert clearing.fen(FIRM) == sum(order.amount_fen for order in orders)


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"payee": "6222999999999999"}, Failure.WALLET_UNKNOWN),
        ({"payer": STRANGER}, Failure.REFUSED),
        ({"payee": BANK, "payer": BANK}, Failure.REFUSED),
        ({"amount_fen": 10**12, "least_fen": 10**12}, Failure.INSUFFICIENT_FUNDS),
        ({"allowed_payees": (STRANGER,)}, Failure.PAYEE_NOT_ALLOWED),
    ],
)
def test_what_fails_fails_for_good_and_moves_nothing(
    clearing: Clearing, change: dict[str, Any], failure: Failure
) -> None:
    order = replace(transfer(), **change)
    answers = [over(lambda: clearing.rail.place(order)) for _ in range(2)]
    assert {(one.state, one.failure, one.amount_fen) for one in answers} == {
        (State.FAILED, failure, 0)
    }
    assert clearing.fen(FIRM) == 0


def test_nobody_debits_without_the_holders_word_and_a_debit_takes_all_or_nothing(
    clearing: Clearing,
) -> None:
    stranger = debit(1_000, payer=STRANGER)
    assert over(lambda: clearing.rail.place(stranger)).failure is Failure.REFUSED
    first = transfer(50_000)
    over(lambda: clearing.rail.place(first))
    more = debit(80_000, least_fen=1)
    assert over(lambda: clearing.rail.place(more)).failure is Failure.INSUFFICIENT_FUNDS
    assert clearing.fen(FIRM) == 50_000


def test_a_blocked_account_neither_gets_nor_gives(clearing: Clearing) -> None:
    clearing.post("/drills", wallet=FIRM, frozen=True)
    for order in (transfer(), debit(1_000)):
        assert over(partial(clearing.rail.place, order)).failure is Failure.WALLET_FROZEN


def test_orders_and_answers_of_strangers_count_for_nothing(clearing: Clearing) -> None:
    stranger = new_key(clearing.folder / "stranger.pem")
    forged = BankTransferRail(clearing.url, key=stranger, operator=clearing.pinned)
    with pytest.raises(OutcomeUnknown):
        forged.place(transfer())
    said = {"order": "0" * 32, "state": "unknown"}
    with pytest.raises(WireRefused):
        clearing.rail.read_callback(signed_answer(said, issuer=OPERATOR, key=stranger))
    # The e-CNY operator's word about a bank transfer is nobody's.
    token = signed_answer(said, issuer="ecny-operator", key=clearing.key)
    with pytest.raises(WireRefused):
        clearing.rail.read_callback(token)
    clearing.key = stranger
    with pytest.raises(OutcomeUnknown):
        clearing.rail.place(transfer())
