"""The receipts of one consent: which there are, and each of them signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.proofs import is_signed_for
from ledger.queries import Entry, entries_page
from portal.accounts.permissions import Permission, may
from portal.consents.artefact import Artefact
from portal.consents.consent_receipt import Addresses, Happening, receipt_claims
from portal.consents.queries import ConsentView, consent_for, signed_document
from portal.consents.receipts import ENDS, ERASURES, proof_text
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound, RuleBroken
from portal.core.wire import SigningKey, Typ, load_signing_key, sign

_LIFE: Final = (
    EventKind.CONSENT_GRANTED,
    EventKind.CONSENT_PAUSED,
    EventKind.CONSENT_RESUMED,
    *ENDS,
)
MOST_EVENTS: Final = 20


@dataclass(frozen=True, slots=True)
class Receiptable:
    """An event of a consent; its receipt can be had once the ledger's state over it is signed."""

    entry: Entry
    is_signed: bool


def receipts_of(actor: Actor, consent_id: UUID) -> list[Receiptable]:
    """Every event of the consent that has a receipt for this actor, first one first.

    NotFound for a consent that is not visible to the actor. Of erasing the firm alone is told.
    """
    consent = _visible(actor, consent_id)
    return [Receiptable(entry, is_signed_for(entry.seq)) for entry in _entries(actor, consent.ref)]


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt as a compact JWS; the entries that it tells of, and when the last was written."""

    text: str
    claims: dict[str, Any]
    entries: tuple[Entry, ...]


def signed_receipt(
    actor: Actor, consent_id: UUID, *, event_id: UUID, addresses: Addresses
) -> SignedReceipt:
    """The receipt of one event, with those before it, `MOST_EVENTS` at the most.

    Refuses (NotFound) a consent not visible to the actor, an event that has no receipt, and one
    that no signed state covers yet; (RuleBroken) when the ledger's rows are no longer those that
    were signed (ledger_altered), and where the portal has no key (receipts_key_missing).
    """
    consent = _visible(actor, consent_id)
    key = _key()
    document = signed_document(consent)
    artefact = Artefact.from_claims(json.loads(document.payload))
    told = _up_to(event_id, _entries(actor, consent.ref))
    claims = receipt_claims(
        artefact,
        artefact_sha256=document.artefact_sha256,
        happenings=[
            Happening(entry.seq, entry.event, proof_text(entry))
            for entry in told
            if entry.event is not None
        ],
        addresses=addresses,
    )
    return SignedReceipt(sign(claims, typ=Typ.RECEIPT, key=key), claims, tuple(told))


def _key() -> SigningKey:
    try:
        return load_signing_key(settings.RECEIPTS_KEY)
    except FileNotFoundError as error:
        raise RuleBroken(
            _(
                "This portal has no key for consent receipts yet, so it can give out none. Nothing "
                "is lost: its operator makes the key, and every receipt can be had then."
            ),
            code="receipts_key_missing",
        ) from error


def _visible(actor: Actor, consent_id: UUID) -> ConsentView:
    consent = consent_for(actor, consent_id)
    if _is_firm(actor) and not may(actor, Permission.CONSENT_VIEW):
        raise NotFound(code="consent_missing")
    return consent


def _is_firm(actor: Actor) -> bool:
    return actor.organisation_kind is OrganisationKind.FIRM


def _up_to(event_id: UUID, entries: list[Entry]) -> list[Entry]:
    ids = [entry.event_id for entry in entries]
    if event_id not in ids or entries[0].kind != EventKind.CONSENT_GRANTED:
        raise NotFound(code="receipt_missing")
    granted, *later = entries[: ids.index(event_id) + 1]
    return [granted, *later[1 - MOST_EVENTS :]]


def _entries(actor: Actor, subject: str) -> list[Entry]:
    kinds = (*_LIFE, *ERASURES) if _is_firm(actor) else _LIFE
    found = [entry for kind in kinds for entry in entries_page(kind=kind, subject=subject).entries]
    return sorted(found, key=lambda entry: entry.seq)
