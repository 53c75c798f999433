"""The vault worker's only way to a firm's records.

Two transactions (GATE.md, rule 2): taking a ticket counts the use and commits; entering opens the
window for one transaction. Between the two the database has said yes; the worker then judges the
signed documents itself, by the keys pinned in its own configuration, before it unwraps any key. A
third transaction puts on record that the window is closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from joserfc.jwk import KeySet

from portal.consents.artefact import Artefact, verified_artefact
from portal.consents.gate_errors import refusal_code
from portal.consents.leaving import leaving
from portal.consents.vault_keys import VaultKeys, load_vault_keys, unwrapped
from portal.consents.vault_places import chunk_place, key_place
from portal.core.errors import Refused
from portal.core.jobs import Cancelled
from portal.core.months import Month, months_between
from portal.core.sealing import NotOpened, open_chunk
from portal.core.wire import CLOCK_LEEWAY, Typ, WireRefused, load_public_keys, verify

VAULT = "vault"
ChunkKind = Literal["records", "summary", "traces"]
_LEEWAY = timedelta(seconds=CLOCK_LEEWAY)
_CHUNKS = """
    SELECT c.import, c.category, c.month, c.nonce, c.ciphertext
    FROM vault.chunk c
        JOIN vault.current_month m
        ON m.import = c.import AND m.category = c.category AND m.month = c.month
    WHERE c.kind = %s ORDER BY c.category, c.month
"""
# What this consent's first fetch of a month brought, where a later one has taken its place.
_FIRST_CHUNKS = """
    SELECT DISTINCT ON (c.category, c.month) c.import, c.category, c.month, c.nonce, c.ciphertext
    FROM vault.chunk c
        JOIN vault.import i ON i.id = c.import AND i.consent = %s
        JOIN vault.completion d ON d.import = c.import
        JOIN vault.current_month m
        ON m.category = c.category AND m.month = c.month AND m.import <> c.import
    WHERE c.kind = %s ORDER BY c.category, c.month, d.no
"""
_ENTER = "SELECT jws, pauses, resumptions, use_no, clock_timestamp() FROM gate.enter(%s)"


class ConsentRefused(Cancelled):
    """The gate or the document says no; ``code`` says why. Trying again won't help."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One month of one category, opened."""

    category: str
    month: Month
    data: bytes


@dataclass(frozen=True, slots=True)
class _Entered:
    """What the gate hands out for the reader to judge."""

    jws: str
    pauses: list[int]
    resumptions: list[str]
    use_no: int
    at: datetime


@dataclass
class Window:
    """What one consent lets its bank's purpose see, for as long as the ``with`` block lasts."""

    artefact: Artefact
    job_id: UUID
    vault_keys: VaultKeys = field(repr=False)

    def chunks(self, kind: ChunkKind = "summary") -> Iterator[Chunk]:
        """The consented months, in order; ConsentRefused when the consent has ended meanwhile.

        All rows come in one statement: whole, or not at all.
        """
        return self._opened(kind, _CHUNKS, [kind])

    def first_chunks(self, kind: ChunkKind = "summary") -> Iterator[Chunk]:
        """Months as they were when first fetched under this consent, and read anew since.

        Refuses as ``chunks`` does. Nothing of what another consent had fetched.
        """
        return self._opened(kind, _FIRST_CHUNKS, [self.artefact.id, kind])

    def _opened(self, kind: ChunkKind, query: str, values: list[Any]) -> Iterator[Chunk]:
        rows = _rows(query, values)
        if not rows:
            self._require_open()
        for import_id, category, day, nonce, ciphertext in rows:
            month = Month.of(day)
            self._check_document(category, month)
            place = chunk_place(
                firm_id=self.artefact.firm.id,
                import_id=import_id,
                category=category,
                month=month,
                kind=kind,
            )
            data = open_chunk(
                bytes(nonce), bytes(ciphertext), data_key=self._data_key(import_id), place=place
            )
            yield Chunk(category, month, data)

    @property
    def as_of(self) -> Month | None:
        """The last full month that the authority had confirmed at the newest import.

        None when nothing is stored; ConsentRefused when the consent has ended meanwhile.
        """
        ((newest,),) = _rows("SELECT max(as_of_month) FROM vault.current_month", [])
        if newest is None:
            self._require_open()
            return None
        return Month.of(newest)

    def _require_open(self) -> None:
        """Tells an empty answer from a window that was closed before it.

        Rows were seen through an open one: each statement asks the database itself.
        """
        if not _rows('SELECT 1 FROM gate."window"()', []):
            raise ConsentRefused("not_live")

    def _data_key(self, import_id: UUID) -> bytes:
        """Keys are a second statement: stopped between the two, rows are left without one."""
        if import_id not in self._wrapped_keys:
            raise ConsentRefused("not_live")
        if import_id not in self._data_keys:
            kid, wrapped = self._wrapped_keys[import_id]
            place = key_place(firm_id=self.artefact.firm.id, import_id=import_id)
            self._data_keys[import_id] = unwrapped(
                wrapped, kid=kid, keys=self.vault_keys, place=place
            )
        return self._data_keys[import_id]

    @cached_property
    def _wrapped_keys(self) -> Mapping[UUID, tuple[str, bytes]]:
        rows = _rows("SELECT import, vault_kid, wrapped FROM vault.firm_key", [])
        return {import_id: (kid, bytes(wrapped)) for import_id, kid, wrapped in rows}

    @cached_property
    def _data_keys(self) -> dict[UUID, bytes]:
        return {}

    def _check_document(self, category: str, month: Month) -> None:
        allowed = self.artefact
        if category not in allowed.categories or not (
            allowed.first_month <= month <= allowed.last_month
        ):
            raise ConsentRefused("beyond_document")


@contextmanager
def reading(*, consent_id: UUID, bank_id: UUID, purpose: str, job_id: UUID) -> Iterator[Window]:
    """Count one use of a consent and open a window on its firm's records.

    The same job may come again (redelivered after a crash): it is the same use. Refuses
    (ConsentRefused) what isn't live, another bank or purpose, spent uses, and a document that the
    pinned keys, its own terms, its times or its number of uses don't bear out. Must not run inside
    a transaction.
    """
    if connections[VAULT].in_atomic_block:
        raise transaction.TransactionManagementError("Taking and entering are two transactions.")
    ticket = _take(consent_id, bank_id, purpose, job_id)
    with leaving(ticket) as visit, transaction.atomic(using=VAULT, durable=True):
        entered = _enter(ticket)
        visit.opened_at = entered.at
        keys = load_public_keys(settings.SIGNER_PUBLIC_KEYS)
        artefact = _signed(entered.jws, keys, (consent_id, bank_id, purpose))
        _check_now(artefact, use_no=entered.use_no, now=datetime.now(UTC))
        _check_resumptions(consent_id, entered, keys)
        try:
            yield Window(artefact, job_id, load_vault_keys())
        except NotOpened as error:
            raise ConsentRefused("sealed_for_another") from error


def _take(consent_id: UUID, bank_id: UUID, purpose: str, job_id: UUID) -> UUID:
    query = "SELECT ticket, refusal FROM gate.take(%s, %s, %s, %s)"
    ((ticket, refusal),) = _rows(query, [consent_id, bank_id, purpose, job_id])
    if ticket is None:
        raise ConsentRefused(refusal)
    return UUID(str(ticket))


def _enter(ticket: UUID) -> _Entered:
    try:
        (row,) = _rows(_ENTER, [ticket])
    except DatabaseError as error:
        code = refusal_code(error)
        if code is None or code == "busy":
            raise
        raise ConsentRefused(code) from error
    return _Entered(*row)


def _signed(jws: str, keys: KeySet, wanted: tuple[UUID, UUID, str]) -> Artefact:
    """The document, when it is a pinned key's and this consent for this bank and purpose."""
    try:
        artefact = verified_artefact(jws, keys=keys)
    except WireRefused as error:
        raise ConsentRefused(error.code) from error
    if (artefact.id, artefact.bank.id, artefact.purpose) != wanted:
        raise ConsentRefused("another_document")
    return artefact


def _check_now(artefact: Artefact, *, use_no: int, now: datetime) -> None:
    """Its times and its number of uses; of a monthly one, as many as months have begun."""
    if now < artefact.not_before - _LEEWAY:
        raise ConsentRefused("not_yet")
    if now >= artefact.expires_at:
        raise ConsentRefused("expired")
    allowed = artefact.max_uses
    if artefact.frequency.unit == "month":
        begun = len(months_between(Month.of(artefact.not_before), Month.of(now)))
        allowed = min(allowed, artefact.frequency.value * max(begun, 1))
    if use_no > allowed:
        raise ConsentRefused("beyond_document")


def _check_resumptions(consent_id: UUID, entered: _Entered, keys: KeySet) -> None:
    """Each pause that the database says is over must have been ended by the signer's key."""
    try:
        ended = [verify(token, typ=Typ.RESUMPTION, keys=keys) for token in entered.resumptions]
    except Refused as error:
        raise ConsentRefused(error.code) from error
    resumed = {claims.get("pause") for claims in ended if claims.get("consent") == str(consent_id)}
    if not resumed.issuperset(entered.pauses):
        raise ConsentRefused("paused")


def _rows(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connections[VAULT].cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
