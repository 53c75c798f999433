"""What counts as a look at a firm's tax data, and what the record says of each: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from ledger.kinds import EventKind
from ledger.queries import Entry
from portal.consents.closings import Closing
from portal.consents.given_terms import GivenTerms
from portal.core.months import Month


class LookKind(StrEnum):
    """By what came of it; the first two go through the gate, the last is of the result alone."""

    USED = "used"
    REFUSED = "refused"
    FETCHED = "fetched"
    NOT_FETCHED = "not_fetched"
    VIEWED = "viewed"


RECORDED_AS: Final[Mapping[LookKind, EventKind]] = {
    LookKind.USED: EventKind.DATA_USED,
    LookKind.REFUSED: EventKind.DATA_REFUSED,
    LookKind.FETCHED: EventKind.DATA_FETCHED,
    LookKind.NOT_FETCHED: EventKind.DATA_FETCH_FAILED,
    LookKind.VIEWED: EventKind.DATA_VIEWED,
}
_KINDS: Final = {str(event): kind for kind, event in RECORDED_AS.items()}
_SAW: Final = frozenset({LookKind.USED, LookKind.FETCHED})
_REFUSED: Final = frozenset({LookKind.REFUSED, LookKind.NOT_FETCHED})


@dataclass(frozen=True, slots=True)
class LookFilter:
    """One kind, one bank, one consent, from ``since`` on and before ``until``; all may be open."""

    kind: LookKind | None = None
    bank_id: UUID | None = None
    consent_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One look: its entry, the consent that it named, and how its window ended.

    ``window`` is the gate's own record; of looks from before it was kept, ``over_at`` says when the
    job that looked was over, and no window outlives its job.
    """

    entry: Entry
    terms: GivenTerms | None
    window: Closing | None = None
    over_at: datetime | None = None

    @property
    def kind(self) -> LookKind | None:
        """None when the entry's text is no longer that of an event."""
        return _KINDS.get(self.entry.kind)

    @property
    def reason(self) -> str:
        """Why nothing was seen, as a code; "" when something was."""
        return str(self.entry.payload.get("reason") or self.entry.payload.get("code") or "")

    @property
    def is_by_system(self) -> bool:
        """Whether a program of the bank looked at the result, not a person."""
        return self.entry.payload.get("through") == "api"

    @property
    def use_no(self) -> int | None:
        """Which of the consent's uses it was."""
        number = self.entry.payload.get("use_no")
        return number if isinstance(number, int) else None

    @property
    def categories(self) -> tuple[str, ...]:
        """The kinds of data that could be seen: those that came, or all that the window showed."""
        if self.kind not in _SAW or self.terms is None:
            return ()
        named = self.entry.payload.get("categories")
        return tuple(str(named).split(",")) if named else self.terms.categories

    @property
    def months(self) -> tuple[Month, Month] | None:
        """The first and the last month that could be seen; None when nothing was."""
        if self.kind not in _SAW or self.terms is None:
            return None
        return self.terms.first_month, self.terms.last_month

    @property
    def refused_terms(self) -> GivenTerms | None:
        """The consent whose data was asked for, and none of it seen; None when some was."""
        return self.terms if self.kind in _REFUSED else None


def job_of(entry: Entry) -> UUID | None:
    """The job that looked through the gate; None for other entries."""
    return _id_in(entry, "job")


def ticket_of(entry: Entry) -> UUID | None:
    """The ticket that the gate gave out for it; None for other entries."""
    return _id_in(entry, "ticket")


def _id_in(entry: Entry, key: str) -> UUID | None:
    try:
        return UUID(str(entry.payload.get(key)))
    except ValueError:
        return None
