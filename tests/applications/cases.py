"""Applications in every state, reached the way the system reaches them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.db import connections
from django.utils import timezone

from portal.applications.advance_application import advance_application
from portal.applications.attach_consent_request import attach_consent_request
from portal.applications.models import LoanApplication
from portal.applications.start_application import start_application
from portal.applications.submit_application import submit_application
from portal.applications.transitions import Status
from portal.applications.update_terms import update_terms
from portal.consents.request_consent import request_consent
from portal.consents.signing import grant
from portal.core.actor import Actor, SystemActor
from portal.core.jobs import Job
from portal.core.months import Month, months_between
from portal.jobs.models import JobRow, JobStatus
from portal.jobs.registry import JobRun
from portal.products.create_product import create_product
from portal.products.models import Product
from portal.products.rules import ProductBounds, ProductTexts
from portal.taxdata.models import ImportStatus, TaxImport
from scoring.engine.summary import Record
from scoring.tasks import score_application
from tests.gate.parties import EVIDENCE, Parties, sealed

LAST = Month.of(timezone.now()) - 1
FIRST = LAST - 23
SYSTEM = SystemActor("applications")


@dataclass
class Steps:
    """The steps that a job has shown."""

    seen: list[str] = field(default_factory=list)

    def run_of(self, application: LoanApplication) -> JobRun:
        """The newest scoring job asked for, as the worker would start it."""
        row = job_row(application, Job.SCORE_APPLICATION)
        return JobRun(
            id=row.id,
            name=Job.SCORE_APPLICATION,
            subject=row.subject,
            payload=row.payload,
            attempt=1,
            mark=self.seen.append,
        )


def new_product(bank_id: UUID | None) -> Product:
    """A product of the bank under a name of its own."""
    assert bank_id is not None
    name = f"Harvest Loan {uuid4().hex[:8]}"
    return create_product(
        SystemActor("tests"),
        bank_id=bank_id,
        texts=ProductTexts(
            name, f"丰收贷{name[-8:]}", "For working capital.", "用于日常经营周转。"
        ),
        bounds=ProductBounds(5_000_000, 300_000_000, (6, 12, 24), 435),
    )


def drafted(actor: Actor, product: Product, *, amount_fen: int = 50_000_000) -> LoanApplication:
    """A draft with every question answered."""
    draft = start_application(actor, product_id=product.id)
    return update_terms(
        actor,
        application_id=draft.id,
        amount_fen=amount_fen,
        term_months=12,
        use_of_funds="Raw material for the spring orders",
    )


def consented(actor: Actor, application: LoanApplication, **terms: Any) -> UUID:
    """A consent for the application, asked for by the firm and signed by the signer's code.

    ``terms`` alter what is asked for.
    """
    asked: dict[str, Any] = {"categories": ["vat_invoices"], "first_month": FIRST}
    asked |= {"last_month": LAST} | terms
    request_id = request_consent(
        actor,
        firm_id=application.firm_id,
        bank_id=application.bank_id,
        purpose="underwriting",
        application_id=application.id,
        **asked,
    )
    attach_consent_request(actor, application_id=application.id, request_id=request_id)
    return grant(request_id, person_id=actor.person_id, evidence=EVIDENCE, using="signer")


def submitted(actor: Actor, product: Product, **answers: Any) -> LoanApplication:
    """Sent to the bank under a live consent."""
    draft = drafted(actor, product, **answers)
    consented(actor, draft)
    return submit_application(actor, application_id=draft.id)


def fetched(
    application: LoanApplication,
    *,
    months: int = 24,
    net_fen: int = 30_000_000,
    lag: int = 0,
    more: Mapping[Month, Sequence[Record]] | None = None,
) -> None:
    """The intake worker's part: records of the last ``months`` months, sealed, and its row.

    The authority has not confirmed the newest ``lag`` of them. ``more`` are records beside the one
    of each month.
    """
    confirmed = LAST - lag
    parties = Parties(application.firm_id, application.bank_id, uuid4())
    import_id = sealed(
        parties,
        consent_of(application),
        months=months_between(LAST - (months - 1), confirmed),
        first=FIRST,
        last=confirmed,
        net_fen=net_fen,
        more=more,
    )
    TaxImport.objects.using("intake").create(
        id=import_id,
        firm_id=application.firm_id,
        consent_id=consent_of(application),
        category="vat_invoices",
        status=ImportStatus.STORED,
        first_month=FIRST.first,
        last_month=LAST.first,
        as_of_month=confirmed.first,
        records=months,
        finished_at=timezone.now(),
    )


def fetch_failed(application: LoanApplication) -> None:
    """The authority said no."""
    TaxImport.objects.using("intake").create(
        firm_id=application.firm_id,
        consent_id=consent_of(application),
        category="vat_invoices",
        status=ImportStatus.FAILED,
        first_month=FIRST.first,
        last_month=LAST.first,
        error="bad_signature",
        finished_at=timezone.now(),
    )


def scoring(actor: Actor, product: Product, *, months: int = 24, **answers: Any) -> LoanApplication:
    """Fetched, and waiting for its score."""
    application = submitted(actor, product, **answers)
    fetched(application, months=months)
    advance_application(SYSTEM, application_id=application.id)
    return fresh(application)


def scored(actor: Actor, product: Product, **answers: Any) -> LoanApplication:
    """Scored by the vault worker's own code and log-ins, and nobody has looked at it since."""
    application = scoring(actor, product, **answers)
    with as_vault_worker():
        score_application(Steps().run_of(application))
    return fresh(application)


def passed_on(actor: Actor, product: Product, **answers: Any) -> LoanApplication:
    """Scored, and decided by the product's policy or before the bank."""
    application = scored(actor, product, **answers)
    advance_application(SYSTEM, application_id=application.id)
    return fresh(application)


def under_review(actor: Actor, product: Product, **answers: Any) -> LoanApplication:
    """Scored, and before the bank."""
    application = passed_on(actor, product, **answers)
    assert application.status == Status.UNDER_REVIEW
    return application


@contextmanager
def as_vault_worker() -> Iterator[None]:
    """That process's ``default`` is the scorer's log-in, not the web's."""
    web = connections["default"]
    connections["default"] = connections["scorer"]
    try:
        yield
    finally:
        connections["default"] = web


def job_row(application: LoanApplication, job: Job) -> JobRow:
    """The newest job of that name for the application."""
    return JobRow.objects.filter(subject=application.ref, name=job).latest("created_at")


def job_failed(application: LoanApplication, job: Job) -> None:
    """Its worker gave up."""
    JobRow.objects.filter(id=job_row(application, job).id).update(status=JobStatus.FAILED)


def consent_of(application: LoanApplication) -> UUID:
    """The consent it was sent under."""
    assert application.consent_id is not None
    return application.consent_id


def fresh(application: LoanApplication) -> LoanApplication:
    """As the database has it now."""
    return LoanApplication.objects.select_related("firm", "bank", "product").get(id=application.id)


def events_of(application: LoanApplication) -> list[str]:
    """Kinds of the ledger events about an application, in order."""
    query = """
        SELECT convert_from(body, 'UTF8')::jsonb ->> 'kind' FROM (
            SELECT body FROM ledger.outbox UNION ALL SELECT body FROM ledger.entry
        ) AS everything (body)
        WHERE convert_from(body, 'UTF8')::jsonb ->> 'subject' = %s
        ORDER BY convert_from(body, 'UTF8')::jsonb ->> 'at'
    """
    database = str(settings.DATABASES["default"]["NAME"])
    address = os.environ["DATABASE_URL_ADMIN"].rpartition("/")[0] + f"/{database}"
    with psycopg.connect(address, autocommit=True) as admin:
        return [row[0] for row in admin.execute(query, [application.ref])]
