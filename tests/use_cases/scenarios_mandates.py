"""Mandates that end by the tax authority's word, and who hears of it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from ledger.kinds import EventKind
from portal.consents.confirmation_notices import tell_mandate_ended
from portal.consents.firm_people import people_of_firm
from portal.consents.gate_errors import GateRefused
from portal.consents.mandate_ends import end_mandate
from portal.consents.remind_of_confirmations import remind_of_confirmations
from portal.consents.remind_of_mandates import remind_of_mandates
from portal.consents.take_access_away import take_access_away
from portal.core.actor import Actor, SystemActor
from portal.core.errors import NotAllowed, NotFound
from portal.core.jobs import Job
from portal.taxdata.doubt_mandate_list import doubt_mandate_list
from tests.gate.mandates import INTAKE, ended, next_line
from tests.gate.parties import Parties
from tests.personas import People
from tests.use_cases.scenario import Case, running_as, scenario
from tests.use_cases.scenarios_consents import live_outside_applications


def sara_at(people: People) -> Parties:
    """sara and her firm, as the gate's tests name them."""
    assert people.sara.organisation_id is not None
    assert people.bo.organisation_id is not None
    return Parties(people.sara.organisation_id, people.bo.organisation_id, people.sara.person_id)


@scenario(doubt_mandate_list)
def a_list_that_is_not_the_authoritys(_people: People) -> Case:
    code = f"code_{uuid4().hex[:8]}"
    run = running_as("intake", lambda: doubt_mandate_list(INTAKE, code=code))
    return Case(run=run, jobs=frozenset({Job.DOUBT_MANDATES}))


@scenario(end_mandate, EventKind.MANDATE_ENDED, EventKind.CONSENT_PAUSED)
def the_representative_changes(people: People) -> Case:
    consent = live_outside_applications(people)
    line = next_line(sara_at(people))
    early = replace(line, serial=line.serial + 1)

    def take(which: object = line) -> None:
        end_mandate(INTAKE, which, statement="the signed list")  # type: ignore[arg-type]

    return Case(
        run=running_as("intake", take),
        about=(f"person:{people.sara.person_id}", f"consent:{consent}"),
        jobs=frozenset({Job.ADVANCE_APPLICATION, Job.TELL_MANDATE_ENDED}),
        refused=[(GateRefused, running_as("intake", lambda: take(early)))],
        afterwards=[(GateRefused, running_as("intake", take))],
    )


@scenario(tell_mandate_ended)
def they_hear_of_it(people: People) -> Case:
    consent = live_outside_applications(people)
    ended(sara_at(people))
    return Case(
        run=lambda: tell_mandate_ended(
            sara_at(people).firm_id,
            people=[people.sara.person_id],
            consents=[consent],
            message="mandate_ended",
            once=f"mandate-ended:{uuid4()}",
        ),
        jobs=frozenset({Job.SEND_MESSAGE}),
    )


@scenario(remind_of_confirmations)
def nothing_is_near(people: People) -> Case:
    return Case(run=lambda: remind_of_confirmations(SystemActor("consents")))


@scenario(remind_of_mandates)
def no_mandate_is_near(people: People) -> Case:
    return Case(run=lambda: remind_of_mandates(SystemActor("consents")))


@scenario(take_access_away, EventKind.MANDATE_ENDED)
def a_clerk_leaves(people: People) -> Case:
    sams, own = mandate_of(people.sara, people.sam), mandate_of(people.sara, people.sara)
    return Case(
        run=lambda: take_access_away(people.sara, mandate_id=sams),
        about=f"person:{people.sam.person_id}",
        jobs=frozenset({Job.TELL_MANDATE_ENDED}),
        refused=[
            (NotFound, lambda: take_access_away(people.mallory, mandate_id=sams)),
            (NotAllowed, lambda: take_access_away(people.sam, mandate_id=sams)),
            (NotFound, lambda: take_access_away(people.sara, mandate_id=own)),
        ],
    )


def mandate_of(asking: Actor, whose: Actor) -> UUID:
    """The mandate that the firm's page of people shows."""
    found = people_of_firm(asking)
    return next(one.id for one in found if one.person_id == whose.person_id)
