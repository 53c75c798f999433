"""A consent receipt: what happened to a consent, under which terms, with the ledger's own proof.

Shaped after the receipts of ISO/IEC TS 27560. Pure: no clock, no database, no key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from ledger.format.event import Event, written_time
from portal.consents.artefact import Artefact
from portal.consents.purposes import Wording

SCHEMA: Final = "taxbridge-consent-receipt-v1"
# As much of the firm's code as the public page of a letter shows.
_SHOWN_OF_USCC: Final = 6
TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the consent, with its number in the ledger and its receipt from there."""

    seq: int
    event: Event
    proof: str

    def claims(self) -> dict[str, Any]:
        """As it stands in the receipt; the proofs stand apart, in the same order."""
        return {**said_by(self.event), "ledger_entry": self.seq}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the firm ends the consent, where the receipt is checked, what is said of privacy."""

    portal: str
    withdrawal: str
    check: str
    privacy: str


def said_by(event: Event) -> dict[str, str]:
    """What a receipt repeats of an entry."""
    return {
        "event_type": event.kind,
        "event_time": written_time(event.at),
        "event_id": str(event.event_id),
    }


def receipt_claims(
    artefact: Artefact,
    *,
    artefact_sha256: str,
    happenings: Sequence[Happening],
    addresses: Addresses,
) -> dict[str, Any]:
    """The receipt of the last of the happenings; the first is the granting."""
    told = happenings[-1].event
    return {
        "schema_version": SCHEMA,
        "record_id": str(artefact.id),
        "receipt_id": str(told.event_id),
        "languages": ["en", "zh"],
        "pii_principal": {"name": artefact.firm.name, "uscc": masked(artefact.firm.uscc)},
        "pii_controllers": [{"name": artefact.bank.name, "licence": artefact.bank.licence}],
        "pii_processors": [{"name": "TaxBridge", "address": addresses.portal}],
        "privacy_notice": addresses.privacy,
        "pii_processing": _processing(artefact, addresses),
        "artefact_sha256": artefact_sha256,
        "events": [one.claims() for one in happenings],
        "proofs": [one.proof for one in happenings],
        "check": addresses.check,
    }


def masked(uscc: str) -> str:
    """A firm's code with all but its end covered."""
    return "*" * (len(uscc) - _SHOWN_OF_USCC) + uscc[-_SHOWN_OF_USCC:]


def _processing(artefact: Artefact, addresses: Addresses) -> dict[str, Any]:
    stored_until = artefact.not_before + timedelta(days=artefact.storage_days)
    kinds = zip(artefact.categories, artefact.category_texts, strict=True)
    return {
        "lawful_basis": "consent",
        "purpose": {"code": artefact.purpose, **_texts(artefact.purpose_text)},
        "pii_categories": [{"code": code, **_texts(text)} for code, text in kinds],
        "months": {"first": str(artefact.first_month), "last": str(artefact.last_month)},
        "source": artefact.provider,
        "recipients": [artefact.bank.name],
        "frequency": artefact.frequency.claims(),
        "max_uses": artefact.max_uses,
        "valid_from": _moment(artefact.not_before),
        "valid_until": _moment(artefact.expires_at),
        "stored_until": _moment(stored_until),
        "supersedes": _text_of(artefact.supersedes),
        "withdrawal": {"method": "online", "address": addresses.withdrawal},
    }


def _texts(wording: Wording) -> dict[str, str]:
    return {"text_en": wording.en, "text_zh": wording.zh}


def _text_of(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime(TIME)
