"""Two hands on one consent at the same instant: one of them wins, and everything says the same."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections

from portal.consents.pause_consent import pause_consent
from portal.consents.queries import consent_for
from portal.consents.signing import decline, grant, resume
from portal.consents.stop_consent import stop_consent
from portal.consents.transitions import ConsentState as State
from portal.core.errors import InvalidTransition, NotFound, Refused
from tests.gate.parties import EVIDENCE, LAST, Connection, Parties, asked, granted, login, value
from tests.outbox import events_about

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ROUNDS = 20
WAITS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND query LIKE '%gate.resume%'
        AND datname = current_database()
"""
Act = Callable[[], object]


def test_a_double_click_grants_once(parties: Parties) -> None:
    for seed in range(ROUNDS):
        request = asked(parties)
        both = _at_once(seed, _granting(parties, request), _granting(parties, request))
        assert [type(error) for error in both if error] == [InvalidTransition]
        assert len(events_about(f"consent:{request}", kind="consent.granted")) == 1


def test_control_a_look_at_the_request_does_not_tell_the_second_from_the_first(
    parties: Parties,
) -> None:
    """Why the answer's primary key decides and not the state: both see it waiting."""
    request = asked(parties)
    query = "SELECT state FROM sign.request_state WHERE id = %s"
    with login("signer", autocommit=False) as first, login("signer", autocommit=False) as second:
        looks = [value(connection, query, [request]) for connection in (first, second)]
    assert looks == ["pending", "pending"]


def test_yes_and_no_at_once_is_one_of_them(parties: Parties) -> None:
    seen = Counter[str]()
    for seed in range(ROUNDS):
        request = asked(parties)
        yes, no = _at_once(seed, _granting(parties, request), _declining(parties, request))
        assert (yes is None) != (no is None), (yes, no)
        kinds = _kinds(f"consent:{request}") + _kinds(f"request:{request}")
        assert ("consent.granted" in kinds) == (yes is None)
        assert ("consent.declined" in kinds) == (no is None)
        seen["yes" if yes is None else "no"] += 1
    assert set(seen) == {"yes", "no"}, "both orders have to have been tried"


def test_granting_and_withdrawing_at_once_never_leaves_a_live_consent_that_was_stopped(
    parties: Parties,
) -> None:
    seen = Counter[str]()
    for seed in range(ROUNDS):
        request = asked(parties)
        yes, stopped = _at_once(seed, _granting(parties, request), _stopping(parties, request))
        assert yes is None
        assert stopped is None or isinstance(stopped, NotFound)
        state = consent_for(parties.actor, request).state
        assert state is (State.WITHDRAWN if stopped is None else State.ACTIVE)
        seen[state] += 1
    assert seen[State.ACTIVE], "some withdrawals have to come too early"


def test_a_change_and_a_withdrawal_at_once_end_the_old_consent_once(parties: Parties) -> None:
    seen = Counter[str]()
    for seed in range(ROUNDS):
        old = granted(parties)
        change = asked(parties, first_month=LAST, supersedes=old)
        changed, stopped = _at_once(seed, _granting(parties, change), _stopping(parties, old))
        assert (changed is None) != (stopped is None), (changed, stopped)
        ends = {"consent.withdrawn", "consent.superseded"} & set(_kinds(f"consent:{old}"))
        assert ends == {"consent.withdrawn" if changed else "consent.superseded"}
        assert bool(_kinds(f"consent:{change}")) == (changed is None)
        seen.update(ends)
    assert len(seen) == 2, "both orders have to have been tried"


def test_of_two_who_resume_at_once_one_does(parties: Parties) -> None:
    for seed in range(ROUNDS):
        consent = granted(parties)
        pause_consent(parties.actor, consent_id=consent)
        both = _at_once(seed, _resuming(parties, consent), _resuming(parties, consent))
        assert [type(error) for error in both if error] == [InvalidTransition]
        assert _kinds(f"consent:{consent}").count("consent.resumed") == 1


def test_a_withdrawal_that_a_resumption_waits_for_stays_the_last_word(
    admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    pause_consent(parties.actor, consent_id=consent)
    with login("web", autocommit=False) as web, ThreadPoolExecutor(1) as pool:
        web.execute("SELECT gate.stop(%s, 'withdraw', 'person:test')", [consent])
        waiting = pool.submit(_one, _resuming(parties, consent), Barrier(1), 0.0)
        while not value(admin, WAITS):
            time.sleep(0.01)
        web.commit()
        assert isinstance(waiting.result(timeout=10), InvalidTransition)
    assert _kinds(f"consent:{consent}")[-1] == "consent.withdrawn"
    assert consent_for(parties.actor, consent).state is State.WITHDRAWN


def test_control_before_the_lock_the_pause_is_still_there(parties: Parties) -> None:
    """Why the gate looks after its lock: whoever signs the resumption can't see the withdrawal."""
    consent = granted(parties)
    pause_consent(parties.actor, consent_id=consent)
    query = "SELECT state FROM gate.consent_status WHERE id = %s"
    with login("web", autocommit=False) as web, login("signer") as signer:
        web.execute("SELECT gate.stop(%s, 'withdraw', 'person:test')", [consent])
        assert value(signer, query, [consent]) == "paused"


def _at_once(seed: int, *acts: Act) -> list[Exception | None]:
    """Run the acts on threads let go together, each after a pause by the dice; their refusals."""
    dice, ready = random.Random(seed), Barrier(len(acts))
    with ThreadPoolExecutor(len(acts)) as pool:
        running: list[Future[Exception | None]] = [
            pool.submit(_one, act, ready, dice.choice((0.0, 0.002, 0.01, 0.03))) for act in acts
        ]
        return [future.result(timeout=60) for future in running]


def _one(act: Act, ready: Barrier, pause: float) -> Exception | None:
    try:
        ready.wait(timeout=10)
        time.sleep(pause)
        act()
    except Refused as refusal:
        return refusal
    finally:
        connections.close_all()
    return None


def _granting(parties: Parties, request: UUID) -> Act:
    return lambda: grant(request, person_id=parties.person_id, evidence=EVIDENCE, using="signer")


def _declining(parties: Parties, request: UUID) -> Act:
    return lambda: decline(request, person_id=parties.person_id, using="signer")


def _stopping(parties: Parties, consent: UUID) -> Act:
    return lambda: stop_consent(parties.actor, consent_id=consent)


def _resuming(parties: Parties, consent: UUID) -> Act:
    return lambda: resume(consent, person_id=parties.person_id, using="signer")


def _kinds(subject: str) -> list[str]:
    return [str(event["kind"]) for event in events_about(subject)]
