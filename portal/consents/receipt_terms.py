"""A consent receipt read back: what it tells, and whether ledger entries bear it out.

Pure, like `consent_receipt`, which writes what is read here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from ledger.format.event import Event
from portal.consents.consent_receipt import SCHEMA, TIME, said_by
from portal.core.months import Month

GRANTED = "consent.granted"


class ReceiptFlaw(StrEnum):
    """Why a consent receipt shows nothing, though each of its proofs may hold."""

    SIGNATURE = "signature"
    NO_KEY = "no_key"
    FORM = "form"
    SUBJECT = "subject"
    EVENTS = "events"
    TERMS = "terms"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptTerms:
    """What a receipt tells of its consent; ``events`` as it words them, oldest first."""

    consent: UUID
    receipt: UUID
    firm: str
    uscc: str
    bank: str
    licence: str
    purpose: str
    categories: tuple[str, ...]
    first_month: Month
    last_month: Month
    max_uses: int
    valid_until: datetime
    stored_until: datetime
    artefact_sha256: str
    events: tuple[Mapping[str, Any], ...]

    @classmethod
    def read(cls, claims: Mapping[str, Any]) -> Self:
        """Read the claims of a receipt; ValueError for anything else."""
        try:
            return cls._read(claims)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("This is not a consent receipt.") from error

    @classmethod
    def _read(cls, claims: Mapping[str, Any]) -> Self:
        if claims["schema_version"] != SCHEMA:
            raise ValueError("This is a receipt of another version.")
        firm, (bank,) = claims["pii_principal"], claims["pii_controllers"]
        use = claims["pii_processing"]
        return cls(
            consent=UUID(claims["record_id"]),
            receipt=UUID(claims["receipt_id"]),
            firm=str(firm["name"]),
            uscc=str(firm["uscc"]),
            bank=str(bank["name"]),
            licence=str(bank["licence"]),
            purpose=use["purpose"]["code"],
            categories=tuple(one["code"] for one in use["pii_categories"]),
            first_month=Month.parse(use["months"]["first"]),
            last_month=Month.parse(use["months"]["last"]),
            max_uses=use["max_uses"],
            valid_until=_moment(use["valid_until"]),
            stored_until=_moment(use["stored_until"]),
            artefact_sha256=claims["artefact_sha256"],
            events=tuple(claims["events"]),
        )

    def flaw_beside(self, proven: Sequence[tuple[int, Event]]) -> ReceiptFlaw | None:
        """Why entries with their numbers, each proven by itself, don't bear the receipt out.

        Names, wording and storage time are not on the ledger: of those the signed document
        speaks, whose digest is.
        """
        events = [event for _seq, event in proven]
        if any(event.subject != f"consent:{self.consent}" for event in events):
            return ReceiptFlaw.SUBJECT
        told = [{**said_by(event), "ledger_entry": seq} for seq, event in proven]
        if not told or told != list(self.events) or told[-1]["event_id"] != str(self.receipt):
            return ReceiptFlaw.EVENTS
        return ReceiptFlaw.TERMS if self._differs_from(events[0]) else None

    def _differs_from(self, granted: Event) -> bool:
        terms = {
            "purpose": self.purpose,
            "categories": ",".join(self.categories),
            "first_month": str(self.first_month),
            "last_month": str(self.last_month),
            "max_uses": self.max_uses,
            "artefact_sha256": self.artefact_sha256,
        }
        on_ledger = {name: granted.payload.get(name) for name in terms}
        return granted.kind != GRANTED or on_ledger != terms


def _moment(text: str) -> datetime:
    return datetime.strptime(text, TIME).replace(tzinfo=UTC)
