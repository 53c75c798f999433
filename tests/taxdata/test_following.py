"""Following the tax authority's list of ended mandates: nothing missed, nothing twice, no lies."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connections
from joserfc.jwk import OKPKey

from portal.consents.mandate_ends import last_serial
from portal.core.wire import SigningKey, Typ, WireRefused, load_public_keys
from portal.taxdata.connector import Unreachable
from portal.taxdata.following import follow_mandates
from tests.gate.mandates import INTAKE, confirmable, next_line
from tests.gate.parties import Parties, granted, new_parties
from tests.outbox import events_about
from tests.personas import keys, new_uscc
from tests.taxdata.authority import Authority, authority_of, connected
from tests.taxdata.intake import as_intake

__all__ = ["keys"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
KILL = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
        AND query LIKE '%sign.end_mandate%'
"""


@pytest.fixture
def parties(keys: None, transactional_db: None) -> Parties:
    """Known at the authority by an id of its own kind."""
    return new_parties(authority_person=str(uuid4()))


def follow(authority: Authority) -> int:
    keys = load_public_keys(settings.AUTHORITY_PUBLIC_KEYS)
    try:
        with connected(authority) as connector, as_intake():
            return follow_mandates(INTAKE, connector=connector, authority_keys=keys)
    finally:
        connections["intake"].close()


def the_list(parties: Parties, **changes: Any) -> Authority:
    """Three lines: strangers', the legal representative's, and strangers' again."""
    line = next_line(parties)
    strangers = replace(line, uscc=new_uscc(), authority_person=str(uuid4()))
    lines = [
        replace(strangers, serial=line.serial),
        replace(line, serial=line.serial + 1),
        replace(strangers, serial=line.serial + 2),
    ]
    return authority_of(parties, ended=lines, **changes)


def test_every_line_is_taken_once_however_the_list_comes(parties: Parties) -> None:
    consent = granted(parties)
    authority = the_list(parties, most=1, down=1)
    with pytest.raises(Unreachable):
        follow(authority)
    assert follow(authority) == 3
    assert follow(authority) == 0
    assert confirmable(consent)
    for subject, kind in (
        (f"consent:{consent}", "consent.paused"),
        (f"person:{parties.person_id}", "mandate.ended"),
    ):
        assert len(events_about(subject, kind=kind)) == 1


def test_killed_in_the_midst_of_a_line_it_goes_on_with_that_line(
    parties: Parties, admin_url: str
) -> None:
    consent, authority = granted(parties), the_list(parties)
    with ThreadPoolExecutor(1) as pool, psycopg.connect(admin_url) as holder:
        holder.execute("SELECT FROM gate.consent WHERE id = %s FOR UPDATE", [consent])
        following = pool.submit(follow, authority)
        with psycopg.connect(admin_url, autocommit=True) as killer:
            while not killer.execute(KILL).fetchall():
                time.sleep(0.01)
        with pytest.raises(OperationalError):
            following.result(timeout=30)
    assert last_serial(using="intake") == authority.ended[0].serial, "the stranger's line is taken"
    assert not confirmable(consent), "of the second nothing is left"
    assert follow(authority) == 2
    assert confirmable(consent)


@pytest.mark.parametrize(
    ("lie", "code", "says"),
    [
        ({"claims": {"request": "earlier"}}, "another_request", "another question"),
        ({"claims": {"after": 10**9}}, "another_request", "another question"),
        ({"claims": {"iss": "elsewhere"}}, "wrong_issuer", "another authority"),
        ({"claims": {"aud": "elsewhere"}}, "wrong_audience", "somebody else"),
        ({"claims": {"ended": [{"serial": 1}]}}, "malformed", "can't be understood"),
        ({"claims": {"ended": "none"}}, "malformed", "none"),
        ({"key_typ": Typ.ASSERTION}, "wrong_type", "expected"),
    ],
)
def test_a_list_that_is_not_the_answer_is_refused_whole(
    parties: Parties, lie: dict[str, Any], code: str, says: str
) -> None:
    before = granted(parties), last_serial(using="intake")
    authority = the_list(parties, **{"claims": {}, **lie})
    with pytest.raises(WireRefused) as refused:
        follow(authority)
    assert refused.value.code == code
    assert re.search(says, str(refused.value))
    assert (confirmable(before[0]), last_serial(using="intake")) == (False, before[1])


def test_a_missing_line_and_a_strangers_key_are_refused(
    parties: Parties, stranger: SigningKey
) -> None:
    gap = the_list(parties)
    del gap.ended[1]
    forged = the_list(parties, key=stranger)
    for authority, code in ((gap, "lines_missing"), (forged, "bad_signature")):
        with pytest.raises(WireRefused) as refused:
            follow(authority)
        assert refused.value.code == code


def test_a_code_that_only_reads_like_one_is_refused_and_not_stumbled_over(parties: Parties) -> None:
    authority = the_list(parties)
    authority.ended[0] = replace(authority.ended[0], uscc=f" {authority.ended[0].uscc.lower()}")
    with pytest.raises(WireRefused) as refused:
        follow(authority)
    assert refused.value.code == "malformed"


def test_a_mandate_that_ends_later_is_refused_but_for_a_clock_ahead(parties: Parties) -> None:
    before = last_serial(using="intake")
    authority, now = the_list(parties), datetime.now(UTC)
    authority.ended[0] = replace(authority.ended[0], ended_at=now + timedelta(minutes=6))
    with pytest.raises(WireRefused) as refused:
        follow(authority)
    assert (refused.value.code, last_serial(using="intake")) == ("not_yet_ended", before)
    authority.ended[0] = replace(authority.ended[0], ended_at=now + timedelta(minutes=4))
    follow(authority)
    assert last_serial(using="intake") > before


@pytest.fixture
def stranger() -> SigningKey:
    key = OKPKey.generate_key("Ed25519")
    return SigningKey(kid=key.thumbprint(), key=key)
