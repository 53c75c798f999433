"""Bank transfers at a real clearing over HTTP: accepted, then settled or rejected, each once."""

from __future__ import annotations

import time
from functools import partial

import pytest

from portal.core.wire import WireRefused
from portal.sandbox.money.answers import signed_answer
from portal.servicing.rails.protocol import Failure, State
from tests.clearing.conftest import FIRM, STRANGER, Clearing, debit, transfer
from tests.rails.orders import over


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


def test_a_debit_takes_all_or_nothing_and_money_is_never_bound(clearing: Clearing) -> None:
    rail = clearing.rail
    over(partial(rail.place, transfer(50_000)))
    assert over(partial(rail.place, debit(80_000, least=1))).failure is Failure.INSUFFICIENT_FUNDS
    bound = rail.place(transfer(1_000, allowed_payees=(STRANGER,)))
    assert bound.failure is Failure.PAYEE_NOT_ALLOWED
    assert clearing.fen(FIRM) == 50_000


def test_the_ecny_operators_word_about_a_bank_transfer_is_nobodys(clearing: Clearing) -> None:
    said = {"order": "0" * 32, "state": "unknown"}
    token = signed_answer(said, issuer="ecny-operator", key=clearing.key)
    with pytest.raises(WireRefused):
        clearing.rail.read_callback(token)
