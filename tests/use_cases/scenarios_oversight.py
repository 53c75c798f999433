"""Incidents: opened once, reported, closed by a person."""

from __future__ import annotations

from ledger.kinds import EventKind
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job
from portal.oversight.close_incident import close_incident
from portal.oversight.models import Cause, Incident
from portal.oversight.note_parties import note_parties
from portal.oversight.open_incident import open_incident
from portal.oversight.report_incident import report_incident
from tests.ledger.facts import drain, write
from tests.oversight.cases import SYSTEM, opened, settle
from tests.personas import People
from tests.use_cases.scenario import Case, scenario

NOTE = "By telephone to the duty desk, number 7."


def fresh(people: People) -> Incident:
    settle(people.rita, Cause.SIGNING)
    return opened(Cause.SIGNING, place=12, detail="larger")


@scenario(open_incident, EventKind.INCIDENT_OPENED)
def something_no_longer_holds(people: People) -> Case:
    settle(people.rita, Cause.SIGNING)
    return Case(
        run=lambda: open_incident(SYSTEM, cause=Cause.SIGNING, place=12, detail="larger"),
        about=lambda incident: incident.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
    )


@scenario(open_incident)
def the_same_cause_again(people: People) -> Case:
    fresh(people)
    return Case(run=lambda: open_incident(SYSTEM, cause=Cause.SIGNING, place=13))


@scenario(report_incident, EventKind.INCIDENT_REPORTED)
def the_operator_reported_it(people: People) -> Case:
    incident = fresh(people)
    report = report_incident
    return Case(
        run=lambda: report(people.olga, incident_id=incident.id, note=NOTE),
        about=incident.ref,
        refused=[
            (NotAllowed, lambda: report(people.bo, incident_id=incident.id, note=NOTE)),
            (NotFound, lambda: report(people.rita, incident_id=people.rita.person_id, note=NOTE)),
            (RuleBroken, lambda: report(people.rita, incident_id=incident.id, note=" ")),
            (RuleBroken, lambda: report(people.rita, incident_id=incident.id, note="x" * 2001)),
            (
                InvalidTransition,
                lambda: close_incident(people.rita, incident_id=incident.id, note=NOTE),
            ),
        ],
        afterwards=[
            (InvalidTransition, lambda: report(people.rita, incident_id=incident.id, note=NOTE)),
        ],
    )


@scenario(close_incident, EventKind.INCIDENT_CLOSED)
def a_reported_one(people: People) -> Case:
    incident = fresh(people)
    report_incident(people.rita, incident_id=incident.id, note=NOTE)
    close = close_incident
    return Case(
        run=lambda: close(people.rita, incident_id=incident.id, note="A disk failed."),
        about=incident.ref,
        refused=[
            (NotAllowed, lambda: close(people.olga, incident_id=incident.id, note=NOTE)),
            (NotFound, lambda: close(people.rita, incident_id=people.rita.person_id, note=NOTE)),
            (RuleBroken, lambda: close(people.rita, incident_id=incident.id, note="")),
        ],
        afterwards=[
            (InvalidTransition, lambda: close(people.rita, incident_id=incident.id, note=NOTE)),
        ],
    )


@scenario(note_parties)
def new_entries_of_the_ledger(people: People) -> Case:
    while note_parties(SYSTEM):
        pass
    write()
    drain()
    return Case(run=lambda: note_parties(SYSTEM))
