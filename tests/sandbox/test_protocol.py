"""Fetching over real HTTP: a whole session, its resumption, and each refusal."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.core.wire import Typ, sign, verify
from tests.sandbox.authority import Authority
from tests.sandbox.feeds import HEADING
from tests.sandbox.talking import Asker, Browser, last_months, stamp

pytestmark = pytest.mark.xdist_group("sandbox-http")


def uscc_of(authority: Authority, name: str) -> str:
    found = authority.rows("SELECT uscc FROM taxauthority_firm WHERE name LIKE %s", [f"% {name}"])
    return str(found[0][0])


@pytest.fixture(scope="module")
def firm(authority: Authority) -> str:
    """The USCC of a firm that its legal representative has connected."""
    Browser(authority).sign_in("sara")
    return uscc_of(authority, "1")


@pytest.fixture
def asker(authority: Authority) -> Asker:
    return Asker(authority)


def test_a_session_serves_every_record_of_the_months_and_no_other(
    authority: Authority, asker: Asker, firm: str
) -> None:
    months = last_months(24)
    artefact = asker.artefact(firm, months=months)
    manifest = asker.manifest(asker.open_session(artefact))
    records = asker.records(artefact, manifest)
    wanted = authority.rows(
        "SELECT sum(p.rows)::int FROM taxauthority_packet p JOIN taxauthority_firm f "
        "ON f.id = p.firm_id WHERE f.uscc = %s AND p.month BETWEEN %s AND %s",
        [firm, f"{months['first']}-01", f"{months['last']}-01"],
    )
    assert len(records) == manifest["records"] == wanted[0][0]
    assert {record["issued_on"][:7] for record in records} >= set(months.values())
    assert min(record["issued_on"] for record in records)[:7] == months["first"]
    assert manifest["uscc"] == firm
    assert manifest["as_of_month"] == months["last"]
    assert manifest["months_without"] == {}


def test_a_record_has_the_members_of_the_protocol(asker: Asker, firm: str) -> None:
    artefact = asker.artefact(firm)
    manifest = asker.manifest(asker.open_session(artefact))
    record = asker.records(artefact, manifest)[0]
    kinds = {name: type(value) for name, value in record.items()}
    assert kinds == {
        "direction": str,
        "number": str,
        "issued_on": str,
        "counterparty": str,
        "net_fen": int,
        "vat_fen": int,
        "gross_fen": int,
        "void": bool,
        "occurrence": int,
    }


def test_asking_again_after_a_kill_finds_the_same_session_and_pages(
    authority: Authority, asker: Asker, firm: str
) -> None:
    artefact = asker.artefact(firm)
    first = asker.open_session(artefact).json
    page = asker.page(first["session"], 1).body
    authority.kill()
    authority.serve()
    assert asker.open_session(artefact).json == first
    assert asker.page(first["session"], 1).body == page


def test_another_session_key_gets_another_session(authority: Authority, firm: str) -> None:
    one, other = Asker(authority), Asker(authority)
    artefact = one.artefact(firm)
    sessions = {asker.open_session(artefact).json["session"] for asker in (one, other)}
    assert len(sessions) == 2


def test_months_without_records_are_explained(authority: Authority, asker: Asker) -> None:
    Browser(authority).sign_in("owner5")
    uscc = uscc_of(authority, "5")
    authority.rows(
        "DELETE FROM taxauthority_packet p USING taxauthority_firm f WHERE f.id = p.firm_id "
        "AND f.uscc = %s AND p.month = %s",
        [uscc, f"{last_months(3)['first']}-01"],
    )
    now = datetime.now(UTC) + timedelta(hours=8)
    months = {"first": last_months(3)["first"], "last": f"{now:%Y-%m}"}
    artefact = asker.artefact(uscc, months=months)
    manifest = asker.manifest(asker.open_session(artefact))
    assert manifest["months_without"] == {
        last_months(3)["first"]: "not_filed",
        f"{now:%Y-%m}": "provider_omitted",
    }


def test_large_firms_come_in_pages_and_repeats_are_numbered(
    authority: Authority, asker: Asker, tmp_path: Any
) -> None:
    code = f"BIG{uuid.uuid4().hex[:8]}"
    (tmp_path / "companies.csv").write_text(f"company_id\n{code}\n", encoding="utf-8")
    twice = f"{code},1,2020-01-31,B1,1,0,1,False\n" * 2
    many = "".join(f"{code},{n},2019-12-15,B1,{n},0,{n},False\n" for n in range(2, 6001))
    (tmp_path / "sales.csv").write_text(f"{HEADING}\n{twice}{many}", encoding="utf-8")
    authority.run("import_tax_data", tmp_path, "--shift")
    uscc = str(authority.rows("SELECT uscc FROM taxauthority_firm WHERE code = %s", [code])[0][0])
    authority.run("authority_accounts", "--add", uscc, "--login", code, "--name", "Big Demo")
    authority.rows(
        "UPDATE taxauthority_person SET password = (SELECT password FROM "
        "taxauthority_person WHERE login = 'sara') WHERE login = %s",
        [code],
    )
    Browser(authority).sign_in(code)
    artefact = asker.artefact(uscc)
    manifest = asker.manifest(asker.open_session(artefact))
    records = asker.records(artefact, manifest)
    assert [len(manifest["pages"]), len(records)] == [2, 6001]
    assert [r["occurrence"] for r in records if r["number"] == "1"] == [1, 2]
    assert {r["issued_on"][:7] for r in records} == set(last_months(2).values())
    assert manifest["shifted_months"] > 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"expires_at": stamp(datetime.now(UTC) - timedelta(seconds=5))}, "consent_expired"),
        ({"not_before": stamp(datetime.now(UTC) + timedelta(hours=1))}, "consent_not_yet_valid"),
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
        ({"exp": 1}, "expired"),
        ({"jti": ""}, "malformed"),
        ({"session_key": {"kty": "OKP", "crv": "X25519", "x": "short"}}, "malformed"),
        ({"session_key": "none"}, "malformed"),
    ],
)
def test_a_request_that_does_not_hold_is_refused(
    asker: Asker, firm: str, change: dict[str, Any], code: str
) -> None:
    assert asker.open_session(asker.artefact(firm), **change).refusal == (400, code)


def test_a_covered_category_that_is_not_served_is_said_to_be_so(asker: Asker, firm: str) -> None:
    artefact = asker.artefact(firm, categories=["tax_rating"])
    assert asker.open_session(artefact, category="tax_rating").refusal == (403, "not_available")


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


def test_a_request_id_serves_one_request_only(asker: Asker, firm: str) -> None:
    jti = str(uuid.uuid4())
    request = asker.request(asker.artefact(firm), jti=jti)
    first = asker.post("/api/sessions", request=request)
    assert asker.post("/api/sessions", request=request).json == first.json  # sent again
    assert asker.open_session(asker.artefact(firm), jti=jti).refusal == (403, "replayed")


def test_a_firm_that_nobody_connected_is_not_served(authority: Authority, asker: Asker) -> None:
    artefact = asker.artefact(uscc_of(authority, "6"))
    assert asker.open_session(artefact).refusal == (403, "no_mandate")


def test_a_clerks_connection_is_not_enough(authority: Authority, asker: Asker) -> None:
    Browser(authority).sign_in("clerk4")
    artefact = asker.artefact(uscc_of(authority, "4"))
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
