"""Firms, banks, consents and sealed records for the attacks, made the way the system makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.consents.artefact_parts import Evidence
from portal.consents.create_bank_entry import create_bank_entry
from portal.consents.mandates import record_mandate
from portal.consents.purposes import Category
from portal.consents.request_consent import request_consent
from portal.consents.signing import grant
from portal.core.actor import Actor, OrganisationKind, Role
from portal.core.months import Month, months_between
from portal.core.wire import load_public_keys
from portal.taxdata.package import Manifest, MonthEntry
from portal.taxdata.store import begin_import, complete_fetch, seal_month, stage_month
from scoring.engine.summary import Record
from tests.personas import new_uscc

LAST = Month.of(timezone.now()) - 1
FIRST = LAST - 11
EVIDENCE = Evidence(method="totp", step_digest="ab" * 32, terms_digest="cd" * 32)
COUNT = "SELECT count(*) FROM vault.chunk WHERE kind = 'summary'"
SECRET_PARTY = "Counterparty Unmistakable 9731"
SECRET_FEN = 7_391_846_205

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Parties:
    """A firm with one signatory, and a bank."""

    firm_id: UUID
    bank_id: UUID
    person_id: UUID

    @property
    def actor(self) -> Actor:
        return Actor(
            person_id=self.person_id,
            person_name="Nia Demo",
            organisation_id=self.firm_id,
            organisation_kind=OrganisationKind.FIRM,
            roles=frozenset({Role.FIRM_LEGAL_REPRESENTATIVE}),
            second_factor_at=datetime.now(UTC),
        )


def login(alias: str, *, autocommit: bool = True) -> Connection:
    """A connection of its own with a process's log-in."""
    found: dict[str, Any] = settings.DATABASES[alias]
    return psycopg.connect(
        host=found["HOST"],
        port=found["PORT"],
        user=found["USER"],
        password=found["PASSWORD"],
        dbname=found["NAME"],
        autocommit=autocommit,
    )


def refusal(connection: Connection, query: str, values: Sequence[object] = ()) -> str:
    """The first line of the error that a statement ends in; an answer is a failed test."""
    try:
        found = connection.execute(query, values or None)
    except psycopg.Error as error:
        if not connection.autocommit and not connection.closed:
            connection.rollback()
        return str(error).splitlines()[0]
    raise AssertionError(f"answered: {found.statusmessage}")


def value(connection: Connection, query: str, values: Sequence[object] = ()) -> Any:
    """The first column of the first row."""
    row = connection.execute(query, values or None).fetchone()
    assert row is not None
    return row[0]


def new_parties(
    *, role: str = "legal_representative", uscc: str = "", authority_person: str = ""
) -> Parties:
    """A firm, a bank, and a person with a mandate, all unknown to any other test."""
    person_id, bank_id = uuid4(), uuid4()
    create_bank_entry(
        bank_id=bank_id,
        name="Lantern Demo Bank",
        name_zh="灯笼演示银行",
        licence=f"DEMO-{bank_id.hex[:12]}",
        using="owner",
    )
    with transaction.atomic(using="signer"):
        mandate = record_mandate(
            person_id=person_id,
            uscc=uscc or new_uscc(),
            name="Demo Firm",
            name_zh="演示企业",
            authority_person=authority_person or f"authority-{person_id}",
            role=role,
            using="signer",
        )
    return Parties(firm_id=mandate.firm_id, bank_id=bank_id, person_id=person_id)


def asked(parties: Parties, **changes: Any) -> UUID:
    """A request of the firm for its bank; ``changes`` alter its terms."""
    terms: dict[str, Any] = {
        "firm_id": parties.firm_id,
        "bank_id": parties.bank_id,
        "purpose": "underwriting",
        "categories": ["vat_invoices"],
        "first_month": FIRST,
        "last_month": LAST,
    }
    return request_consent(parties.actor, **{**terms, **changes})


def granted(parties: Parties, **changes: Any) -> UUID:
    """A live consent, signed by the signer's own code."""
    request_id = asked(parties, **changes)
    return grant(request_id, person_id=parties.person_id, evidence=EVIDENCE, using="signer")


def rewritten(admin: Connection, consent_id: UUID, assignments: str) -> None:
    """Change a consent's row as no process can: for moments that a test can't wait for."""
    admin.execute("ALTER TABLE gate.consent DISABLE TRIGGER no_change")
    try:
        admin.execute(
            f"UPDATE gate.consent SET {assignments} WHERE id = %s",
            [consent_id],
        )
    finally:
        admin.execute("ALTER TABLE gate.consent ENABLE ALWAYS TRIGGER no_change")


def sealed(
    parties: Parties,
    consent_id: UUID,
    *,
    months: Sequence[Month] | None = None,
    category: str = "vat_invoices",
    first: Month = FIRST,
    last: Month = LAST,
    net_fen: int = SECRET_FEN,
    more: Mapping[Month, Sequence[Record]] | None = None,
) -> UUID:
    """An import of one record a month and ``more``, stored by the intake log-in; returns its id."""
    wanted = months_between(first, last) if months is None else months
    fetch_id = uuid4()
    with transaction.atomic(using="intake"):
        opened = begin_import(
            manifest_of(Category(category), first, last, wanted),
            fetch_id=fetch_id,
            firm_id=parties.firm_id,
            consent_id=consent_id,
            recipients=load_public_keys(settings.VAULT_PUBLIC_KEY),
            using="intake",
        )
        for month, records in records_of(wanted, net_fen).items():
            whole = [*records, *(more or {}).get(month, ())]
            stage_month(opened, seal_month(opened, month, whole), version="1", using="intake")
        complete_fetch(opened, fetch_id=fetch_id, using="intake")
    return opened.id


def records_of(months: Sequence[Month], net_fen: int) -> Mapping[Month, Sequence[Record]]:
    """One sale a month."""
    return {
        month: [
            Record(
                direction="sale",
                number=f"N-{month}",
                issued_on=date(month.year, month.month, 7),
                counterparty=SECRET_PARTY,
                net_fen=net_fen,
                vat_fen=0,
                gross_fen=net_fen,
            )
        ]
        for month in months
    }


def taken(
    vault: Connection, parties: Parties, consent_id: UUID, *, job: UUID | None = None
) -> UUID:
    """A ticket, committed."""
    row = vault.execute(
        "SELECT ticket, refusal FROM gate.take(%s, %s, 'underwriting', %s)",
        [consent_id, parties.bank_id, job or uuid4()],
    ).fetchone()
    if not vault.autocommit:
        vault.commit()
    assert row is not None
    assert row[1] is None, row[1]
    return UUID(str(row[0]))


def enter(vault: Connection, ticket: UUID) -> None:
    """Open the window in the connection's present transaction."""
    vault.execute("SELECT consent FROM gate.enter(%s)", [ticket])


def manifest_of(category: Category, first: Month, last: Month, wanted: Sequence[Month]) -> Manifest:
    """What the authority would have said of an import of these months."""
    return Manifest(
        session="session",
        artefact_sha256="0" * 64,
        category=category,
        first_month=first,
        last_month=last,
        as_of_month=last,
        pages=("0" * 64,),
        months={month: MonthEntry(records=1, version="1") for month in wanted},
        sha256="0" * 64,
    )
