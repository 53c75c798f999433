"""A tax authority that signs and seals with the real key, and lies in whatever way it is told.

It answers over HTTP (`tests.taxdata.web_party`); the portal's own connector talks to it.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connections

from portal.consents.mandate_ends import MandateEnd
from portal.core.months import Month, months_between
from portal.core.wire import (
    PagePlace,
    SigningKey,
    Typ,
    digest,
    load_public_keys,
    load_signing_key,
    seal_page,
    session_key_from,
    sign,
    verify,
)
from portal.taxdata.connector import HttpConnector
from tests.gate.parties import FIRST, LAST, Parties
from tests.taxdata.web_party import Answer, served, told

Row = dict[str, Any]
PAGE = 5


def row(month: Month, *, day: int = 3, **changes: Any) -> Row:
    """One sale as it travels."""
    return {
        "direction": "sale",
        "number": f"{month}-{day}",
        "issued_on": f"{month}-{day:02d}",
        "counterparty": "Willow Demo Trading",
        "net_fen": 100_00,
        "vat_fen": 13_00,
        "gross_fen": 113_00,
        "void": False,
        "occurrence": 1,
        **changes,
    }


def month_of(record: Row) -> str:
    """The month that a record is kept with."""
    if "issued_on" in record:
        return str(record["issued_on"])[:7]
    return str(record["last_month"]) if "last_month" in record else f"{record['year']}-12"


@dataclass
class Session:
    """One answer: what was asked for, and the pages that belong to it."""

    id: str
    asked: Mapping[str, Any]
    tokens: list[str] = field(default_factory=list)


@dataclass
class Authority:
    """Answers for one firm; ``calls`` is what it was asked.

    ``ended`` is its list of ended mandates, ``most`` how many it gives out at a time. ``claims``
    falsify the manifest (or the acknowledgement, or that list), ``months`` its entries,
    ``page_lie`` and ``page_answer`` what goes out for a page, ``sealed`` what a page is sealed
    with; ``down`` counts failures that come first.
    """

    uscc: str
    first: Month
    last: Month
    rows: Sequence[Row]
    claims: Mapping[str, Any] = field(default_factory=dict)
    months: Mapping[str, Any] = field(default_factory=dict)
    page_lie: Callable[[int, str], str] = lambda number, token: token
    page_answer: Callable[[int, Answer], Answer] = lambda number, answer: answer
    key: SigningKey | None = None
    clock: float = 0
    lists_first_page_only: bool = False
    page_size: int = PAGE
    sealed: Mapping[str, Any] = field(default_factory=dict)
    refusal: Mapping[str, str] = field(default_factory=dict)
    down: int = 0
    ended: list[MandateEnd] = field(default_factory=list)
    most: int = 50
    key_typ: Typ = Typ.ENDED_MANDATES
    calls: list[str] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)

    def __call__(self, path: str, body: Any) -> Answer:
        """One HTTP exchange."""
        parts = path.strip("/").split("/")
        if parts[1] == "mandates":
            self.calls.append("ended")
        elif parts[1] == "revocations":
            self.calls.append("revoke")
        elif len(parts) == 2:
            self.calls.append("open")
        else:
            self.calls.append(f"page {parts[4]}")
        if self.down > 0:
            self.down -= 1
            return told(503, b"")
        if self.calls[-1] == "ended":
            return told(200, {"ended": self._ended(body["request"])})
        if self.calls[-1] == "revoke":
            return told(200, {"ack": self._acknowledgement(body["notice"])})
        if self.calls[-1] != "open":
            return self._page(self.sessions[parts[2]], int(parts[4]))
        return self._open(body["request"])

    @property
    def last_session(self) -> Session:
        return list(self.sessions.values())[-1]

    def _open(self, request: str) -> Answer:
        asked = verify(request, typ=Typ.REQUEST, keys=_client_keys())
        if asked["category"] in self.refusal:
            code = self.refusal[asked["category"]]
            return told(403, {"error": code, "message": "The authority says no."})
        session = Session(str(uuid4()), asked)
        self.sessions[session.id] = session
        session.tokens = self._sealed(session)
        manifest = sign(self._manifest(session), typ=Typ.MANIFEST, key=self._key)
        return told(200, {"session": session.id, "manifest": manifest})

    def _page(self, session: Session, number: int) -> Answer:
        token = self.page_lie(number, session.tokens[number - 1])
        return self.page_answer(number, Answer(200, token.encode()))

    def _sealed(self, session: Session) -> list[str]:
        rows = self._asked_rows(session)
        starts = range(0, max(len(rows), 1), self.page_size)
        chunks = [rows[start : start + self.page_size] for start in starts]
        return [
            self._page_of(session, chunk, number, len(chunks))
            for number, chunk in enumerate(chunks, start=1)
        ]

    def _page_of(self, session: Session, chunk: Sequence[Row], number: int, pages: int) -> str:
        lie = self.sealed
        place = PagePlace(
            session=lie.get("session", session.id),
            artefact=lie.get("artefact", digest(session.asked["artefact"])),
            page=number,
            pages=lie.get("pages", pages),
        )
        body = lie.get("body", json.dumps({"records": list(chunk)}).encode())
        key = lie.get("key", session_key_from(session.asked["session_key"]))
        return seal_page(body, place=place, session_key=key)

    def _manifest(self, session: Session) -> dict[str, Any]:
        tokens = [session.tokens[0]] * len(session.tokens)
        entries = self._entries()
        return {
            "iss": settings.AUTHORITY_ISSUER,
            "aud": "taxbridge",
            "iat": int(time.time() + self.clock),
            "session": session.id,
            "session_key": session_key_from(session.asked["session_key"]).thumbprint(),
            "artefact_sha256": digest(session.asked["artefact"]),
            "uscc": self.uscc,
            "category": session.asked["category"],
            "first_month": session.asked["first_month"],
            "last_month": session.asked["last_month"],
            "as_of_month": str(self.last),
            "months": entries,
            "records": sum(
                entry.get("records", 0)
                for month, entry in entries.items()
                if session.asked["first_month"] <= month <= session.asked["last_month"]
            ),
            "pages": [
                digest(token)
                for token in (tokens if self.lists_first_page_only else session.tokens)
            ],
            **self.claims,
        }

    def _entries(self) -> dict[str, Any]:
        """What is really held, month by month; ``months`` may say otherwise."""
        counted = Counter(map(month_of, self.rows))
        entries: dict[str, Any] = {}
        for month in map(str, months_between(self.first, self.last)):
            held = [record for record in self.rows if month_of(record) == month]
            version = hashlib.sha256(json.dumps(held).encode()).hexdigest()
            entries[month] = (
                {"records": counted[month], "version": version}
                if held
                else {"missing": "not_filed"}
            )
        return {**entries, **self.months}

    def _asked_rows(self, session: Session) -> list[Row]:
        first, last = session.asked["first_month"], session.asked["last_month"]
        inside = str(self.first), str(self.last)
        return [
            record
            for record in self.rows
            if first <= month_of(record) <= last
            or not inside[0] <= month_of(record) <= inside[1]  # a lie goes out in every session
        ]

    def _acknowledgement(self, notice: str) -> str:
        told_of = verify(notice, typ=Typ.REVOCATION, keys=_client_keys())
        answer = {
            "consent": told_of["consent"],
            "artefact_sha256": told_of["artefact_sha256"],
            "at": datetime.now(UTC).isoformat(),
        }
        return sign({**answer, **self.claims}, typ=Typ.ACKNOWLEDGEMENT, key=self._key)

    def _ended(self, request: str) -> str:
        asked = verify(request, typ=Typ.MANDATES_REQUEST, keys=_client_keys())
        later = [line for line in self.ended if line.serial > asked["after"]]
        answer = {
            "iss": settings.AUTHORITY_ISSUER,
            "aud": "taxbridge",
            "iat": int(time.time()),
            "request": asked["jti"],
            "after": asked["after"],
            "ended": [_line(line) for line in later[: self.most]],
            "more": len(later) > self.most,
        }
        return sign({**answer, **self.claims}, typ=self.key_typ, key=self._key)

    @property
    def _key(self) -> SigningKey:
        return self.key or load_signing_key(settings.KEYS_DIR / "authority" / "signing.pem")


@contextmanager
def connected(authority: Authority, *, timeout: float = 5) -> Iterator[HttpConnector]:
    """The portal's connector, talking to this authority over HTTP."""
    with served(authority) as url:
        yield HttpConnector(
            url,
            key=load_signing_key(settings.CLIENT_KEY),
            audience=settings.AUTHORITY_ISSUER,
            timeout=timeout,
        )


def authority_of(parties: Parties, rows: list[Row] | None = None, **changes: Any) -> Authority:
    """The authority of a firm with these records, one a month when not given."""
    with connections["web"].cursor() as cursor:
        cursor.execute("SELECT uscc FROM sign.firm WHERE id = %s", [parties.firm_id])
        found = cursor.fetchone()
    assert found is not None
    sent = [row(month) for month in months()] if rows is None else rows
    return Authority(uscc=found[0], first=FIRST, last=LAST, rows=sent, **changes)


def months() -> list[Month]:
    """The months that the tests' consents cover."""
    return months_between(FIRST, LAST)


def _line(line: MandateEnd) -> Mapping[str, Any]:
    return {
        "serial": line.serial,
        "uscc": line.uscc,
        "person": line.authority_person,
        "role": line.role,
        "ended_at": line.ended_at.isoformat(),
    }


def _client_keys() -> Any:
    return load_public_keys(settings.KEYS_DIR / "public" / "portal.json")
