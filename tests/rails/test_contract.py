"""What every rail keeps, over a real mover of money: each order once, whatever gets lost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from portal.core.wire import WireRefused
from portal.servicing.rails.protocol import Failure, OrderDiffers, OutcomeUnknown, State
from tests.clearing import conftest as at_clearing
from tests.clearing.conftest import Clearing, clearing
from tests.ecny import conftest as at_operator
from tests.ecny.conftest import Operator, operator
from tests.rails.mover import Mover, new_key
from tests.rails.orders import Between, over

__all__ = ["clearing", "operator"]
NOBODY = "0000000000000000"


@dataclass(frozen=True, slots=True)
class Case:
    """A mover of money, the accounts of a bank and a firm there, and somebody else's."""

    mover: Mover
    between: Between
    stranger: str

    @property
    def fen(self) -> int:
        """What the firm has."""
        return self.mover.fen(self.between.firm)


@pytest.fixture(params=[Operator, Clearing], ids=["ecny", "bank transfer"])
def case(request: pytest.FixtureRequest) -> Case:
    if request.param is Operator:
        mover = request.getfixturevalue("operator")
        return Case(mover, at_operator.BETWEEN, at_operator.SUPPLIER)
    return Case(request.getfixturevalue("clearing"), at_clearing.BETWEEN, at_clearing.STRANGER)


def test_a_payout_and_a_collection_move_what_was_asked_for(case: Case) -> None:
    rail, bank, firm = case.mover.rail, case.between.bank, case.between.firm
    paid = over(partial(rail.place, case.between.payout(700_000)))
    taken = over(partial(rail.place, case.between.collection(200_000)))
    assert (paid.state, paid.amount_fen, paid.into) == (State.SETTLED, 700_000, firm)
    assert (taken.state, taken.amount_fen, taken.into) == (State.SETTLED, 200_000, bank)
    assert case.fen == 500_000


def test_sent_again_it_is_the_same_order_and_eight_at_once_too(case: Case) -> None:
    order, rail = case.between.payout(), case.mover.rail
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _n: rail.place(order), range(8)))
    ends = [over(partial(ask, order)) for ask in (rail.place, rail.look_up, rail.place)]
    assert len({(one.state, one.amount_fen, one.at) for one in ends}) == 1
    assert (ends[0].state, case.fen) == (State.SETTLED, order.amount_fen)


@pytest.mark.parametrize(
    "change",
    [{"amount_fen": 1_000_001, "least_fen": 1_000_001}, {"payee": NOBODY}, {"purpose": "refund"}],
    ids=["amount", "payee", "purpose"],
)
def test_another_order_under_the_same_id_is_refused(case: Case, change: dict[str, Any]) -> None:
    order, rail = case.between.payout(), case.mover.rail
    over(partial(rail.place, order))
    for ask in (rail.place, rail.look_up):
        with pytest.raises(OrderDiffers):
            ask(replace(order, **change))
    assert case.fen == order.amount_fen


def test_a_lost_answer_is_found_by_looking_up(case: Case) -> None:
    order, never, rail = case.between.payout(), case.between.payout(), case.mover.rail
    case.mover.post("/drills", name="lose_answers", value=1)
    with pytest.raises(OutcomeUnknown):
        rail.place(order)
    assert over(partial(rail.look_up, order)).state is State.SETTLED
    assert rail.look_up(never).state is State.UNKNOWN
    assert case.fen == order.amount_fen


def test_killed_in_the_middle_it_carries_each_out_once(case: Case) -> None:
    orders = [case.between.payout(1_000 + number) for number in range(40)]
    rail = case.mover.rail

    def place(number: int) -> None:
        with suppress(OutcomeUnknown):
            rail.place(orders[number])

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(place, number) for number in range(40)]
        time.sleep(0.15)
        case.mover.kill()
        for one in sent:
            one.result()
    case.mover.start()
    known = [one for one in orders if rail.look_up(one).state is not State.UNKNOWN]
    assert all(over(partial(rail.look_up, one)).state is State.SETTLED for one in known)
    assert case.fen == sum(one.amount_fen for one in known)
    assert all(over(partial(rail.place, one)).state is State.SETTLED for one in orders)
    assert case.fen == sum(one.amount_fen for one in orders)


def test_down_for_a_day_nothing_is_known_and_nothing_moves(case: Case) -> None:
    order, rail = case.between.payout(), case.mover.rail
    case.mover.post("/drills", name="down_until", value=time.time() + 86_400)
    for ask in (rail.place, rail.look_up):
        with pytest.raises(OutcomeUnknown):
            ask(order)
    case.mover.post("/drills", name="down_until", value=0)
    assert rail.look_up(order).state is State.UNKNOWN
    assert over(partial(rail.place, order)).state is State.SETTLED


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"payee": NOBODY}, Failure.WALLET_UNKNOWN),
        ({"payer": "stranger"}, Failure.REFUSED),
        ({"payee": "bank"}, Failure.REFUSED),
        ({"amount_fen": 10**12, "least_fen": 10**12}, Failure.INSUFFICIENT_FUNDS),
    ],
    ids=["nobody", "another's account", "not a firm's", "too much"],
)
def test_what_fails_fails_for_good_and_moves_nothing(
    case: Case, change: dict[str, Any], failure: Failure
) -> None:
    named = {"stranger": case.stranger, "bank": case.between.bank}
    told = {key: named.get(value, value) for key, value in change.items()}
    order, rail = replace(case.between.payout(), **told), case.mover.rail
    answers = [over(partial(ask, order)) for ask in (rail.place, rail.look_up)]
    found = {(one.state, one.failure, one.amount_fen) for one in answers}
    assert found == {(State.FAILED, failure, 0)}
    assert case.fen == 0


def test_nobody_collects_without_the_holders_word(case: Case) -> None:
    rail = case.mover.rail
    over(partial(rail.place, case.between.payout(payee=case.stranger)))
    before = case.mover.fen(case.stranger)
    asked = case.between.collection(1_000, payer=case.stranger)
    assert over(partial(rail.place, asked)).failure is Failure.REFUSED
    assert case.mover.fen(case.stranger) == before


def test_a_frozen_account_neither_gets_nor_gives(case: Case) -> None:
    rail, firm = case.mover.rail, case.between.firm
    over(partial(rail.place, case.between.payout()))
    case.mover.post("/drills", wallet=firm, frozen=True)
    for order in (case.between.payout(), case.between.collection(1_000)):
        assert over(partial(rail.place, order)).failure is Failure.WALLET_FROZEN
    case.mover.post("/drills", wallet=firm, frozen=False)
    assert over(partial(rail.place, case.between.payout())).state is State.SETTLED


def test_orders_and_answers_of_strangers_count_for_nothing(case: Case) -> None:
    mover = case.mover
    true, stranger = mover.key, new_key(mover.folder / "stranger.pem")
    mover.orderer, ours = stranger, mover.orderer
    with pytest.raises(OutcomeUnknown):
        mover.rail.place(case.between.payout())
    mover.orderer, mover.key = ours, stranger
    order = case.between.payout()
    with pytest.raises(OutcomeUnknown):
        mover.rail.place(order)
    mover.key = true
    assert over(partial(mover.rail.look_up, order)).state is State.SETTLED
    assert case.fen == order.amount_fen


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_a_forged_call_is_refused(case: Case, token: str) -> None:
    with pytest.raises(WireRefused):
        case.mover.rail.read_callback(token)
