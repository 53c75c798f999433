"""The receipts of a consent: the list and the files, the same for its firm and its bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from ledger.words import entry_sentence
from portal.consents.consent_receipt import Addresses
from portal.consents.signed_receipts import receipts_of, signed_receipt
from portal.core.actor import Actor
from portal.core.press.setting import set_sheet
from portal.web.receipt_sheet import SHEET, receipt_words


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One event in words; its receipt is there once ``is_signed``."""

    event_id: UUID | None
    at: datetime | None
    sentence: str
    is_signed: bool


def receipt_lines(actor: Actor, consent_id: UUID) -> list[ReceiptLine]:
    """Each event of the consent that has a receipt, first one first."""
    return [
        ReceiptLine(
            event_id=one.entry.event_id,
            at=one.entry.at,
            sentence=entry_sentence(one.entry),
            is_signed=one.is_signed,
        )
        for one in receipts_of(actor, consent_id)
    ]


def signed_receipt_response(actor: Actor, consent_id: UUID, event_id: UUID) -> HttpResponse:
    """The receipt as a file to download: what is signed."""
    receipt = signed_receipt(actor, consent_id, event_id=event_id, addresses=_addresses(consent_id))
    return _file(receipt.text, "application/jose", f"{_name(event_id)}.jws")


def printed_receipt_response(actor: Actor, consent_id: UUID, event_id: UUID) -> HttpResponse:
    """The same for paper, in every language of the portal, with what is signed attached."""
    receipt = signed_receipt(actor, consent_id, event_id=event_id, addresses=_addresses(consent_id))
    page = set_sheet(SHEET, receipt_words(receipt, name=f"{_name(event_id)}.jws"))
    return _file(page, "application/pdf", f"{_name(event_id)}.pdf")


def _name(event_id: UUID) -> str:
    return f"consent-receipt-{event_id}"


def _file(content: str | bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _addresses(consent_id: UUID) -> Addresses:
    return Addresses(
        portal=settings.PORTAL_URL,
        withdrawal=settings.PORTAL_URL + reverse("sme:consent_stop", args=[consent_id]),
        check=settings.PORTAL_URL + reverse("public:check"),
        privacy=settings.PORTAL_URL + reverse("public:privacy"),
    )
