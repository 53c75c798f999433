"""The vault worker: reading through the door, and what comes out of it."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

from ledger.kinds import EventKind
from ledger.recording import NotRecorded
from portal.applications.models import LoanApplication
from portal.consents.door import ConsentRefused, reading
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Job
from scoring.abandon_score import abandon_score
from scoring.engine.model import shipped_model
from scoring.publish_score import publish_score
from scoring.reading import Read, read_all
from scoring.tasks import WORKER
from tests.applications.cases import consent_of, new_product, scoring, submitted
from tests.personas import People
from tests.use_cases.scenario import Call, Case, running_as, scenario

ADVANCE = frozenset({Job.ADVANCE_APPLICATION})


def fetched(people: People, *, months: int = 24) -> LoanApplication:
    return scoring(people.sara, new_product(people.bo.organisation_id), months=months)


def read(application: LoanApplication, **other: Any) -> Read:
    """The consented records, counted as a use."""
    asked = {
        "consent_id": consent_of(application),
        "bank_id": application.bank_id,
        "purpose": "underwriting",
        "job_id": uuid4(),
    }
    with reading(**{**asked, **other}) as window:
        return read_all(window, application_id=application.id)


def publishing(found: Read) -> Call:
    model = shipped_model()
    publish = partial(publish_score, WORKER, read=found, answer=found.assess(model), model=model)
    return running_as("scorer", publish)


def about_consent(application: LoanApplication) -> str:
    return f"consent:{consent_of(application)}"


@scenario(reading, EventKind.DATA_REFUSED)
def after_a_withdrawal(people: People) -> Case:
    application = fetched(people)
    stop_consent(people.sara, consent_id=consent_of(application))
    return Case(
        run=lambda: read(application),
        about=about_consent(application),
        raises=ConsentRefused,
    )


@scenario(reading, EventKind.DATA_USED)
def under_a_live_consent(people: People) -> Case:
    application = fetched(people)
    return Case(run=lambda: read(application), about=about_consent(application))


@scenario(publish_score, EventKind.SCORE_RECORDED, EventKind.SIGNALS_RECORDED)
def a_score(people: People) -> Case:
    application = fetched(people)
    stopped = fetched(people)
    refused = publishing(read(stopped))
    stop_consent(people.sara, consent_id=consent_of(stopped))
    return Case(
        run=publishing(read(application)),
        about=application.ref,
        jobs=ADVANCE,
        refused=[(ConsentRefused, refused)],
    )


@scenario(publish_score, EventKind.SCORE_REFUSED, EventKind.SIGNALS_RECORDED)
def too_few_months(people: People) -> Case:
    application = fetched(people, months=3)
    return Case(run=publishing(read(application)), about=application.ref, jobs=ADVANCE)


@scenario(publish_score)
def the_same_score_again(people: People) -> Case:
    application = fetched(people)
    again = publishing(read(application))
    again()
    return Case(run=again)


@scenario(abandon_score, EventKind.SCORE_REFUSED)
def given_up(people: People) -> Case:
    application = submitted(people.sara, new_product(people.bo.organisation_id))
    give_up = partial(abandon_score, WORKER, run_id=uuid4(), application_id=application.id)
    return Case(
        run=running_as("scorer", lambda: give_up(code="withdrawn")),
        about=application.ref,
        jobs=ADVANCE,
        refused=[(NotRecorded, running_as("scorer", lambda: give_up(code="not a code")))],
    )
