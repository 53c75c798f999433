"""Withdrawal against publication: in ledger order no score comes after its withdrawal."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.consents.door import ConsentRefused
from portal.consents.publishing import require_live
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Actor
from tests.gate.parties import Connection, Parties, granted, login, rewritten, value

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ROUNDS = 40
ORDER = """
    SELECT o.id FROM ledger.outbox o
    WHERE convert_from(o.body, 'UTF8')::jsonb ->> 'subject' = %s
        AND convert_from(o.body, 'UTF8')::jsonb ->> 'kind' = %s
"""
Check = Callable[[UUID], None]


def test_no_score_after_its_withdrawal(admin: Connection, parties: Parties) -> None:
    check = partial(require_live, using="scorer")
    outcomes = [_race(admin, parties, check, seed) for seed in range(ROUNDS)]
    assert "score after withdrawal" not in outcomes
    assert {"score first", "no score"} == set(outcomes), "both orders have to have been tried"


def test_control_looking_without_holding_lets_a_score_through(
    admin: Connection, parties: Parties
) -> None:
    outcomes = [_race(admin, parties, only_look, seed) for seed in range(ROUNDS)]
    assert "score after withdrawal" in outcomes


def test_a_revoked_key_comes_after_what_is_being_published(
    admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    kid = f"lost-{consent}"
    rewritten(admin, consent, f"kid = '{kid}'")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(using="scorer"):
            require_live(consent, using="scorer")
            revoking = pool.submit(_revoke, kid)
            time.sleep(0.2)
            _record_score(parties, consent)
        revoking.result(timeout=30)
    scored = value(admin, ORDER, [f"consent:{consent}", "score.recorded"])
    assert scored < value(admin, ORDER, [f"consent:{consent}", "consent.key_revoked"])


def test_a_publisher_that_hangs_holds_no_revocation_up(admin: Connection, parties: Parties) -> None:
    consent = granted(parties)
    kid = f"lost-{consent}"
    rewritten(admin, consent, f"kid = '{kid}'")
    state = "SELECT state FROM gate.consent_status WHERE id = %s"
    with transaction.atomic(using="scorer"):
        require_live(consent, using="scorer")
        _revoke(kid)
        assert value(admin, state, [consent]) == "key_revoked"


def _revoke(kid: str) -> None:
    with login("owner") as owner:
        owner.execute("SELECT gate.revoke_key(%s, 'lost')", [kid])


def _race(admin: Connection, parties: Parties, check: Check, seed: int) -> str:
    consent = granted(parties)
    dice, ready = random.Random(seed), Barrier(2)
    pauses = [dice.choice((0.0, 0.005, 0.02)) for _ in range(3)]
    with ThreadPoolExecutor(2) as pool:
        score = pool.submit(publish, parties, consent, check, ready, pauses)
        stop = pool.submit(_withdraw, parties.actor, consent, ready, pauses[2])
        score.result(timeout=30)
        stop.result(timeout=30)
    scored = admin.execute(ORDER, [f"consent:{consent}", "score.recorded"]).fetchone()
    if scored is None:
        return "no score"
    withdrawn = value(admin, ORDER, [f"consent:{consent}", "consent.withdrawn"])
    return "score first" if scored[0] < withdrawn else "score after withdrawal"


def publish(
    parties: Parties, consent: UUID, check: Check, ready: Barrier, pauses: list[float]
) -> None:
    """A score job's last step, with waits where another may come in between."""
    try:
        ready.wait(timeout=10)
        with transaction.atomic(using="scorer"):
            time.sleep(pauses[0])
            check(consent)
            time.sleep(pauses[1])
            _record_score(parties, consent)
    except ConsentRefused:
        pass
    finally:
        connections["scorer"].close()


def _withdraw(actor: Actor, consent: UUID, ready: Barrier, pause: float) -> None:
    try:
        ready.wait(timeout=10)
        time.sleep(pause)
        stop_consent(actor, consent_id=consent)
    finally:
        connections["default"].close()


def only_look(consent: UUID) -> None:
    """What a publisher without the lock would do."""
    with connections["scorer"].cursor() as cursor:
        cursor.execute("SELECT state FROM gate.consent_status WHERE id = %s", [consent])
        if cursor.fetchone() != ("active",):
            raise ConsentRefused("not_live")


def _record_score(parties: Parties, consent: UUID) -> None:
    record(
        EventKind.SCORE_RECORDED,
        actor="system:scorer",
        subject=f"consent:{consent}",
        payload={
            "firm": str(parties.firm_id),
            "bank": str(parties.bank_id),
            "application": str(uuid4()),
            "consent": str(consent),
            "model": "scorecard-1",
            "model_sha256": "0" * 64,
            "input_digest": "0" * 64,
            "commitment": "0" * 64,
            "score": 640,
            "band": "C",
        },
        using="scorer",
    )
