"""The HTTP adapter against a server that answers as badly as servers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from joserfc.jwk import KeySet, OKPKey

from portal.core.months import Month
from portal.core.wire import SigningKey, Typ, check_claims, new_session_key, public_jwk, verify
from portal.taxdata.connector import (
    ISSUER,
    AuthorityRefused,
    HttpConnector,
    Request,
    Unreachable,
)
from tests.taxdata.web_party import Answer, served, told

KEY = OKPKey.generate_key("Ed25519", {"kid": "client"})
AUTHORITY = "another-authority"
SIGNING = SigningKey(kid="client", key=KEY)


@dataclass
class Server:
    """Gives the same answer to everything, and keeps what it was asked."""

    url: str = ""
    answer: Answer = field(default_factory=Answer)
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self, path: str, body: Any) -> Answer:
        self.asked.append((path, body))
        return self.answer

    def says(self, status: int, body: object) -> None:
        """Answer with this status and, unless it is bytes, this JSON."""
        self.answer = told(status, body)


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()
    with served(state) as state.url:
        yield state


def _connector(server: Server) -> HttpConnector:
    return HttpConnector(server.url + "/", key=SIGNING, audience=AUTHORITY, timeout=0.5)


def request() -> Request:
    return Request(
        artefact="a.b.c",
        category="vat_invoices",
        fetch_id="f-1",
        first_month=Month(2024, 1),
        last_month=Month(2024, 12),
        session_key=new_session_key(),
    )


CALLS: dict[str, Callable[[HttpConnector], object]] = {
    "open_session": lambda c: c.open_session(request()),
    "page": lambda c: c.page("s", 1),
    "revoke": lambda c: c.revoke(consent="c", artefact_sha256="0" * 64, at="now"),
}


def test_a_request_is_signed_for_this_authority_and_names_the_session_key(server: Server) -> None:
    server.says(200, {"session": "s-1", "manifest": "m"})
    wanted = request()
    opened = _connector(server).open_session(wanted)
    assert (opened.id, opened.manifest) == ("s-1", "m")
    ((path, body),) = server.asked
    claims = verify(body["request"], typ=Typ.REQUEST, keys=KeySet([KEY]))
    check_claims(claims, issuer=ISSUER, audience=AUTHORITY)
    assert path == "/api/sessions"
    assert claims["session_key"] == public_jwk(wanted.session_key)
    assert (claims["artefact"], claims["fetch"]) == ("a.b.c", "f-1")
    assert (claims["first_month"], claims["last_month"]) == ("2024-01", "2024-12")


def test_a_page_and_an_acknowledgement_come_as_they_are(server: Server) -> None:
    server.says(200, b"head..iv.body.tag\n")
    assert _connector(server).page("a/../b", 7) == "head..iv.body.tag"
    server.says(200, {"ack": "signed"})
    assert CALLS["revoke"](_connector(server)) == "signed"
    assert server.asked[0][0] == "/api/sessions/a%2F..%2Fb/pages/7"
    assert set(server.asked[1][1]) == {"notice"}


@pytest.mark.parametrize("call", CALLS)
def test_the_authoritys_no_has_its_code_and_sentence(server: Server, call: str) -> None:
    server.says(403, {"error": "consent_revoked", "message": "The consent was revoked."})
    with pytest.raises(AuthorityRefused) as refused:
        CALLS[call](_connector(server))
    assert (refused.value.code, refused.value.message) == (
        "consent_revoked",
        "The consent was revoked.",
    )


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {"error": "x", "message": "y"}),
        (503, b""),
        (429, {"error": "slow_down", "message": "y"}),
        (404, b"<html>"),
        (404, {"detail": "no words we know"}),
        (302, b""),
        (200, b"not json"),
        (200, b"[]"),
        (200, {"session": 1, "manifest": "m"}),
        (200, {"session": "s"}),
    ],
)
def test_an_answer_without_sense_may_be_asked_for_again(
    server: Server, status: int, body: object
) -> None:
    server.says(status, body)
    server.answer = replace(server.answer, headers={"Location": f"{server.url}/elsewhere"})
    with pytest.raises(Unreachable):
        CALLS["open_session"](_connector(server))
    assert len(server.asked) == 1, "a redirect is not followed"


def test_a_refusal_for_the_clocks_is_one_to_try_again(server: Server) -> None:
    server.says(403, {"error": "clock_skew", "message": "By our clock it is 5."})
    with pytest.raises(Unreachable) as unreachable:
        CALLS["open_session"](_connector(server))
    assert unreachable.value.code == "clock_skew"


def test_a_refusal_may_say_why_there_are_no_records(server: Server) -> None:
    no = {"error": "not_available", "message": "None.", "cause": "not_filed"}
    server.says(403, no)
    with pytest.raises(AuthorityRefused) as refused:
        CALLS["open_session"](_connector(server))
    assert refused.value.cause == "not_filed"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"x" * 9, seconds=2),
        Answer(body=b"x" * 9, sent=0),
        Answer(body=b"x" * 9, sent=8),
        Answer(status=403, body=b"x" * 9, sent=4),
        Answer(body=b"x" * 99, drip=0.1),
    ],
    ids=["silent", "nothing sent", "cut off", "a refusal cut off", "dripping"],
)
def test_an_answer_that_does_not_come_whole_and_soon_is_none(
    server: Server, answer: Answer
) -> None:
    server.answer = answer
    with pytest.raises(Unreachable):
        CALLS["page"](_connector(server))


def test_a_closed_door_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        CALLS["page"](
            HttpConnector("http://127.0.0.1:9", key=SIGNING, audience=AUTHORITY, timeout=0.5)
        )


def test_an_endless_answer_is_cut_off(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.taxdata.connector.ANSWER_LIMIT", 1000)
    server.says(200, b"x" * 1000)
    assert len(_connector(server).page("s", 1)) == 1000
    server.says(200, b"x" * 1001)
    with pytest.raises(Unreachable):
        _connector(server).page("s", 1)
