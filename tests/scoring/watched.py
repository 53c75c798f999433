"""Firms that let a bank watch over them, and the vault worker that goes through a run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.consents.door import reading
from portal.consents.purposes import Category
from portal.consents.vault_places import chunk_place
from portal.core.actor import SystemActor
from portal.core.months import Month, months_between
from portal.core.sealing import seal_chunk
from portal.core.wire import load_public_keys
from portal.jobs.lease import take
from portal.jobs.models import JobRow, JobStatus
from portal.jobs.tasks import run_leased
from portal.taxdata.models import ImportStatus, TaxImport
from portal.taxdata.store import Import, begin_import, complete_fetch, seal_month, stage_month
from scoring.engine.summary import Record
from scoring.portfolio.models import PortfolioItem, PortfolioRun
from scoring.portfolio.start_rescoring import start_rescoring
from scoring.reading import Read, read_all
from tests.applications.cases import FIRST, LAST, as_vault_worker
from tests.gate.parties import Parties, granted, manifest_of, new_parties, records_of, sealed

TIMER = SystemActor("timer")
FEN = 30_000_000


@dataclass
class Watch:
    """One bank and its firms, by consent."""

    bank_id: UUID
    firms: dict[UUID, Parties] = field(default_factory=dict)

    def add(self, *, months: int = 24, buyers: int = 1) -> UUID:
        """One firm more, its records fetched; the consent's id."""
        made = new_parties()
        firm = Parties(made.firm_id, self.bank_id, made.person_id)
        consent_id = self.consented(firm)
        self.fetch(consent_id, months=months, buyers=buyers)
        return consent_id

    def consented(self, firm: Parties) -> UUID:
        """A firm's consent alone."""
        consent_id = granted(firm, purpose="monitoring", first_month=FIRST, last_month=LAST)
        self.firms[consent_id] = firm
        return consent_id

    def fetch(self, consent_id: UUID, *, months: int = 24, buyers: int = 1) -> None:
        """The intake worker's part: so many customers a month."""
        wanted = months_between(LAST - (months - 1), LAST)
        firm = self.firms[consent_id]
        more = {month: [_sale(month, buyer) for buyer in range(1, buyers)] for month in wanted}
        sealed(firm, consent_id, months=wanted, first=FIRST, last=LAST, net_fen=FEN, more=more)
        TaxImport.objects.using("intake").update_or_create(
            consent_id=consent_id,
            category="vat_invoices",
            defaults={
                "firm_id": firm.firm_id,
                "status": ImportStatus.STORED,
                "first_month": FIRST.first,
                "last_month": LAST.first,
                "as_of_month": LAST.first,
                "records": months,
                "finished_at": timezone.now(),
            },
        )

    def started(self) -> PortfolioRun:
        return start_rescoring(TIMER, bank_id=self.bank_id)

    def rescored(self) -> PortfolioRun:
        """A run begun and gone through."""
        run = self.started()
        work_off(run)
        run.refresh_from_db()
        return run


def new_watch(*, firms: int = 0) -> Watch:
    """A bank that no other test knows, with so many firms."""
    watch = Watch(new_parties().bank_id)
    for _ in range(firms):
        watch.add()
    return watch


def jobs_of(run: PortfolioRun) -> list[JobRow]:
    return list(JobRow.objects.filter(subject=run.ref).order_by("created_at"))


def work_off(run: PortfolioRun) -> None:
    """Every batch that is asked for, as a worker takes it; one put off is taken at once."""
    while waiting := [job for job in jobs_of(run) if job.status == JobStatus.QUEUED]:
        JobRow.objects.filter(id=waiting[0].id).update(due_at=timezone.now())
        work_once(waiting[0])


def work_once(job: JobRow) -> None:
    with as_vault_worker():
        row = take(job.id)
        assert row is not None
        run_leased(row)


def again(run: PortfolioRun) -> None:
    """Its first batch is delivered once more."""
    first = jobs_of(run)[0]
    JobRow.objects.filter(id=first.id).update(status=JobStatus.QUEUED, finished_at=None)
    work_off(run)


def item_of(run: PortfolioRun, consent_id: UUID) -> PortfolioItem:
    return PortfolioItem.objects.get(run=run, consent_id=consent_id)


def monitored(item: PortfolioItem, bank_id: UUID) -> Read:
    """The records of one firm, counted as its use."""
    with reading(
        consent_id=item.consent_id, bank_id=bank_id, purpose="monitoring", job_id=item.use_id
    ) as window:
        return read_all(window, application_id=None)


def unreadable(firm: Parties, consent_id: UUID) -> None:
    """A newer import whose summaries are sealed as they should be, and are none."""
    months, fetch_id = months_between(FIRST, LAST), uuid4()
    with transaction.atomic(using="intake"):
        opened = begin_import(
            manifest_of(Category.VAT_INVOICES, FIRST, LAST, months),
            fetch_id=fetch_id,
            firm_id=firm.firm_id,
            consent_id=consent_id,
            recipients=load_public_keys(settings.VAULT_PUBLIC_KEY),
            using="intake",
        )
        for month in months:
            whole = seal_month(opened, month, records_of([month], 1)[month])
            rows = tuple(_spoilt(opened, month, row) for row in whole.rows)
            stage_month(opened, replace(whole, rows=rows), version="1", using="intake")
        complete_fetch(opened, fetch_id=fetch_id, using="intake")


def _spoilt(into: Import, month: Month, row: tuple[Any, ...]) -> tuple[Any, ...]:
    *head, kind, version, _nonce, _ciphertext = row
    place = chunk_place(
        firm_id=into.firm_id, import_id=into.id, category=into.category, month=month, kind=kind
    )
    return (*head, kind, version, *seal_chunk(b"none", data_key=into.data_key, place=place))


def _sale(month: Month, buyer: int) -> Record:
    return Record(
        direction="sale",
        number=f"B{buyer}-{month}",
        issued_on=date(month.year, month.month, 1 + buyer),
        counterparty=f"buyer-{buyer}",
        net_fen=FEN,
        vat_fen=0,
        gross_fen=FEN,
    )
