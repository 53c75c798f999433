"""Everything that the authority says no to, by its own books and its own clock."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.core.wire import Typ, public_jwk, sign, verify
from tests.sandbox.authority import Authority
from tests.sandbox.talking import Asker, Browser, asker, firm, last_months, stamp, uscc_of

__all__ = ["asker", "firm"]
pytestmark = pytest.mark.xdist_group("sandbox-http")
NOW = datetime.now(UTC)
OPENED = """
    UPDATE taxauthority_served_fetch SET opened_at = now() - interval '{}' WHERE "fetch" = %s
"""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"expires_at": stamp(NOW - timedelta(seconds=1))}, "consent_expired"),
        ({"not_before": stamp(NOW + timedelta(hours=1))}, "consent_not_yet_valid"),
        ({"provider": "another-authority"}, "another_provider"),
        ({"fetch_type": 1}, "malformed"),
        ({"categories": ["vat_returns"]}, "not_covered"),
        ({"months": {"first": "2024-05", "last": "2024-04"}}, "malformed"),
        ({"months": {"first": "2001-01", "last": "2024-04"}}, "malformed"),
        ({"v": 1}, "malformed"),
        ({"firm": {"uscc": "91110000600037341L"}}, "unknown_firm"),
    ],
)
def test_a_consent_that_does_not_hold_is_refused(
    asker: Asker, firm: str, change: dict[str, Any], code: str
) -> None:
    status, error = asker.open_session(asker.artefact(firm, **change)).refusal
    assert error == code
    assert status in {400, 403}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"aud": "someone-else"}, "wrong_audience"),
        ({"iss": "someone-else"}, "wrong_issuer"),
        ({"exp": 1}, "malformed"),
        ({"exp": int(time.time()) + 3600}, "malformed"),
        ({"jti": ""}, "malformed"),
        ({"fetch": ""}, "malformed"),
        ({"first_month": "2024"}, "malformed"),
        ({"session_key": {"kty": "OKP", "crv": "X25519", "x": "short"}}, "malformed"),
        ({"session_key": "none"}, "malformed"),
    ],
)
def test_a_request_that_does_not_hold_is_refused(
    asker: Asker, firm: str, change: dict[str, Any], code: str
) -> None:
    assert asker.open_session(asker.artefact(firm), **change).refusal == (400, code)


@pytest.mark.parametrize("seconds", [-170, -100, 25, 100])
def test_clocks_may_differ_a_little_in_either_direction(
    asker: Asker, firm: str, seconds: int
) -> None:
    """The request is good for 60 seconds, and 30 more at both ends."""
    made_at = int(time.time()) + seconds
    answer = asker.open_session(asker.artefact(firm), iat=made_at, exp=made_at + 60)
    if seconds in {-170, -100, 100}:
        assert answer.refusal == (403, "clock_skew")
        assert str(made_at) in answer.json["message"]
    else:
        assert answer.status == 200


def test_a_consent_of_a_clock_ahead_counts_and_an_expired_one_never(
    asker: Asker, firm: str
) -> None:
    early = asker.artefact(firm, not_before=stamp(datetime.now(UTC) + timedelta(seconds=20)))
    assert asker.open_session(early).status == 200
    late = asker.artefact(firm, expires_at=stamp(datetime.now(UTC) - timedelta(seconds=1)))
    assert asker.open_session(late).refusal == (403, "consent_expired")


def test_months_beyond_the_consent_are_refused(asker: Asker, firm: str) -> None:
    artefact = asker.artefact(firm, months=last_months(3))
    for change in ({"first_month": last_months(4)["first"]}, {"last_month": f"{NOW:%Y-%m}"}):
        assert asker.open_session(artefact, **change).refusal == (403, "not_covered")


def test_a_one_time_consent_is_fetched_once_for_each_category(asker: Asker, firm: str) -> None:
    artefact = asker.artefact(firm, categories=["vat_invoices", "vat_returns"])
    assert asker.open_session(artefact).status == 200
    assert asker.open_session(artefact).status == 200, "the same fetch goes on"
    again = asker.open_session(artefact, fetch="another")
    assert again.refusal == (403, "already_fetched")
    assert asker.open_session(artefact, category="vat_returns", fetch="another").status == 200


def test_a_one_time_fetch_can_be_resumed_for_a_day(
    authority: Authority, asker: Asker, firm: str
) -> None:
    artefact = asker.artefact(firm)
    assert asker.open_session(artefact).status == 200
    age = OPENED.format("25 h")
    authority.rows(age, [asker.fetch])
    assert asker.open_session(artefact).refusal == (403, "already_fetched")


def test_a_periodic_consent_is_fetched_so_often_a_month(
    authority: Authority, asker: Asker, firm: str
) -> None:
    artefact = asker.artefact(firm, fetch_type="PERIODIC", frequency={"unit": "month", "value": 2})
    assert asker.open_session(artefact, fetch="one").status == 200
    assert asker.open_session(artefact, fetch="two").status == 200
    assert asker.open_session(artefact, fetch="three").refusal == (403, "already_fetched")
    age = OPENED.format("40 d")
    authority.rows(age, ["one"])
    assert asker.open_session(artefact, fetch="three").status == 200


def test_a_consent_signed_by_another_key_is_refused(asker: Asker, firm: str) -> None:
    artefact = asker.artefact(firm, key="portal/client.pem")
    assert asker.open_session(artefact).refusal == (400, "bad_signature")


def test_a_request_signed_by_another_key_is_refused(asker: Asker, firm: str) -> None:
    answer = asker.open_session(asker.artefact(firm), key="signer/signing.pem")
    assert answer.refusal == (400, "bad_signature")


def test_an_altered_consent_is_refused(asker: Asker, firm: str) -> None:
    header, _, signature = asker.artefact(firm).split(".")
    _, other, _ = asker.artefact(firm).split(".")
    answer = asker.open_session(f"{header}.{other}.{signature}")
    assert answer.refusal == (400, "bad_signature")


def test_a_consent_cannot_stand_in_for_a_request(asker: Asker, firm: str) -> None:
    token = sign({}, typ=Typ.REVOCATION, key=asker.authority.key("portal/client.pem"))
    assert asker.post("/api/sessions", request=token).refusal == (400, "wrong_type")


def test_a_request_is_answered_once(asker: Asker, firm: str) -> None:
    request = asker.request(asker.artefact(firm))
    assert asker.post("/api/sessions", request=request).status == 200
    assert asker.post("/api/sessions", request=request).refusal == (403, "replayed")


def test_a_refused_request_is_spent_as_well(asker: Asker, firm: str) -> None:
    jti = str(uuid.uuid4())
    unknown = asker.artefact("91110000600037341L")
    assert asker.open_session(unknown, jti=jti).refusal == (403, "unknown_firm")
    assert asker.open_session(asker.artefact(firm), jti=jti).refusal == (403, "replayed")


def test_requests_are_remembered_for_longer_than_they_are_good_for(
    authority: Authority, asker: Asker, firm: str
) -> None:
    old, new = str(uuid.uuid4()), str(uuid.uuid4())
    asker.open_session(asker.artefact(firm), jti=old)
    age = "UPDATE taxauthority_used_request SET at = now() - interval '25 h' WHERE jti = %s"
    authority.rows(age, [old])
    asker.open_session(asker.artefact(firm), jti=new)
    known = authority.rows("SELECT jti FROM taxauthority_used_request")
    assert (new,) in known
    assert (old,) not in known
    late = {"iat": int(time.time()) - 90_000, "exp": int(time.time()) - 89_800}
    assert asker.open_session(asker.artefact(firm), jti=old, **late).refusal[1] == "clock_skew"


def test_a_session_key_is_for_one_session(asker: Asker, firm: str) -> None:
    artefact = asker.artefact(firm)
    assert asker.open_session(artefact).status == 200
    same = asker.request(artefact, session_key=public_jwk(asker.session_key))
    assert asker.post("/api/sessions", request=same).refusal == (403, "replayed")


def test_a_firm_that_nobody_connected_is_not_served(authority: Authority, asker: Asker) -> None:
    artefact = asker.artefact(uscc_of(authority, "6"))
    assert asker.open_session(artefact).refusal == (403, "no_mandate")


def test_the_person_named_in_the_consent_must_hold_the_mandate(
    authority: Authority, asker: Asker, firm: str
) -> None:
    """Somebody else of the firm has connected it: that says nothing of the person who signed."""
    stranger = authority.signatory(uscc_of(authority, "2"))
    for person in (stranger, str(uuid.uuid4()), "not an id of ours"):
        artefact = asker.artefact(firm, authority_person=person)
        assert asker.open_session(artefact).refusal == (403, "no_mandate")


def test_a_clerks_connection_is_not_enough(authority: Authority, asker: Asker) -> None:
    Browser(authority).sign_in("clerk4")
    ((clerk,),) = authority.rows("SELECT id FROM taxauthority_person WHERE login = 'clerk4'")
    artefact = asker.artefact(uscc_of(authority, "4"), authority_person=str(clerk))
    assert asker.open_session(artefact).refusal == (403, "no_mandate")


def test_an_ended_mandate_ends_serving(authority: Authority, asker: Asker) -> None:
    Browser(authority).sign_in("owner9")
    uscc = uscc_of(authority, "9")
    assert asker.open_session(asker.artefact(uscc)).status == 200
    authority.rows(
        "UPDATE taxauthority_mandate SET ends_at = now() WHERE person_id = "
        "(SELECT id FROM taxauthority_person WHERE login = 'owner9')"
    )
    assert asker.open_session(asker.artefact(uscc)).refusal == (403, "no_mandate")


def test_what_a_finance_officer_signed_outlives_the_officer_not_the_representative(
    authority: Authority, asker: Asker
) -> None:
    uscc = uscc_of(authority, "3")
    Browser(authority).sign_in("finance3", uscc=uscc)
    ((officer,),) = authority.rows("SELECT id FROM taxauthority_person WHERE login = 'finance3'")
    signed, late = (
        asker.artefact(uscc, authority_person=str(officer), not_before=stamp(at))
        for at in (datetime.now(UTC), datetime.now(UTC) + timedelta(seconds=20))
    )
    with ended(authority, "finance3"):
        assert asker.open_session(signed).status == 200
        assert asker.open_session(late).refusal == (403, "no_mandate")
        with ended(authority, "owner3"):
            assert asker.open_session(signed).refusal == (403, "no_mandate")


@contextmanager
def ended(authority: Authority, login: str) -> Iterator[None]:
    """The person has no mandate any more, for so long."""
    mandate = "person_id = (SELECT id FROM taxauthority_person WHERE login = %s)"
    authority.rows(f"UPDATE taxauthority_mandate SET ends_at = now() WHERE {mandate}", [login])
    try:
        yield
    finally:
        authority.rows(f"UPDATE taxauthority_mandate SET ends_at = NULL WHERE {mandate}", [login])


def test_a_consent_that_the_new_representative_confirmed_is_served(
    authority: Authority, asker: Asker
) -> None:
    """In the place of the person who signed it, whose mandate has ended."""
    uscc, consent = uscc_of(authority, "3"), str(uuid.uuid4())
    artefact = asker.artefact(uscc, id=consent, authority_person=str(uuid.uuid4()))
    representative = authority.signatory(uscc)
    assert asker.open_session(artefact).refusal == (403, "no_mandate")
    for login in ("owner3", "finance3"):
        Browser(authority).sign_in(login, uscc=uscc)
    ((officer,),) = authority.rows("SELECT id FROM taxauthority_person WHERE login = 'finance3'")
    refused = [
        (asker.confirmation(consent, person=str(officer)), (403, "no_mandate")),
        (asker.confirmation(consent, person=str(uuid.uuid4())), (403, "no_mandate")),
        (asker.confirmation(str(uuid.uuid4()), person=representative), (403, "another_consent")),
        (asker.confirmation(consent, person=""), (400, "malformed")),
        (asker.confirmation(consent, person=representative, key="portal/client.pem"), None),
        (artefact, None),
    ]
    for token, refusal in refused:
        answer = asker.open_session(artefact, confirmation=token)
        assert answer.status != 200
        assert refusal in {None, answer.refusal}
    token = asker.confirmation(consent, person=representative)
    assert asker.open_session(artefact, confirmation=token).status == 200


def test_a_revoked_consent_is_served_no_more_not_even_open_pages(asker: Asker, firm: str) -> None:
    consent = str(uuid.uuid4())
    artefact = asker.artefact(firm, id=consent)
    session = asker.open_session(artefact).json["session"]
    answer = asker.revoke(artefact, consent)
    keys = asker.authority.public_keys("authority.json")
    ack = verify(answer.json["ack"], typ=Typ.ACKNOWLEDGEMENT, keys=keys)
    assert ack["consent"] == consent
    assert asker.revoke(artefact, consent).json == answer.json  # told again: the same answer
    assert asker.open_session(artefact).refusal == (403, "consent_revoked")
    assert asker.page(session, 1).refusal == (403, "consent_revoked")
    left = asker.authority.rows(
        "SELECT count(*) FROM taxauthority_sealed_page WHERE session_id = %s", [session]
    )
    assert left == [(0,)]


def test_a_revocation_by_another_key_is_refused(asker: Asker, firm: str) -> None:
    artefact = asker.artefact(firm)
    answer = asker.revoke(artefact, str(uuid.uuid4()), key="signer/signing.pem")
    assert answer.refusal == (400, "bad_signature")


def test_unknown_sessions_and_pages_are_told_apart_from_nothing_else(
    asker: Asker, firm: str
) -> None:
    session = asker.open_session(asker.artefact(firm)).json["session"]
    assert asker.page(str(uuid.uuid4()), 1).refusal == (404, "unknown_session")
    assert asker.page(session, 99).refusal == (404, "unknown_page")


@pytest.mark.parametrize("body", ["", "[]", "{}", "nonsense", json.dumps({"request": 5})])
def test_a_body_that_is_no_request_is_refused(asker: Asker, body: str) -> None:
    answer = Browser(asker.authority).open("/api/sessions", body=body or " ")
    assert answer.refusal == (400, "malformed")
