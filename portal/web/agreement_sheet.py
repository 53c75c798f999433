"""A signed agreement for paper: every sentence of it, in every language of the portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.format.canonical import encode
from portal.applications.agreement_queries import SignedAgreement
from portal.applications.offer_plan import OfferPlan
from portal.web.agreement_terms import money_rows, term_rows
from portal.web.formats import grouped_hash, local_day, time_text, yuan_text

SHEET: Final = Path(__file__).with_name("agreement_sheet.typ")
_FACTORS: Final = {"totp": gettext_lazy("one-time code"), "passkey": gettext_lazy("passkey")}


def agreement_words(signed: SignedAgreement) -> dict[str, Any]:
    """What the sheet takes; the reader's language comes first, the same bytes for the same one."""
    first = translation.get_language()
    others = [language for language, _name in settings.LANGUAGES if language != first]
    day = local_day(signed.agreed.countersigned.at)
    return {
        "title": _("Loan agreement"),
        "author": "TaxBridge",
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "attached": _attached(signed),
        "parts": [_part(signed, language) for language in (first, *others)],
    }


def _attached(signed: SignedAgreement) -> list[dict[str, str]]:
    document = encode(signed.agreed.document).decode()
    return [
        _file("agreement.json", document, "application/json", _("What both sides signed")),
        _file(
            "firm.jws", signed.acceptance_jws, "application/jose", _("The firm’s signed statement")
        ),
        _file(
            "bank.jws", signed.signature_jws, "application/jose", _("The bank’s signed statement")
        ),
    ]


def _file(name: str, content: str, mime: str, description: str) -> dict[str, str]:
    return {"name": name, "content": content, "mime": mime, "description": description}


def _part(signed: SignedAgreement, language: str) -> dict[str, Any]:
    with translation.override(language):
        offer = signed.agreed.document["offer"]
        plan = OfferPlan.of(offer)
        return {
            "language": language,
            "through": _("Made through TaxBridge"),
            "title": _("Loan agreement %(reference)s") % {"reference": offer["reference"]},
            "sections": [
                {"title": _("Parties"), "rows": _parties(signed, language)},
                {"title": _("Terms"), "rows": term_rows(offer, plan)},
                {"title": _("Where the money goes"), "rows": money_rows(signed.agreed)},
                {"title": _("Signatures"), "rows": _signatures(signed)},
            ],
            "payments_title": _("Every payment"),
            "payment_heads": [_("Month"), _("Principal"), _("Interest"), _("Payment")],
            "payments": _payments(plan),
            **_check(signed),
            "footer": _("Agreement on offer %(offer)s") % {"offer": offer["offer"]},
        }


def _parties(signed: SignedAgreement, language: str) -> list[tuple[str, str]]:
    return [
        (_("Lender"), f"{signed.bank.name_in(language)} {signed.bank.licence}"),
        (_("Borrower"), f"{signed.firm.name_in(language)} {signed.firm.uscc}"),
    ]


def _payments(plan: OfferPlan) -> list[tuple[str, ...]]:
    listed = [
        (
            str(number),
            yuan_text(one["principal_fen"]),
            yuan_text(one["interest_fen"]),
            yuan_text(one["total_fen"]),
        )
        for number, one in enumerate(plan.rows, start=1)
    ]
    whole = yuan_text(plan.total_fen - plan.interest_fen), yuan_text(plan.interest_fen)
    return [*listed, (_("All"), *whole, yuan_text(plan.total_fen))]


def _signatures(signed: SignedAgreement) -> list[tuple[str, str]]:
    accepted, countersigned = signed.agreed.accepted, signed.agreed.countersigned
    return [
        (_("For the borrower"), _signature(signed.firm_signer, accepted.at, accepted.evidence)),
        (
            _("For the lender"),
            _signature(signed.bank_signer, countersigned.at, countersigned.evidence),
        ),
    ]


def _signature(name: str, at: datetime, evidence: Any) -> str:
    words: Mapping[str, object] = {
        "name": name,
        "at": time_text(at),
        "factor": _FACTORS.get(evidence.method, evidence.method),
    }
    return _("%(name)s, %(at)s (UTC+8), with a %(factor)s at the signer") % words


def _check(signed: SignedAgreement) -> dict[str, Any]:
    def digest(text: str) -> str:
        return grouped_hash(sha256(text.encode()).hexdigest())

    keys = {"address": f"{settings.SIGNER_URL}/.well-known/jwks.json"}
    return {
        "check_title": _("Is it genuine?"),
        "check": _(
            "Paper proves nothing. What was signed is attached to this document: the agreement, "
            "and the two statements over its SHA-256, which anybody can check with the signer's "
            "public keys at %(address)s. The digests also stand on the ledger."
        )
        % keys,
        "digests": [
            (_("SHA-256 of the agreement"), grouped_hash(signed.agreed.sha256)),
            (_("SHA-256 of the firm’s statement"), digest(signed.acceptance_jws)),
            (_("SHA-256 of the bank’s statement"), digest(signed.signature_jws)),
        ],
    }
