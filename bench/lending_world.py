"""One bank with many applications, for `bench/lending.py`; the server makes the rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connections
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from portal.accounts.accept_invitation import accept_invitation
from portal.accounts.create_organisation import create_organisation
from portal.accounts.invite_person import invite_person
from portal.core.actor import Actor, OrganisationKind, Role, SystemActor
from portal.products.create_product import create_product
from portal.products.rules import ProductBounds, ProductTexts
from portal.web.bank.queue import queue
from scoring.queries import ScoreView

FIRMS_PER = 4  # applications of one firm
_PARTS = (
    # Firms, one for every four applications.
    """
    INSERT INTO accounts_organisation (id, kind, name, name_zh, uscc, licence, created_at)
    SELECT md5('firm' || n)::uuid, 'firm', md5(n::text) || ' Demo Works ' || n, '演示企业' || n,
        lpad(n::text, 18, '9'), '', now()
    FROM generate_series(%(first)s / 4, %(last)s / 4) n ON CONFLICT DO NOTHING
    """,
    # Each application is a request of its own.
    """
    INSERT INTO applications_funding_request (id, firm_id, created_at)
    SELECT md5('funding' || n)::uuid, md5('firm' || n / 4)::uuid, now()
    FROM generate_series(%(first)s, %(last)s - 1) n
    """,
    # Ten in a hundred are undecided, half of them before the bank: enough for both parts of each
    # page to be full in the smaller database too. Sent over three years.
    """
    INSERT INTO applications_application (id, reference, firm_id, bank_id, product_id, funding_id,
        status, amount_fen, term_months, use_of_funds, consent_id, score_id, action_reason,
        created_at, submitted_at, first_opened_at, decided_at, decision_id, review_note,
        assigned_to_id, assigned_at, due_at, clock_stopped_at)
    SELECT md5('application' || n)::uuid, 'LA-' || lpad(n::text, 9, '0'),
        md5('firm' || n / 4)::uuid, %(bank)s, (%(products)s::uuid[])[1 + n %% 5],
        md5('funding' || n)::uuid, s.status, 50000000, 12, 'Raw material',
        md5('consent' || n)::uuid,
        CASE WHEN s.status = 'under_review' THEN md5('score' || n)::uuid END,
        CASE WHEN s.status = 'action_required' THEN 'fetch_failed' ELSE '' END,
        t.at, t.at,
        CASE WHEN n %% 300 >= 100 OR n %% 100 > 9 THEN t.at + interval '1 hour' END,
        CASE WHEN s.status IN ('offered', 'declined') THEN t.at + interval '2 days' END,
        CASE WHEN s.status IN ('offered', 'declined') THEN md5('decision' || n)::uuid END, '',
        CASE WHEN n %% 300 >= 200 THEN (%(officers)s::uuid[])[1 + n %% 20] END,
        CASE WHEN n %% 300 >= 200 THEN t.at END, t.at + interval '7 days',
        CASE WHEN s.status = 'action_required' THEN t.at END
    FROM generate_series(%(first)s, %(last)s - 1) n,
        LATERAL (SELECT CASE WHEN n %% 100 < 5 THEN 'under_review'
            WHEN n %% 100 < 10 THEN 'action_required' WHEN n %% 100 < 60 THEN 'offered'
            WHEN n %% 100 < 90 THEN 'declined' ELSE 'withdrawn' END AS status) s,
        LATERAL (SELECT now() - CASE WHEN n %% 100 < 10 THEN interval '14 days'
            ELSE interval '1000 days' END * ((n::bigint * 7919 %% 1000003) / 1000003.0) AS at) t
    """,
    """
    INSERT INTO applications_decision (id, application_id, outcome, reasons, note_to_firm, terms,
        amount_fen, alone_fen, decided_by, inputs, decided_at)
    SELECT a.decision_id, a.id, CASE a.status WHEN 'offered' THEN 'approve' ELSE 'decline' END,
        ARRAY['score_sufficient'], '',
        CASE a.status WHEN 'offered' THEN %(terms)s::jsonb END, a.amount_fen, a.amount_fen,
        (%(officers)s::uuid[])[1],
        jsonb_set(%(frozen)s, '{score,band}', to_jsonb(chr(65 + abs(hashtext(a.reference)) %% 5))),
        a.decided_at
    FROM applications_application a LEFT JOIN applications_decision d ON d.id = a.decision_id
    WHERE a.status IN ('offered', 'declined') AND d.id IS NULL
    """,
    """
    INSERT INTO scoring_score (id, firm_id, bank_id, application_id, consent_id, as_of_month,
        status, detail_code, detail, value, band, pd_ppm, pd_low_ppm, pd_high_ppm, reasons, points,
        recourse, input_digest, commitment, purpose, model_version, model_sha256, code_version,
        created_at)
    SELECT a.score_id, a.firm_id, a.bank_id, a.id, a.consent_id,
        date_trunc('month', a.submitted_at), 'scored', '', '{}', 600,
        chr(65 + abs(hashtext(a.reference)) %% 5), 20000, 10000, 30000, '[]', '{}', '{}',
        md5(a.reference), '', 'underwriting', 'bench', repeat('0', 64), 'bench',
        a.submitted_at
    FROM applications_application a LEFT JOIN scoring_score s ON s.id = a.score_id
    WHERE a.status = 'under_review' AND s.id IS NULL
    """,
    """
    INSERT INTO gate.consent (id, firm, bank, purpose, categories, first_month, last_month,
        not_before, expires_at, max_uses, storage_days, person, application, payload, jws, kid,
        artefact_sha256)
    SELECT a.consent_id, a.firm_id, a.bank_id, 'underwriting', ARRAY['vat_invoices'], '2024-11-01',
        '2026-10-01', now() - interval '1 day', now() + interval '30 days', 1, 30,
        (%(officers)s::uuid[])[1], a.id, '{}', '', 'bench', ''
    FROM applications_application a LEFT JOIN gate.consent c ON c.id = a.consent_id
    WHERE a.status = 'under_review' AND c.id IS NULL
    """,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A bank, its officers, and the five products it offers."""

    bank_id: UUID
    officers: tuple[Actor, ...]
    products: tuple[UUID, ...]

    def queries(self) -> list[str]:
        """The query bar's states that are measured; "" is the queue as it opens."""
        month = date.today() - timedelta(days=30)  # noqa: DTZ011 -- any day will do
        return [
            "",
            "order=due",
            "assigned=me",
            "assigned=nobody",
            "due=overdue",
            "show=to_decide",
            "show=being_prepared",
            "show=offered",
            "show=declined",
            "show=all",
            "band=C",
            "show=all&band=C",
            f"product={self.products[0]}",
            f"show=all&product={self.products[0]}",
            f"show=all&since={month}",
            "show=all&text=LA-000000042",
            "text=999999999999999042",
            "show=all&text=c4ca4238",
        ]

    def page_ms(self, query: str, alias: str) -> float:
        """Milliseconds that the page with this query takes, from one of the databases."""
        request: Any = RequestFactory().get(f"/bank/?{query}")
        request.actor = replace(self.officers[0], second_factor_at=datetime.now(UTC))
        request._messages = CookieStorage(request)  # noqa: SLF001 -- as its middleware does
        with reading_from(alias):
            started = perf_counter()
            response = queue(request)
            took = (perf_counter() - started) * 1000
        if response.status_code != 200 or b"</html>" not in response.content:
            raise SystemExit(f"{query}: {response.status_code}")
        return took

    def number_of_queries(self, query: str, alias: str) -> int:
        """How many queries the page asks."""
        with CaptureQueriesContext(connections[alias]) as captured:
            self.page_ms(query, alias)
        return len(captured)


def added_database(admin: psycopg.Connection[Any], *, like: str, name: str) -> str:
    """The alias of a copy of a database, for the web's log-in."""
    connections.close_all()
    admin.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    connections.settings[name] = {**connections.settings["default"], "NAME": name}
    return name


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    own = connections["default"]
    connections["default"] = connections[alias]
    try:
        yield
    finally:
        connections["default"] = own


def opened_desk() -> Desk:
    """The bank with its people and products, made through use cases."""
    bank = create_organisation(
        kind=OrganisationKind.BANK, name="Bench Bank", name_zh="台", licence="B-1"
    )
    products = [
        create_product(
            SystemActor("bench"),
            bank_id=bank.id,
            texts=ProductTexts(f"Loan {number}", f"贷款{number}", "For work.", "用于经营。"),
            bounds=ProductBounds(5_000_000, 300_000_000, (6, 12, 24), 435),
        ).id
        for number in range(5)
    ]
    officers = tuple(_officer(bank.id, number) for number in range(20))
    return Desk(bank_id=bank.id, officers=officers, products=tuple(products))


def fill(admin: psycopg.Connection[Any], desk: Desk, *, first: int, last: int) -> None:
    """Applications ``first`` to ``last`` with their firms, decisions, scores and consents.

    As the superuser, triggers off: what is measured is reading.
    """
    values = {
        "first": first,
        "last": last,
        "bank": desk.bank_id,
        "products": list(desk.products),
        "officers": [officer.person_id for officer in desk.officers],
        "terms": json.dumps({"amount_fen": 50_000_000, "annual_rate_bp": 435, "conditions": []}),
        "frozen": json.dumps({"score": _frozen_score(), "score_set_aside": None}),
    }
    admin.execute("SET session_replication_role = replica")
    for part in _PARTS:
        admin.execute(part, values)
    admin.execute("SET session_replication_role = DEFAULT")
    admin.execute("VACUUM ANALYZE")


def _officer(bank_id: UUID, number: int) -> Actor:
    token = invite_person(
        email=f"officer{number}@example.com",
        organisation_id=bank_id,
        role=Role.BANK_OFFICER,
        language="en",
    )
    person_id = accept_invitation(
        token=token,
        real_name=f"Officer {number}",
        phone="138 0000 0000",
        password=uuid4().hex,
        language="en",
    )
    return Actor(
        person_id=person_id,
        person_name=f"Officer {number}",
        organisation_id=bank_id,
        organisation_kind=OrganisationKind.BANK,
        roles=frozenset({Role.BANK_OFFICER}),
    )


def _frozen_score() -> dict[str, object]:
    return ScoreView(
        id=uuid4(),
        status="scored",
        detail_code="",
        detail={},
        value=600,
        band="C",
        pd_ppm=20_000,
        pd_low_ppm=10_000,
        pd_high_ppm=30_000,
        reasons=(),
        as_of_month="2026-10",
        input_digest="",
        model_version="bench",
        model_sha256="0" * 64,
        code_version="bench",
        created_at=datetime.now(UTC),
    ).frozen()
