"""Scores after they were published: replayed, and what is behind them erased."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from django.db import IntegrityError

from ledger.kinds import EventKind
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Actor, SystemActor
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job
from scoring.answer_dispute import answer_dispute
from scoring.ask_replay import ask_replay
from scoring.erase_features import erase_features
from scoring.models import Dispute, DisputeAbout, DisputeOutcome, ReplayExtent
from scoring.open_dispute import open_dispute
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


def disputing(people: People) -> Callable[..., Dispute]:
    """Sara's way to dispute a score made for bo's bank; other arguments alter it."""
    application = under_review(people.sara, new_product(people.bo.organisation_id))

    def call(actor: Actor = people.sara, statement: str = "Please look.") -> Dispute:
        assert application.score_id is not None
        about = DisputeAbout.FIGURE
        return open_dispute(actor, score_id=application.score_id, about=about, statement=statement)

    return call


@scenario(open_dispute, EventKind.DISPUTE_OPENED)
def of_an_own_score(people: People) -> Case:
    dispute = disputing(people)
    return Case(
        run=dispute,
        jobs=frozenset({Job.SEND_MESSAGE}),
        about=lambda opened: str(opened.ref),
        refused=[
            (NotAllowed, partial(dispute, people.sam)),
            (NotAllowed, partial(dispute, people.bo)),
            (NotFound, partial(dispute, people.mallory)),
            (RuleBroken, partial(dispute, statement="  ")),
            (RuleBroken, partial(dispute, statement="x" * 2001)),
        ],
        afterwards=[(RuleBroken, dispute)],
    )


@scenario(answer_dispute, EventKind.DISPUTE_ANSWERED)
def in_writing(people: People) -> Case:
    dispute = disputing(people)()

    def answer(actor: Actor = people.bo, text: str = "We looked; it stands.") -> Dispute:
        outcome = DisputeOutcome.STANDS
        return answer_dispute(actor, dispute_id=dispute.id, outcome=outcome, answer=text)

    return Case(
        run=answer,
        about=dispute.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (NotAllowed, partial(answer, people.sara)),
            (NotFound, partial(answer, people.ben)),
            (RuleBroken, partial(answer, text="")),
        ],
        afterwards=[(InvalidTransition, answer)],
    )
