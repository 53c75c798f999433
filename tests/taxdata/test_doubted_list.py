"""A list of ended mandates that can't be believed reaches a person, within the day's clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client, override_settings
from joserfc.jwk import OKPKey

from portal.core.actor import Actor
from portal.core.jobs import Job
from portal.core.wire import SigningKey
from portal.jobs.models import JobRow
from portal.jobs.registry import JobRun
from portal.oversight.models import Cause, Incident
from portal.oversight.tasks import doubt_mandates
from portal.taxdata.tasks import follow
from tests.gate.mandates import next_line
from tests.gate.parties import Parties, new_parties
from tests.oversight.cases import settle
from tests.personas import People, keys
from tests.taxdata.authority import Authority, authority_of
from tests.taxdata.intake import Steps, as_intake
from tests.taxdata.web_party import served

__all__ = ["keys"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

# What a list can be doubted for; other tests ask under made-up codes.
CODES = ("bad_signature", "lines_missing", "malformed", "another_request", "not_yet_ended")
BrowserOf = Callable[[str | Actor], Client]


@pytest.fixture
def parties(people: People) -> Parties:
    """Known at the authority by an id of its own kind."""
    return new_parties(authority_person=str(uuid4()))


def followed(authority: Authority) -> None:
    """The beat's own task, with the intake worker's log-in."""
    try:
        with (
            served(authority) as url,
            override_settings(TAX_AUTHORITY_API_URL=url),
            as_intake(),
        ):
            follow()
    finally:
        connections["intake"].close()


def forged(parties: Parties) -> Authority:
    key = OKPKey.generate_key("Ed25519")
    stranger = SigningKey(kid=key.thumbprint(), key=key)
    return authority_of(parties, ended=[next_line(parties)], key=stranger)


def doubts(after: int) -> list[JobRow]:
    return list(
        JobRow.objects.filter(
            name=Job.DOUBT_MANDATES, payload__after=after, payload__code__in=CODES
        )
    )


def test_a_forged_list_asks_for_an_incident_once(parties: Parties) -> None:
    after = next_line(parties).serial - 1
    for _ in range(2):
        followed(forged(parties))

    (row,) = doubts(after)
    assert row.payload == {"after": after, "code": "bad_signature"}


def test_a_list_that_holds_or_an_authority_that_is_down_asks_for_none(parties: Parties) -> None:
    line = next_line(parties)
    before = doubts(line.serial - 1)  # another test's, about the same place in the list
    followed(authority_of(parties, ended=[line], down=1))
    followed(authority_of(parties, ended=[line]))

    assert (doubts(line.serial - 1), doubts(line.serial)) == (before, [])


def test_the_incident_says_what_it_means_and_is_one_at_a_time(
    people: People, browser_of: BrowserOf
) -> None:
    settle(people.rita, Cause.MANDATES)
    run = JobRun(
        id=uuid4(),
        name=Job.DOUBT_MANDATES,
        subject="authority:mandates",
        payload={"after": 7, "code": "lines_missing"},
        attempt=1,
        mark=Steps().mark,
    )
    for attempt in (run, replace(run, id=uuid4())):
        doubt_mandates(attempt)

    (incident,) = Incident.objects.unclosed().filter(cause=Cause.MANDATES)
    assert (incident.place, incident.detail) == (7, "lines_missing")
    page = browser_of(people.olga).get(f"/regulator/incidents/{incident.id}/").content.decode()
    assert "ended mandates can’t be believed" in page
    assert "people who have left a firm may go on acting" in page
    settle(people.rita, Cause.MANDATES)
