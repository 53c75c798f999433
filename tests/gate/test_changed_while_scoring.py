"""A legal representative changes while a score is published: the ledger has none after it."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connections

from portal.consents.mandate_ends import end_mandate
from portal.consents.publishing import require_live
from tests.gate.mandates import INTAKE, next_line
from tests.gate.parties import Connection, Parties, granted, new_parties, value
from tests.gate.test_publishing_race import ORDER, Check, only_look, publish

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ROUNDS = 12


@pytest.mark.usefixtures("keys", "transactional_db")
def test_no_score_after_the_change(admin: Connection) -> None:
    check = partial(require_live, using="scorer")
    outcomes = [_race(admin, check, seed) for seed in range(ROUNDS)]
    assert set(outcomes) == {"score first", "no score"}, "both orders have to have been tried"


@pytest.mark.usefixtures("keys", "transactional_db")
def test_control_looking_without_holding_lets_a_score_through(admin: Connection) -> None:
    outcomes = [_race(admin, only_look, seed) for seed in range(ROUNDS)]
    assert "score after the change" in outcomes


def _race(admin: Connection, check: Check, seed: int) -> str:
    parties = new_parties()
    consent = granted(parties)
    dice, ready = random.Random(seed), Barrier(2)
    pauses = [dice.choice((0.0, 0.01, 0.03)) for _ in range(3)]
    with ThreadPoolExecutor(2) as pool:
        score = pool.submit(publish, parties, consent, check, ready, pauses)
        change = pool.submit(_change, parties, ready, pauses[2])
        score.result(timeout=30)
        change.result(timeout=30)
    scored = admin.execute(ORDER, [f"consent:{consent}", "score.recorded"]).fetchone()
    if scored is None:
        return "no score"
    paused = value(admin, ORDER, [f"consent:{consent}", "consent.paused"])
    return "score first" if scored[0] < paused else "score after the change"


def _change(parties: Parties, ready: Barrier, pause: float) -> None:
    try:
        line = next_line(parties)
        ready.wait(timeout=10)
        time.sleep(pause)
        end_mandate(INTAKE, line, statement="the signed list", using="intake")
    finally:
        for alias in ("intake", "web"):
            connections[alias].close()
