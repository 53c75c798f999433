"""Requests for records: asked once, decided by another person, made, handed over, told, erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.utils import timezone

from ledger.kinds import EventKind
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job, Retry
from portal.disclosure.approve_disclosure import approve_disclosure
from portal.disclosure.download_export import download_export
from portal.disclosure.erase_activity import erase_activity
from portal.disclosure.erase_exports import erase_exports
from portal.disclosure.lapse_disclosures import lapse_disclosures
from portal.disclosure.make_export import make_export
from portal.disclosure.models import KEPT, Disclosure, What
from portal.disclosure.refuse_disclosure import refuse_disclosure
from portal.disclosure.request_records import request_records
from portal.disclosure.tell_parties import tell_parties
from tests.disclosure.requests import (
    SYSTEM,
    approved,
    asked,
    colleague,
    listed,
    long_ago,
    made,
    terms_about,
    today,
)
from tests.personas import People
from tests.use_cases.scenario import Case, scenario


@scenario(request_records, EventKind.DISCLOSURE_REQUESTED)
def what_a_person_did(people: People) -> Case:
    second = colleague(people)
    terms, request_id = terms_about(people.sara.person_id), uuid4()

    def ask(actor: Actor = people.rita, **other: Any) -> Disclosure:
        return request_records(actor, request_id=request_id, terms=replace(terms, **other))

    tomorrow = today() + timedelta(days=1)
    return Case(
        run=ask,
        about=lambda disclosure: disclosure.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (NotAllowed, partial(ask, people.sara)),
            (NotAllowed, partial(ask, people.olga)),
            (NotFound, partial(ask, whose=uuid4())),
            (NotFound, partial(ask, what=What.REGISTER)),
            (RuleBroken, partial(ask, words=" ")),
            (RuleBroken, partial(ask, until=tomorrow)),
            (RuleBroken, partial(ask, until=today() - timedelta(days=1))),
            (RuleBroken, partial(ask, since=today() - timedelta(days=366))),
            (RuleBroken, partial(ask, tell_on=tomorrow)),
        ],
        afterwards=[(NotFound, partial(ask, second))],
    )


@scenario(request_records)
def sent_twice(people: People) -> Case:
    terms, request_id = terms_about(people.sara.person_id), uuid4()
    ask = partial(request_records, people.rita, request_id=request_id, terms=terms)
    ask()
    return Case(run=ask)


@scenario(approve_disclosure, EventKind.DISCLOSURE_APPROVED)
def by_a_second_person(people: People) -> Case:
    disclosure, second = asked(people, terms_about(people.sara.person_id)), colleague(people)
    approve = partial(approve_disclosure, disclosure_id=disclosure.id)
    lapsed = long_ago(disclosure).id
    about_second = asked(people, terms_about(second.person_id))
    stale = replace(second, second_factor_at=timezone.now() - timedelta(hours=1))
    return Case(
        run=lambda: approve(second),
        about=disclosure.ref,
        jobs=frozenset({Job.MAKE_DISCLOSURE}),
        refused=[
            (NotAllowed, lambda: approve(people.rita)),
            (NotAllowed, lambda: approve(people.olga)),
            (NotAllowed, lambda: approve(stale)),
            (NotFound, lambda: approve_disclosure(second, disclosure_id=about_second.id)),
            (NotFound, lambda: approve_disclosure(second, disclosure_id=uuid4())),
            (InvalidTransition, lambda: approve_disclosure(second, disclosure_id=lapsed)),
        ],
        afterwards=[(InvalidTransition, lambda: approve(second))],
    )


@scenario(refuse_disclosure, EventKind.DISCLOSURE_REFUSED)
def with_a_reason(people: People) -> Case:
    disclosure, second = asked(people, terms_about(people.sara.person_id)), colleague(people)

    def refuse(actor: Actor = second, words: str = "Not this law.") -> Disclosure:
        return refuse_disclosure(actor, disclosure_id=disclosure.id, words=words)

    return Case(
        run=refuse,
        about=disclosure.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (NotAllowed, partial(refuse, people.rita)),
            (RuleBroken, partial(refuse, words=" ")),
        ],
        afterwards=[(InvalidTransition, refuse)],
    )


@scenario(lapse_disclosures, EventKind.DISCLOSURE_LAPSED)
def nobody_decided(people: People) -> Case:
    while lapse_disclosures(SYSTEM):
        pass
    old = long_ago(asked(people, terms_about(people.sara.person_id)))
    return Case(
        run=lambda: lapse_disclosures(SYSTEM),
        about=old.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
    )


@scenario(make_export, EventKind.DISCLOSURE_EXPORTED)
def once_it_is_approved(people: People) -> Case:
    disclosure = approved(people, terms_about(people.sara.person_id))
    make = partial(make_export, SYSTEM, disclosure_id=disclosure.id)

    def run() -> None:
        listed()
        make()

    return Case(
        run=run,
        about=disclosure.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[(Retry, make)],
    )


@scenario(make_export)
def of_one_that_is_made(people: People) -> Case:
    disclosure = made(people, terms_about(people.sara.person_id))
    return Case(run=lambda: make_export(SYSTEM, disclosure_id=disclosure.id))


@scenario(download_export, EventKind.DISCLOSURE_DOWNLOADED)
def by_the_one_who_asked(people: People) -> Case:
    disclosure = made(people, terms_about(people.sara.person_id))
    download = partial(download_export, disclosure_id=disclosure.id)
    waiting = asked(people, terms_about(people.sara.person_id))
    third = colleague(people)
    return Case(
        run=lambda: download(people.rita),
        about=disclosure.ref,
        refused=[
            (NotAllowed, lambda: download(third)),
            (NotAllowed, lambda: download(people.sara)),
            (NotFound, lambda: download_export(people.rita, disclosure_id=uuid4())),
            (
                InvalidTransition,
                lambda: download_export(people.rita, disclosure_id=waiting.id),
            ),
        ],
    )


@scenario(tell_parties, EventKind.DISCLOSURE_TOLD)
def whose_day_has_come(people: People) -> Case:
    while tell_parties(SYSTEM):
        pass
    later = today() + timedelta(days=1)
    disclosure, _deferred = (
        approved(people, terms_about(people.sara.person_id, tell_on=tell_on))
        for tell_on in (None, later)
    )
    return Case(
        run=lambda: tell_parties(SYSTEM),
        about=disclosure.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
    )


@scenario(erase_exports, EventKind.DISCLOSURE_ERASED)
def two_weeks_later(people: People) -> Case:
    disclosure = made(people, terms_about(people.sara.person_id))
    erased = long_ago(disclosure, KEPT)
    return Case(run=lambda: erase_exports(SYSTEM), about=erased.ref)


@scenario(erase_activity)
def a_year_later(people: People) -> Case:
    return Case(run=lambda: erase_activity(SYSTEM), about=people.sara.ref)
