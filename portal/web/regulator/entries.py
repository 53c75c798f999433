"""Ledger entries as the regulator's pages show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ledger.format.values import Scalar
from ledger.kinds import EventKind
from ledger.queries import Entry
from ledger.standing import Heads, Standing
from ledger.verification import ChainCheck
from ledger.words import code_words, entry_sentence
from portal.web import formats
from portal.web.regulator.words import (
    KIND_NAMES,
    MEANINGS,
    PAYLOAD_NAMES,
    REFERENCE_NAMES,
    UNREADABLE_NAME,
)

CODED = frozenset(
    {
        "categories",
        "cause",
        "code",
        "detail",
        "kind",
        "method",
        "outcome",
        "purpose",
        "reason",
        "reasons",
        "role",
    }
)
DIGESTS = ("sha256", "digest")
TOKENS = frozenset({"job", "kid", "session"})
REFERENCE_LENGTH = 36


@dataclass(frozen=True)
class Line:
    """One row of the explorer; ``flaw`` is "", "broken" or "unchecked"."""

    entry: Entry
    name: str
    sentence: str
    about: str
    flaw: str
    standing: Standing


@dataclass(frozen=True)
class Fact:
    """One field of an entry's body: its name in words, its value, and how to set it."""

    name: str
    text: str
    is_code: bool = False


def lines(entries: Sequence[Entry], check: ChainCheck | None, heads: Heads) -> list[Line]:
    """Rows for the explorer, each with what the latest check said of it, and how far it came."""
    return [
        Line(
            entry=entry,
            name=kind_name(entry),
            sentence=entry_sentence(entry),
            about=short_reference(entry.subject),
            flaw=flaw(entry, check),
            standing=heads.standing_of(entry.seq),
        )
        for entry in entries
    ]


def flaw(entry: Entry, check: ChainCheck | None) -> str:
    """Broken at the first bad entry; nothing behind it was checked."""
    if check is None or check.ok or check.first_bad_seq is None or entry.seq < check.first_bad_seq:
        return ""
    return "broken" if entry.seq == check.first_bad_seq else "unchecked"


def kind_name(entry: Entry) -> str:
    """The event's short name."""
    known = entry.kind in KIND_NAMES
    return str(KIND_NAMES[EventKind(entry.kind)] if known else UNREADABLE_NAME)


def meaning(entry: Entry) -> str:
    """What such an event brings about; nothing for an unreadable entry."""
    return str(MEANINGS.get(entry.kind.partition(".")[0], ""))


def reference_name(reference: str) -> str:
    """``consent:1c9e…`` → consent, in the page's language."""
    kind = reference.partition(":")[0]
    return str(REFERENCE_NAMES.get(kind, kind))


def short_reference(reference: str) -> str:
    """The kind in words and the first eight digits, enough to tell rows apart."""
    if not reference:
        return ""
    return f"{reference_name(reference)} {reference.partition(':')[2][:8]}"


def facts(entry: Entry) -> Iterator[Fact]:
    """The body's own figures, codes and digests."""
    for key, name in PAYLOAD_NAMES.items():
        if key in entry.payload:
            value = entry.payload[key]
            yield Fact(str(name), _value_text(key, value), is_code=_is_code(key, value))


def _value_text(key: str, value: Scalar) -> str:
    """The value in words; as it stands there where a changed entry holds none of its key's."""
    try:
        return _words_of(key, value)
    except (ValueError, OverflowError):
        return str(value)


def _is_code(key: str, value: Scalar) -> bool:
    is_reference = isinstance(value, str) and len(value) == REFERENCE_LENGTH
    return is_reference or key in TOKENS or key.endswith(DIGESTS)


def _words_of(key: str, value: Scalar) -> str:
    if value is None:
        return _("none")
    shown: Any = value
    if key.endswith("amount_fen") and isinstance(value, int):
        shown = formats.yuan_text(value)
    elif key in ("first_month", "last_month"):
        shown = formats.month_text(str(value))
    elif key in ("expires_at", "due_at"):
        shown = formats.time_text(datetime.fromisoformat(str(value)))
    elif key.endswith(DIGESTS):
        shown = formats.grouped_hash(str(value))
    elif key in CODED:
        shown = pgettext("list", ", ").join(code_words(code) for code in str(value).split(","))
    return str(shown)
