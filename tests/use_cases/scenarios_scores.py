"""Scores after they were published: replayed, and what is behind them erased."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

from django.db import IntegrityError

from ledger.kinds import EventKind
from portal.consents.stop_consent import stop_consent
from portal.core.actor import SystemActor
from portal.core.errors import NotFound, RuleBroken
from portal.core.jobs import Job
from scoring.ask_replay import ask_replay
from scoring.erase_features import erase_features
from scoring.models import ReplayExtent
from scoring.record_replay import record_replay
from scoring.replaying import Replayed
from scoring.tasks import WORKER
from tests.applications.cases import consent_of, new_product, under_review
from tests.personas import People
from tests.use_cases.scenario import Case, running_as, scenario

HOLDS = Replayed(ReplayExtent.RECORDS, ("value",), ())


@scenario(ask_replay)
def of_a_score(people: People) -> Case:
    application = under_review(people.sara, new_product(people.bo.organisation_id))
    assert application.score_id is not None
    ask = partial(ask_replay, SystemActor("tests"))
    return Case(
        run=partial(ask, score_id=application.score_id),
        jobs=frozenset({Job.REPLAY_SCORE}),
        refused=[(NotFound, partial(ask, score_id=uuid4()))],
    )


@scenario(record_replay, EventKind.SCORE_REPLAYED)
def that_held(people: People) -> Case:
    application = under_review(people.sara, new_product(people.bo.organisation_id))
    assert application.score_id is not None
    keep = partial(record_replay, WORKER, replay_id=uuid4(), found=HOLDS)
    return Case(
        run=running_as("scorer", partial(keep, score_id=application.score_id)),
        about=f"score:{application.score_id}",
        refused=[(IntegrityError, running_as("scorer", partial(keep, score_id=uuid4())))],
    )


@scenario(erase_features, EventKind.FEATURES_ERASED)
def of_an_ended_consent(people: People) -> Case:
    ended, living = (
        consent_of(under_review(people.sara, new_product(people.bo.organisation_id)))
        for _ in range(2)
    )
    stop_consent(people.sara, consent_id=ended)
    erase = partial(erase_features, WORKER)
    return Case(
        run=running_as("scorer", partial(erase, consent_id=ended)),
        about=f"consent:{ended}",
        refused=[(RuleBroken, running_as("scorer", partial(erase, consent_id=living)))],
    )
