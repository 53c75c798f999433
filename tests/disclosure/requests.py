"""Requests for records as rita asks for them and a colleague decides."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from portal.core.actor import Actor, Role, SystemActor
from portal.core.months import SHANGHAI
from portal.disclosure.approve_disclosure import approve_disclosure
from portal.disclosure.make_export import make_export
from portal.disclosure.models import LAPSES_AFTER, Basis, Disclosure, Secrecy, Status, What
from portal.disclosure.request_records import request_records
from portal.disclosure.terms import Terms
from portal.oversight.note_parties import note_parties
from tests.ledger.facts import drain
from tests.personas import People, invited

SYSTEM = SystemActor("test")
WORDS = "Case 7 of this year."


def colleague(people: People) -> Actor:
    """Another person of rita's office."""
    assert people.rita.organisation_id is not None
    return invited("ruth", people.rita.organisation_id, Role.REGULATOR)


def today() -> date:
    return datetime.now(SHANGHAI).date()


def terms_about(
    whose: UUID,
    *,
    what: What = What.PERSON,
    tell_on: date | None = None,
    since: date | None = None,
    until: date | None = None,
    words: str = WORDS,
) -> Terms:
    return Terms(
        what=what,
        whose=whose,
        since=since or today(),
        until=until or today(),
        basis=Basis.BLOCKCHAIN,
        words=words,
        tell_on=tell_on,
        tell_reason=Secrecy.IMPEDES if tell_on else None,
    )


def asked(people: People, terms: Terms) -> Disclosure:
    return request_records(people.rita, request_id=uuid4(), terms=terms)


def approved(people: People, terms: Terms) -> Disclosure:
    return approve_disclosure(colleague(people), disclosure_id=asked(people, terms).id)


def listed() -> None:
    """Everything that is written is numbered, and on the lists."""
    drain()
    while note_parties(SYSTEM):
        pass


def made(people: People, terms: Terms) -> Disclosure:
    """Asked, approved by a colleague, and put together."""
    disclosure = approved(people, terms)
    listed()
    make_export(SYSTEM, disclosure_id=disclosure.id)
    disclosure.refresh_from_db()
    return disclosure


def long_ago(like: Disclosure, since_made: timedelta | None = None) -> Disclosure:
    """One like it that waits since a week; or, with a time, an export that was made so long ago."""
    fields = ("organisation_id", "what", "person_id", "party_id", "since", "until", "basis")
    same = {name: getattr(like, name) for name in (*fields, "words", "asked_by")}
    back = since_made or LAPSES_AFTER
    asked_at = like.asked_at - back
    old = Disclosure(**same, asked_at=asked_at, lapses_at=asked_at + LAPSES_AFTER)
    if since_made is not None and like.made_at is not None:
        old.status, old.decided_by, old.decided_at = Status.APPROVED, like.decided_by, asked_at
        old.made_at, old.told_at = like.made_at - since_made, asked_at
        old.manifest_digest = like.manifest_digest
        old.row_count, old.entry_count = like.row_count, like.entry_count
    Disclosure.objects.using("owner").bulk_create([old])
    return old
