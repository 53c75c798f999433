"""The adapter for authorities that speak our wire, to the sandbox, over a line that fails."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from joserfc.jwk import KeySet

from portal.consents.artefact import Artefact, verified_artefact
from portal.consents.purposes import Category
from portal.core.wire import load_public_keys, load_signing_key
from portal.taxdata.connector import Connector, HttpConnector
from tests.gate.parties import LAST, Parties, granted
from tests.personas import keys
from tests.sandbox.authority import Authority
from tests.taxdata.contract.suite import Behaviour, ConnectorContract
from tests.taxdata.sandboxed import authority, firm
from tests.taxdata.web_party import Answer, served, told

__all__ = ["authority", "firm", "keys"]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.xdist_group("sandbox-intake"),
]


@dataclass
class Line:
    """Passes requests on to an authority, or answers in its place."""

    authority: Authority
    how: Behaviour | None = None

    def __call__(self, path: str, body: Any) -> Answer:
        if self.how in INSTEAD:
            return INSTEAD[self.how]
        if self.how is Behaviour.ELSEWHERE:
            return Answer(307, headers={"Location": self.authority.url + path})
        answer = self._passed_on(path, body)
        if self.how is Behaviour.DRIPPING:
            return replace(answer, drip=0.4)
        if self.how is Behaviour.CUT_OFF:
            return replace(answer, sent=len(answer.body) // 2)
        return answer

    def _passed_on(self, path: str, body: Any) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.authority.port, timeout=30)
        data = None if body is None else json.dumps(body)
        line.request("GET" if data is None else "POST", path, body=data)
        found = line.getresponse()
        answer = Answer(found.status, found.read())
        line.close()
        return answer


INSTEAD: dict[Behaviour | None, Answer] = {
    Behaviour.SILENT: Answer(body=b"late", seconds=30),
    Behaviour.FAILING: told(500, {"error": "broken", "message": "Broken."}),
    Behaviour.BUSY: told(429, {"error": "busy", "message": "Later."}),
    Behaviour.NONSENSE: Answer(body=b"<html>All is well.</html>"),
    Behaviour.ENDLESS: Answer(body=b" " * (33 * 1024 * 1024)),
}


@dataclass
class Sandbox:
    """The other side: HttpConnector to the sandbox authority."""

    firm: Parties
    line: Line
    url: str
    connector: Connector = field(init=False)

    def __post_init__(self) -> None:
        key = load_signing_key(settings.CLIENT_KEY)
        self._gone = HttpConnector("http://127.0.0.1:9", key=key, audience="x", timeout=1)
        self._talking = HttpConnector(
            self.url, key=key, audience=settings.AUTHORITY_ISSUER, timeout=1
        )
        self.connector = self._talking

    @property
    def keys(self) -> KeySet:
        return load_public_keys(settings.AUTHORITY_PUBLIC_KEYS)

    def consent(self) -> tuple[str, Artefact]:
        consent = granted(self.firm, categories=[*Category], first_month=LAST - 23)
        with connections["intake"].cursor() as cursor:
            cursor.execute("SELECT jws FROM gate.consent_status WHERE id = %s", [consent])
            ((jws,),) = cursor.fetchall()
        return jws, verified_artefact(jws, keys=load_public_keys(settings.SIGNER_PUBLIC_KEYS))

    @contextmanager
    def behaving(self, how: Behaviour) -> Iterator[None]:
        self.line.how = how
        self.connector = self._gone if how is Behaviour.DOWN else self._talking
        try:
            yield
        finally:
            self.line.how, self.connector = None, self._talking


class TestHttpConnector(ConnectorContract):
    @pytest.fixture
    def other_side(self, authority: Authority, firm: Parties) -> Iterator[Sandbox]:
        line = Line(authority)
        with served(line) as url:
            yield Sandbox(firm, line, url)
