"""A tax authority in this process: real signatures and sealed pages, and lies on demand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connections
from joserfc.jwk import OKPKey

from portal.core.months import Month, months_between
from portal.core.wire import PagePlace, SigningKey, Typ, digest, load_signing_key, seal_page, sign
from portal.taxdata.connector import AuthorityRefused, OpenedSession, Unreachable
from tests.gate.parties import FIRST, LAST, Parties

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


@dataclass
class StandIn:
    """Answers for one firm. ``claims`` and ``page_lie`` falsify, ``down`` counts failures first."""

    uscc: str
    first: Month
    last: Month
    rows: Sequence[Row]
    claims: Mapping[str, Any] = field(default_factory=dict)
    page_lie: Callable[[int, str], str] = lambda number, token: token
    key: SigningKey | None = None
    lists_first_page_only: bool = False
    refusal: str = ""
    down: int = 0
    calls: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def open_session(self, *, artefact: str, category: str, session_key: OKPKey) -> OpenedSession:
        """A manifest over pages sealed to this session's key."""
        self._answer("open")
        session = str(uuid4())
        chunks = [self.rows[start : start + PAGE] for start in range(0, len(self.rows), PAGE)]
        self.tokens = [
            seal_page(
                json.dumps({"records": list(chunk)}).encode(),
                place=PagePlace(session, digest(artefact), number, len(chunks)),
                session_key=session_key,
            )
            for number, chunk in enumerate(chunks, start=1)
        ]
        claims = {
            "session": session,
            "artefact_sha256": digest(artefact),
            "uscc": self.uscc,
            "category": category,
            "first_month": str(self.first),
            "last_month": str(self.last),
            "as_of_month": str(self.last),
            "pages": [digest(token) for token in self._listed()],
            "records": len(self.rows),
            "months_without": self._gaps(),
            **self.claims,
        }
        key = self.key or load_signing_key(settings.KEYS_DIR / "authority" / "signing.pem")
        return OpenedSession(session, sign(claims, typ=Typ.MANIFEST, key=key))

    def page(self, session: str, number: int) -> str:
        """A sealed page, or what ``page_lie`` makes of it."""
        self._answer(f"page {number}")
        return self.page_lie(number, self.tokens[number - 1])

    def revoke(self, *, consent: str, artefact_sha256: str, at: str) -> str:
        """A signed acknowledgement."""
        self._answer("revoke")
        answer = {"consent": consent, "at": datetime.now(UTC).isoformat(), **self.claims}
        key = self.key or load_signing_key(settings.KEYS_DIR / "authority" / "signing.pem")
        return sign(answer, typ=Typ.ACKNOWLEDGEMENT, key=key)

    def _answer(self, call: str) -> None:
        self.calls.append(call)
        if self.down > 0:
            self.down -= 1
            raise Unreachable("down for the test")
        if self.refusal:
            raise AuthorityRefused("The authority says no.", code=self.refusal)

    def _listed(self) -> list[str]:
        return [self.tokens[0]] * len(self.tokens) if self.lists_first_page_only else self.tokens

    def _gaps(self) -> dict[str, str]:
        filled = {record["issued_on"][:7] for record in self.rows}
        month, gaps = self.first, {}
        while month <= self.last:
            if str(month) not in filled:
                gaps[str(month)] = "not_filed"
            month += 1
        return gaps


def authority_of(parties: Parties, rows: list[Row] | None = None, **changes: Any) -> StandIn:
    """The authority of a firm with these records, one a month when not given."""
    with connections["web"].cursor() as cursor:
        cursor.execute("SELECT uscc FROM sign.firm WHERE id = %s", [parties.firm_id])
        found = cursor.fetchone()
    assert found is not None
    sent = [row(month) for month in months()] if rows is None else rows
    return StandIn(uscc=found[0], first=FIRST, last=LAST, rows=sent, **changes)


def months() -> list[Month]:
    """The months that the tests' consents cover."""
    return months_between(FIRST, LAST)
