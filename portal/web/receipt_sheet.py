"""A signed consent receipt for paper: every sentence of it, in every language of the portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ledger.words import entry_sentence
from portal.consents.consent_receipt import TIME
from portal.consents.signed_receipts import SignedReceipt
from portal.web.formats import grouped_hash, is_chinese, local_day, month_text, time_text
from portal.web.qr import qr_svg

SHEET: Final = Path(__file__).with_name("receipt_sheet.typ")


def receipt_words(receipt: SignedReceipt, *, name: str) -> dict[str, Any]:
    """What the sheet takes; the reader's language comes first. ``name`` is of the signed file."""
    first = translation.get_language()
    others = [language for language, _name in settings.LANGUAGES if language != first]
    day = local_day(_told_at(receipt))
    return {
        "title": _("Consent receipt"),
        "author": receipt.claims["pii_processors"][0]["name"],
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "attached": {
            "name": name,
            "content": receipt.text,
            "description": _("The signed receipt"),
        },
        "parts": [_part(receipt, language, name) for language in (first, *others)],
    }


def _part(receipt: SignedReceipt, language: str, name: str) -> dict[str, Any]:
    with translation.override(language):
        claims, last = receipt.claims, receipt.entries[-1]
        return {
            "language": language,
            "through": _("Sent through TaxBridge"),
            "title": _("Consent receipt"),
            "told": entry_sentence(last),
            "told_at": f"{time_text(_told_at(receipt))} (UTC+8)",
            "rows": _rows(claims),
            "events_title": _("What happened"),
            "event_heads": [_("When (UTC+8)"), _("What"), _("Ledger entry")],
            "events": _events(receipt),
            **_check(receipt, name),
            "footer": _("Receipt %(receipt)s") % {"receipt": claims["receipt_id"]},
        }


def _rows(claims: Mapping[str, Any]) -> list[tuple[str, str]]:
    firm, (bank,), use = (
        claims["pii_principal"],
        claims["pii_controllers"],
        claims["pii_processing"],
    )
    said = "text_zh" if is_chinese() else "text_en"
    months = {name: month_text(use["months"][name]) for name in ("first", "last")}
    return [
        (_("Firm"), f"{firm['name']} {firm['uscc']}"),
        (_("Bank"), f"{bank['name']} {bank['licence']}"),
        (_("What for"), use["purpose"][said]),
        (_("Data"), pgettext("list", ", ").join(kind[said] for kind in use["pii_categories"])),
        (_("Months"), _("%(first)s to %(last)s") % months),
        (_("Uses, at most"), str(use["max_uses"])),
        (_("Until"), _moment(use["valid_until"])),
        (_("Kept until"), _moment(use["stored_until"])),
        (_("To stop it"), use["withdrawal"]["address"]),
        (_("Consent"), claims["record_id"]),
    ]


def _events(receipt: SignedReceipt) -> list[tuple[str, str, str]]:
    return [
        (time_text(entry.event.at), entry_sentence(entry), str(entry.seq))
        for entry in receipt.entries
        if entry.event is not None
    ]


def _check(receipt: SignedReceipt, name: str) -> dict[str, Any]:
    address = receipt.claims["check"]
    signed = sha256(receipt.text.encode()).hexdigest()
    return {
        "check_title": _("Is it genuine?"),
        "check": _(
            "Paper proves nothing. What is signed, with the ledger's proof of each event above, is "
            "the file %(name)s, which is attached to this document; the firm and the bank can also "
            "take it from TaxBridge. Anybody can check it."
        )
        % {"name": name},
        "check_here": _("Have that file checked here, or by the QR code:"),
        "address": address,
        "qr": qr_svg(address),
        "qr_alt": _("QR code of the address below, where the signed receipt can be checked"),
        "digests": [
            (_("SHA-256 of the signed document"), grouped_hash(receipt.claims["artefact_sha256"])),
            (_("SHA-256 of the signed receipt"), grouped_hash(signed)),
        ],
    }


def _told_at(receipt: SignedReceipt) -> datetime:
    return datetime.fromisoformat(receipt.claims["events"][-1]["event_time"])


def _moment(text: str) -> str:
    return f"{time_text(datetime.strptime(text, TIME).replace(tzinfo=UTC))} (UTC+8)"
