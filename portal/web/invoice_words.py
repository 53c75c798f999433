"""Answers about an attached e-invoice in words: what is wrong, and what the firm can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.invoices.checking.comparison import Comparison
from portal.invoices.checking.status_list import Status
from portal.invoices.queries import InvoiceAnswer
from portal.web.invoice_reasons import AGAIN, BANDS, REASONS, WHAT_TO_DO

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_STATUSES: Mapping[Status, StrPromise] = {
    Status.VALID: gettext_lazy("The tax authority lists it as valid."),
    Status.VOID: gettext_lazy("The tax authority lists it as void."),
    Status.REVERSED: gettext_lazy("A red-letter invoice has reversed it."),
    Status.NOT_LISTED: gettext_lazy("The tax authority’s list does not know it."),
    Status.UNKNOWN: gettext_lazy(
        "Its status is not known now: the tax authority’s list could not be had, or is older than "
        "the file."
    ),
}
_COMPARISONS: Mapping[Comparison, StrPromise] = {
    Comparison.WAITING: gettext_lazy("It is compared with the tax records when they are scored."),
    Comparison.AGREES: gettext_lazy("It agrees with the tax records under the consent."),
    Comparison.DIFFERS: gettext_lazy(
        "The tax records have this number with another date or another amount."
    ),
    Comparison.NOT_IN_RECORDS: gettext_lazy("The tax records of its month do not have it."),
    Comparison.VOID_IN_RECORDS: gettext_lazy("The tax records have it as void."),
    Comparison.NOT_COVERED: gettext_lazy(
        "Its month lies outside the consent, or is not confirmed by the tax authority yet: it "
        "could not be compared."
    ),
    Comparison.CONSENT_USED: gettext_lazy(
        "Not compared with the tax records: the consent’s one use came before it."
    ),
    Comparison.NOT_COMPARED: gettext_lazy("Not compared with the tax records."),
}


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One answer as a page shows it; ``lines`` are whole sentences."""

    answer: InvoiceAnswer
    tone: str
    word: str
    title: str
    band: str
    lines: tuple[str, ...]
    advice: str


def invoice_line(answer: InvoiceAnswer) -> InvoiceLine:
    """The words for one answer, in the page's language."""
    tone, word = _verdict(answer)
    codes = answer.refusals
    return InvoiceLine(
        answer=answer,
        tone=tone,
        word=word,
        title=_title(answer),
        band=str(BANDS.get(answer.amount_band, "")),
        lines=_sentences(answer),
        advice=str(WHAT_TO_DO.get(codes[0], AGAIN)) if codes else "",
    )


def _verdict(answer: InvoiceAnswer) -> tuple[str, str]:
    if answer.is_refused:
        return "refused", _("Not accepted")
    if answer.is_doubtful:
        return "refused", _("In doubt")
    if answer.is_settled:
        return "done", _("Confirmed")
    return "info", _("Genuine")


def _title(answer: InvoiceAnswer) -> str:
    if not answer.number_tail:
        return _("No genuine invoice")
    side = _("Sale") if answer.side == "sale" else _("Purchase")
    return _("%(side)s, number ending %(tail)s") % {"side": side, "tail": answer.number_tail}


def _sentences(answer: InvoiceAnswer) -> tuple[str, ...]:
    if answer.is_refused:
        return tuple(str(REASONS[code]) for code in answer.refusals)
    said = [_("The tax authority’s signature holds."), str(_STATUSES[answer.status])]
    if answer.comparison is not None:
        said.append(str(_COMPARISONS[answer.comparison]))
    return tuple(said)
