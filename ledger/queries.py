"""What pages and receipts read from the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.backends.utils import CursorWrapper

from ledger.format.canonical import NotCanonical
from ledger.format.chain import START, next_link
from ledger.format.event import Event, written_time
from ledger.format.merkle import leaf_hash
from ledger.format.values import Scalar
from ledger.kinds import EventKind
from ledger.spans import Problem
from ledger.verification import ChainCheck

COLUMNS = "seq, event_id, body, leaf_hash, chain_hash"
MAX_PAGE = 500
_AT = 'ledger.at_of(body) COLLATE "C"'
# What each condition of a page looks like, and where the page before ended when it is by time.
_CONDITIONS = {
    "before_seq": "seq < %(before_seq)s",
    "kind": "ledger.kind_of(body) = %(kind)s",
    "subject": "ledger.subject_of(body) = %(subject)s",
    "since": f"{_AT} >= %(since)s",
    "until": f"{_AT} < %(until)s",
}
_PLACE = f"(SELECT {_AT} FROM ledger.entry WHERE seq = %(before_seq)s)"  # noqa: S608
_BELOW_BY_TIME = f"({_AT}, seq) < ({_PLACE}, %(before_seq)s)"


@dataclass(frozen=True)
class Entry:
    """One stored entry. ``event`` is None when the body is no longer an event's bytes."""

    seq: int
    body: bytes
    leaf_hash: str
    chain_hash: str
    event: Event | None

    @property
    def kind(self) -> str:
        """The kind as written, or an empty string."""
        return self.event.kind if self.event else ""

    @property
    def at(self) -> datetime | None:
        """When the event was recorded."""
        return self.event.at if self.event else None

    @property
    def actor(self) -> str:
        """Who did it, as a reference."""
        return self.event.actor if self.event else ""

    @property
    def subject(self) -> str:
        """What it was done to, as a reference."""
        return self.event.subject if self.event else ""

    @property
    def payload(self) -> Mapping[str, Scalar]:
        """Figures, codes and digests."""
        return self.event.payload if self.event else {}

    @property
    def event_id(self) -> UUID | None:
        """The event's own number, also in receipts."""
        return self.event.event_id if self.event else None

    @property
    def text(self) -> str:
        """The body for people's eyes; damaged bytes show as replacement characters."""
        return self.body.decode("utf-8", errors="replace")


@dataclass(frozen=True)
class Verdict:
    """One entry re-hashed between its neighbours: three answers, each of them a page's tick."""

    body_holds: bool
    follows_previous: bool
    next_follows: bool

    @property
    def ok(self) -> bool:
        """Whether all three hold."""
        return self.body_holds and self.follows_previous and self.next_follows


@dataclass(frozen=True)
class EntryView:
    """An entry with its verdict and, where there are any, its neighbours' numbers."""

    entry: Entry
    verdict: Verdict
    previous_seq: int | None
    next_seq: int | None


@dataclass(frozen=True)
class EntriesPage:
    """Entries, newest first, and the ``before_seq`` of the next older page (None: no more)."""

    entries: tuple[Entry, ...]
    older_before: int | None


def entries_page(
    *,
    before_seq: int | None = None,
    kind: EventKind | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    size: int = 50,
    using: str = "default",
) -> EntriesPage:
    """A page of entries, newest first, after that with number ``before_seq``.

    Of one kind, about one subject, recorded from ``since`` on and before ``until``. By number; by
    time where a kind or a time is asked for. Each way walks an index, so that every page costs the
    same.
    """
    size = max(1, min(size, MAX_PAGE))
    asked = {
        "before_seq": before_seq,
        "kind": kind,
        "subject": subject,
        "since": None if since is None else written_time(since),
        "until": None if until is None else written_time(until),
    }
    by_time = any(condition is not None for condition in (kind, since, until))
    conditions = dict(_CONDITIONS)
    if by_time:
        conditions["before_seq"] = _BELOW_BY_TIME
    chosen = [conditions[name] for name, value in asked.items() if value is not None]
    where = f"WHERE {' AND '.join(chosen)}" if chosen else ""
    order = f"{_AT} DESC, seq DESC" if by_time else "seq DESC"
    with connections[using].cursor() as cursor:
        tail = f"{where} ORDER BY {order} LIMIT %(rows)s"
        found = _entries(cursor, tail, {**asked, "rows": size + 1})
    page = found[:size]
    return EntriesPage(tuple(page), page[-1].seq if len(found) > size else None)


def entry(seq: int, *, using: str = "default") -> EntryView | None:
    """Entry ``seq`` with the verdict of re-hashing it and its links; None if there is none."""
    with connections[using].cursor() as cursor:
        near = _entries(cursor, "WHERE seq BETWEEN %s AND %s ORDER BY seq", [seq - 1, seq + 1])
    by_seq = {found.seq: found for found in near}
    if seq not in by_seq:
        return None
    previous, following = by_seq.get(seq - 1), by_seq.get(seq + 1)
    return EntryView(
        by_seq[seq],
        _verdict(by_seq[seq], previous, following),
        previous.seq if previous else None,
        following.seq if following else None,
    )


def entry_of_event(event_id: UUID, *, using: str = "default") -> Entry | None:
    """The entry of an event; None while it is pending."""
    with connections[using].cursor() as cursor:
        found = _entries(cursor, "WHERE event_id = %s", [event_id])
    return found[0] if found else None


def entries_from(seq: int, *, size: int, using: str = "default") -> list[Entry]:
    """Up to ``size`` entries from number ``seq`` on, in their order."""
    with connections[using].cursor() as cursor:
        return _entries(cursor, "WHERE seq >= %s ORDER BY seq LIMIT %s", [seq, size])


def entries_at(seqs: Sequence[int], *, using: str = "default") -> tuple[Entry, ...]:
    """The entries of these numbers, newest first."""
    with connections[using].cursor() as cursor:
        tail = "WHERE seq = ANY(%s) ORDER BY seq DESC"
        return tuple(_entries(cursor, tail, [list(seqs)]))


def newest(*, using: str = "default") -> Entry | None:
    """The entry with the highest number; None in an empty ledger."""
    with connections[using].cursor() as cursor:
        found = _entries(cursor, "ORDER BY seq DESC LIMIT 1", [])
    return found[0] if found else None


def pending_count(*, using: str = "default") -> int:
    """Events committed, but not yet numbered."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT count(id) FROM ledger.outbox")
        return int(cursor.fetchone()[0])


def latest_check(*, using: str = "default") -> ChainCheck | None:
    """The last verdict kept; None before the first check."""
    return _check("", using)


def latest_full_check(*, using: str = "default") -> ChainCheck | None:
    """The last verdict over every entry; None before the first."""
    return _check("WHERE from_seq = 0", using)


def latest_checkpoint(*, using: str = "default") -> str | None:
    """The newest signed note; None before the first."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1")
        row = cursor.fetchone()
    return str(row[0]) if row else None


def _check(where: str, using: str) -> ChainCheck | None:
    # Put together from fixed texts above.
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT ok, entries, first_bad_seq, problem, checked_at, seconds, from_seq"  # noqa: S608
            f" FROM ledger.chain_check {where} ORDER BY id DESC LIMIT 1"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    ok, entries, first_bad_seq, problem, checked_at, seconds, from_seq = row
    return ChainCheck(
        ok=ok,
        entries=entries,
        first_bad_seq=first_bad_seq,
        problem=Problem(problem) if problem else None,
        checked_at=checked_at,
        seconds=seconds,
        from_seq=from_seq,
    )


def _entries(
    cursor: CursorWrapper, tail: str, values: Sequence[Any] | Mapping[str, Any]
) -> list[Entry]:
    # The tail is put together from fixed texts above; values are bound.
    cursor.execute(f"SELECT {COLUMNS} FROM ledger.entry {tail}", values)  # noqa: S608
    return [
        Entry(
            seq,
            bytes(body),
            bytes(leaf).hex(),
            bytes(link).hex(),
            _event(bytes(body), event_id),
        )
        for seq, event_id, body, leaf, link in cursor.fetchall()
    ]


def _event(body: bytes, event_id: UUID) -> Event | None:
    try:
        event = Event.decode(body)
    except NotCanonical:
        return None
    return event if event.event_id == event_id else None


def _verdict(entry: Entry, previous: Entry | None, following: Entry | None) -> Verdict:
    leaf, link = bytes.fromhex(entry.leaf_hash), bytes.fromhex(entry.chain_hash)
    before = bytes.fromhex(previous.chain_hash) if previous else START
    return Verdict(
        body_holds=leaf_hash(entry.body) == leaf and entry.event is not None,
        follows_previous=(previous is not None or entry.seq == 0)
        and next_link(before, leaf_hash(entry.body)) == link,
        next_follows=following is None
        or next_link(link, leaf_hash(following.body)).hex() == following.chain_hash,
    )
