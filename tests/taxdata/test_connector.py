"""The HTTP adapter against a server that answers as badly as servers do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc.jwk import KeySet, OKPKey

from portal.core.wire import SigningKey, Typ, check_claims, new_session_key, public_jwk, verify
from portal.taxdata.connector import (
    AUTHORITY,
    ISSUER,
    AuthorityRefused,
    HttpConnector,
    Unreachable,
)

KEY = OKPKey.generate_key("Ed25519", {"kid": "client"})
SIGNING = SigningKey(kid="client", key=KEY)


@dataclass
class Server:
    """Gives the same answer to everything, and keeps what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def says(self, status: int, body: object) -> None:
        """Answer with this status and, unless it is bytes, this JSON."""
        self.status = status
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    state.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    http.shutdown()
    thread.join()
    http.server_close()


def _connector(server: Server) -> HttpConnector:
    return HttpConnector(server.url + "/", key=SIGNING, timeout=0.5)


CALLS: dict[str, Callable[[HttpConnector], object]] = {
    "open_session": lambda c: c.open_session(
        artefact="a.b.c", category="vat_invoices", session_key=new_session_key()
    ),
    "page": lambda c: c.page("s", 1),
    "revoke": lambda c: c.revoke(consent="c", artefact_sha256="0" * 64, at="now"),
}


def test_a_request_is_signed_for_this_authority_and_names_the_session_key(server: Server) -> None:
    server.says(200, {"session": "s-1", "manifest": "m"})
    key = new_session_key()
    opened = _connector(server).open_session(
        artefact="a.b.c", category="vat_invoices", session_key=key
    )
    assert (opened.id, opened.manifest) == ("s-1", "m")
    ((path, body),) = server.asked
    claims = verify(body["request"], typ=Typ.REQUEST, keys=KeySet([KEY]))
    check_claims(claims, issuer=ISSUER, audience=AUTHORITY)
    assert path == "/api/sessions"
    assert (claims["artefact"], claims["session_key"]) == ("a.b.c", public_jwk(key))


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
    server.headers = {"Location": f"{server.url}/elsewhere"} if status == 302 else {}
    with pytest.raises(Unreachable):
        CALLS["open_session"](_connector(server))
    assert len(server.asked) == 1, "a redirect is not followed"


def test_silence_and_a_closed_door_are_unreachable(server: Server) -> None:
    server.seconds = 2
    with pytest.raises(Unreachable):
        CALLS["page"](_connector(server))
    with pytest.raises(Unreachable):
        CALLS["page"](HttpConnector("http://127.0.0.1:9", key=SIGNING, timeout=0.5))


def test_an_endless_answer_is_cut_off(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.taxdata.connector.ANSWER_LIMIT", 1000)
    server.says(200, b"x" * 1000)
    assert len(_connector(server).page("s", 1)) == 1000
    server.says(200, b"x" * 1001)
    with pytest.raises(Unreachable):
        _connector(server).page("s", 1)


def _handler(state: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: object) -> None:
            state.asked.append((self.path, body))
            if state.seconds:
                threading.Event().wait(state.seconds)
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            try:
                self.wfile.write(state.body)
            except OSError:
                self.close_connection = True

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    return Handler
