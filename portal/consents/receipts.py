"""The receipts of a consent's end: *stopped* at once, *erased* when all erasing has reported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from ledger.format.receipt import ReceiptRefused
from ledger.keys import verifiers
from ledger.kinds import EventKind
from ledger.proofs import is_signed_for, receipt_of
from ledger.queries import Entry, entries_page
from portal.consents.figures import figures_are_left
from portal.consents.queries import ConsentView, consent_for
from portal.core.actor import Actor
from portal.core.errors import NotFound, RuleBroken


class Kind(StrEnum):
    """Which of the two."""

    STOPPED = "stopped"
    ERASED = "erased"


ENDS: Final = (
    EventKind.CONSENT_WITHDRAWN,
    EventKind.CONSENT_RELEASED,
    EventKind.CONSENT_SUPERSEDED,
    EventKind.CONSENT_EXPIRED,
    EventKind.CONSENT_KEY_REVOKED,
)
ERASURES: Final = (EventKind.DATA_ERASED, EventKind.FEATURES_ERASED)
_KINDS: Final = {Kind.STOPPED: ENDS, Kind.ERASED: ERASURES}


@dataclass(frozen=True, slots=True)
class Erasing:
    """What became of the records: ``chunks`` monthly parts erased, ``kept`` for another consent."""

    chunks: int
    kept: int
    at: datetime
    is_complete: bool


def erasing_of(consent: ConsentView) -> Erasing | None:
    """What has been reported of erasing; None while nothing has.

    Complete when the records are reported and no figure made from them is left: judged by the
    rows, not by a job, which may never have been asked for.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT chunks, kept, at FROM gate.erasure WHERE consent = %s", [consent.id])
        row = cursor.fetchone()
    if row is None:
        return None
    are_left = figures_are_left(consent.id, firm_id=consent.firm_id)
    return Erasing(chunks=row[0], kept=row[1], at=row[2], is_complete=not are_left)


def records_are_kept(consent: ConsentView) -> bool:
    """Whether records stay, sealed, for the sake of a consent that is over."""
    if consent.is_standing:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT gate.keeps_records(%s)", [consent.id])
        ((is_kept,),) = cursor.fetchall()
    return bool(is_kept)


def provable(consent: ConsentView) -> frozenset[Kind]:
    """The receipts that can be had now: what happened is in a signed state of the ledger."""
    return frozenset(kind for kind in Kind if _signed_entries(consent, kind))


def receipt_bundle(actor: Actor, consent_id: UUID, kind: Kind) -> dict[str, Any]:
    """One receipt as an object for JSON, to be checked offline with the ledger's public key.

    Refuses (NotFound) a consent not visible to the actor, and a receipt that isn't due yet;
    (RuleBroken, ledger_altered) when the ledger's rows are no longer those that were signed.
    """
    consent = consent_for(actor, consent_id)
    entries = _signed_entries(consent, kind)
    granted = _entries(consent, [EventKind.CONSENT_GRANTED])
    keys = verifiers()
    if not entries or not granted or not keys:
        raise NotFound(code="receipt_not_yet")
    start, *receipts = [proof_text(entry) for entry in (granted[0], *entries)]
    return {
        "what": kind.value,
        "consent": str(consent.id),
        "artefact_sha256": consent.artefact_sha256,
        "keys": [str(key) for key in keys],
        "granted": start,
        "receipts": receipts,
    }


def _signed_entries(consent: ConsentView, kind: Kind) -> list[Entry]:
    """What the receipt consists of; nothing until all of it is in a signed state of the ledger."""
    if kind is Kind.ERASED:
        erasing = erasing_of(consent)
        if erasing is None or not erasing.is_complete:
            return []
    entries = _entries(consent, _KINDS[kind])
    newest = max((entry.seq for entry in entries), default=None)
    return entries if newest is not None and is_signed_for(newest) else []


def proof_text(entry: Entry) -> str:
    """The ledger's receipt of an entry; refuses as `receipt_bundle` does."""
    try:
        receipt = receipt_of(entry)
    except ReceiptRefused as error:
        raise RuleBroken(
            _(
                "The stored ledger no longer leads to the state that was signed, so this proves "
                "nothing. The regulator's ledger page shows the first entry that was changed."
            ),
            code="ledger_altered",
        ) from error
    if receipt is None:
        raise NotFound(code="receipt_not_yet")
    return receipt.text()


def _entries(consent: ConsentView, kinds: Iterable[EventKind]) -> list[Entry]:
    return [
        entry for kind in kinds for entry in entries_page(kind=kind, subject=consent.ref).entries
    ]
