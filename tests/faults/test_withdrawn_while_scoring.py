"""Withdrawals at random instants of running score jobs: the real job, the real use case.

Judged by the ledger's order, not by clocks: no `score.recorded` of a consent comes after its
`consent.withdrawn`, and where the withdrawal came first no score row is left.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event
from uuid import UUID, uuid4

import pytest
from django.db import InterfaceError, OperationalError, connections

from portal.consents.door import ConsentRefused
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Cancelled, Job
from portal.jobs.registry import JobRun
from scoring import publish_score
from scoring.models import Score
from scoring.tasks import score_application
from tests.applications.cases import FIRST, LAST, as_vault_worker
from tests.gate.parties import Connection, Parties, granted, sealed, value

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ORDER = """
    SELECT min(o.id) FROM ledger.outbox o
    WHERE convert_from(o.body, 'UTF8')::jsonb ->> 'kind' = %s
        AND position(%s IN convert_from(o.body, 'UTF8')) > 0
"""
LONGEST_PAUSE = 0.03
LONGEST_LINGERING = 0.3


class Instant(StrEnum):
    """When the withdrawal is sent, by what the job has said so far."""

    BEFORE_READING = "before reading"
    AFTER_READING = "after reading"
    WHILE_PUBLISHING = "while publishing"


INSTANTS = (*Instant, Instant.AFTER_READING)


@dataclass
class Round:
    """One job and one withdrawal, both set off by the dice."""

    consent: UUID
    application: UUID
    instant: Instant
    dice: random.Random
    reached: dict[Instant, Event] = field(default_factory=lambda: {i: Event() for i in Instant})
    read_at: float = 0.0
    publishing_at: float = 0.0
    withdrawn_at: float = 0.0

    def mark(self, step: str) -> None:
        """The job's steps; it lingers between reading and publishing."""
        if step == "records_read":
            self.read_at = time.monotonic()
            self.reached[Instant.AFTER_READING].set()
            time.sleep(self.dice.uniform(0, LONGEST_LINGERING))
        if step == "scored":
            self.publishing_at = time.monotonic()
            self.reached[Instant.WHILE_PUBLISHING].set()

    @property
    def is_between(self) -> bool:
        """Whether the withdrawal was committed after the read and before the publication."""
        return 0 < self.read_at < self.withdrawn_at < (self.publishing_at or float("inf"))


@pytest.fixture
def scored_firm(parties: Parties) -> Parties:
    """A firm whose 24 months are in the vault; consents to them come one a round."""
    sealed(parties, _granted(parties, uuid4()), first=FIRST, last=LAST)
    return parties


@pytest.fixture
def looking_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard removed: a look at the consent, and nothing that holds it."""

    def look(consent_id: UUID, *, using: str = "default") -> None:
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT state FROM gate.consent_status WHERE id = %s", [consent_id])
            if cursor.fetchone() != ("active",):
                raise ConsentRefused("not_live")
        time.sleep(LONGEST_PAUSE)

    monkeypatch.setattr(publish_score, "require_live", look)


def test_no_score_comes_after_its_withdrawal(
    admin: Connection, scored_firm: Parties, rounds: int
) -> None:
    done = [_race(scored_firm, seed) for seed in range(rounds)]
    endings = Counter(_ending(admin, one) for one in done)
    assert endings["score after withdrawal"] == 0, endings
    assert endings["a row left"] == 0, endings
    assert endings["score first"] > 0, "some jobs have to win"
    assert sum(one.is_between for one in done) >= rounds / 5, "too few between read and publish"


@pytest.mark.usefixtures("looking_only")
def test_control_without_the_lock_a_score_comes_after(
    admin: Connection, scored_firm: Parties, rounds: int
) -> None:
    endings = Counter(_ending(admin, _race(scored_firm, seed)) for seed in range(rounds))
    assert endings["score after withdrawal"] > 0, endings


def _race(parties: Parties, seed: int) -> Round:
    dice = random.Random(seed)
    application = uuid4()
    one = Round(_granted(parties, application), application, dice.choice(INSTANTS), dice)
    with ThreadPoolExecutor(2) as pool:
        score = pool.submit(_score, parties, one)
        stop = pool.submit(_withdraw, parties, one, dice.uniform(0, LONGEST_PAUSE))
        score.result(timeout=60)
        stop.result(timeout=60)
    return one


def _score(parties: Parties, one: Round) -> None:
    run = JobRun(
        id=uuid4(),
        name=Job.SCORE_APPLICATION,
        subject=f"application:{one.application}",
        payload={
            "consent": str(one.consent),
            "bank": str(parties.bank_id),
            "purpose": "underwriting",
        },
        attempt=1,
        mark=one.mark,
    )
    one.reached[Instant.BEFORE_READING].set()
    try:
        _attempt(run)
    finally:
        for event in one.reached.values():
            event.set()
        connections.close_all()


def _attempt(run: JobRun) -> None:
    """Again after a lost connection, as the sweeper would have it: the reaper ends readers."""
    try:
        with as_vault_worker():
            score_application(run)
    except Cancelled:
        return
    except (OperationalError, InterfaceError):
        connections.close_all()
        _attempt(run)


def _withdraw(parties: Parties, one: Round, pause: float) -> None:
    try:
        one.reached[one.instant].wait(timeout=60)
        time.sleep(pause)
        stop_consent(parties.actor, consent_id=one.consent)
        one.withdrawn_at = time.monotonic()
    finally:
        connections.close_all()


def _ending(admin: Connection, one: Round) -> str:
    scored = value(admin, ORDER, ["score.recorded", str(one.consent)])
    withdrawn = value(admin, ORDER, ["consent.withdrawn", f"consent:{one.consent}"])
    if scored is not None:
        return "score first" if scored < withdrawn else "score after withdrawal"
    has_row = Score.objects.filter(consent_id=one.consent).exists()
    return "a row left" if has_row else "no score"


def _granted(parties: Parties, application_id: UUID) -> UUID:
    return granted(parties, first_month=FIRST, last_month=LAST, application_id=application_id)
