"""From an open window of the vault to what the engine takes; runs in the vault worker only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from portal.consents.artefact import Artefact
from portal.consents.door import ConsentRefused, Window
from portal.consents.purposes import Category
from portal.core.months import Month, months_between
from portal.taxdata.queries import imports_under
from scoring.engine.assess import Assessment, NotEnoughData, assess
from scoring.engine.firm_size import FirmSize, size_of
from scoring.engine.model import Model
from scoring.engine.sales_bands import sales_bands
from scoring.engine.signals.traces import MonthTraces
from scoring.engine.summary import MonthSummary
from scoring.engine.window import MOST_LAG, WINDOW_MONTHS, window_of
from scoring.engine.window import Window as EngineWindow
from scoring.signals import read_before_in, traces_in

# A month that the firm had nothing to file for is a month without invoices, not a missing one.
HARMLESS_GAPS = frozenset({"not_filed"})


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose score, for whom and for what, as the signed document itself says.

    The application is the asker's word where the document names none.
    """

    firm_id: UUID
    bank_id: UUID
    application_id: UUID | None
    consent_id: UUID
    purpose: str


@dataclass(frozen=True, slots=True)
class Read:
    """Everything a score depends on, out of the window and no longer bound to it.

    ``job_id`` is whose use of the consent it was. ``lag``: `scoring.engine.assess.assess`.
    ``traces`` and ``read_before`` are for signals alone: no score depends on them.
    """

    parties: Parties
    job_id: UUID
    as_of: Month
    summaries: tuple[MonthSummary, ...]
    missing: tuple[Month, ...]
    digest: str
    lag: int = 0
    traces: tuple[MonthTraces, ...] = ()
    read_before: tuple[MonthSummary, ...] = ()

    def assess(self, model: Model) -> Assessment | NotEnoughData:
        """The engine's answer; the same for the same records, always."""
        return assess(
            self.summaries, as_of=self.as_of, model=model, missing=self.missing, lag=self.lag
        )

    def sales_bands(self) -> list[list[str | int]]:
        """Months and ranges of their sales, as JSON."""
        return [list(band) for band in sales_bands(self._seen())]

    def firm_size(self) -> FirmSize:
        """The firm's class by its sales."""
        return size_of(self._seen())

    def _seen(self) -> EngineWindow:
        return window_of(self.summaries, self.as_of, lag=min(self.lag, MOST_LAG))


def read_all(window: Window, *, application_id: UUID | None) -> Read:
    """Open every summary chunk of the window, for one application or, monitoring, for none.

    Refuses (ConsentRefused) a consent that was given for another application, and one under which
    nothing is stored. One that the bank asked for names none: its single use is its limit.
    """
    document = window.artefact
    confirmed = window.as_of
    if document.application not in (None, application_id):
        raise ConsentRefused("another_application")
    if confirmed is None:
        raise ConsentRefused("nothing_stored")
    # Of months after the consent's last one nothing is asked, nor how far the authority is.
    as_of = min(confirmed, document.last_month)
    chunks = [chunk.data for chunk in window.chunks("summary")]
    return Read(
        parties=Parties(
            firm_id=document.firm.id,
            bank_id=document.bank.id,
            application_id=application_id,
            consent_id=document.id,
            purpose=document.purpose,
        ),
        job_id=window.job_id,
        as_of=as_of,
        summaries=tuple(MonthSummary.from_json(chunk) for chunk in chunks),
        missing=_missing(document, as_of),
        digest=hashlib.sha256(b"\n".join([str(as_of).encode(), *chunks])).hexdigest(),
        lag=_lag(document, as_of),
        traces=traces_in(window),
        read_before=read_before_in(window),
    )


def _lag(document: Artefact, as_of: Month) -> int:
    """Allowed months that the authority has not confirmed yet; the newest ones, if any."""
    if Category.VAT_INVOICES not in document.categories:
        return 0
    return len(months_between(as_of + 1, document.last_month))


def _missing(document: Artefact, as_of: Month) -> tuple[Month, ...]:
    """Months of the scoring window that were not consented to, or that the authority left out."""
    needed = months_between(as_of - (WINDOW_MONTHS - 1), as_of)
    if Category.VAT_INVOICES not in document.categories:
        return tuple(needed)
    left_out = {
        month
        for fetched in imports_under(document.id)
        if fetched.category == Category.VAT_INVOICES
        for month, cause in fetched.gaps.items()
        if cause not in HARMLESS_GAPS
    }
    allowed = set(months_between(document.first_month, document.last_month))
    return tuple(month for month in needed if month not in allowed or month in left_out)
