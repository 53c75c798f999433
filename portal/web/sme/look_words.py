"""A look at a firm's tax data in the words of its people: on the page and in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.format.receipt_code import receipt_code
from ledger.standing import Heads, Standing
from ledger.words import code_words
from portal.oversight.complaint_models import Complaint, ComplaintStatus
from portal.oversight.looks import Look, LookKind
from portal.web.complaint_words import STATUS_NAMES
from portal.web.formats import local_moment, month_text
from portal.web.standing_words import NAMES
from portal.web.templatetags.lending import bank_of, category_words, purpose_words
from portal.web.window_words import CLOSED

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_ANOTHER_BANK = "another_bank"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a look: the colour of its tag, and its word."""

    tone: str
    word: StrPromise


RESULTS: Mapping[LookKind, Result] = {
    LookKind.USED: Result("info", gettext_lazy("Used")),
    LookKind.REFUSED: Result("refused", gettext_lazy("Refused")),
    LookKind.FETCHED: Result("done", gettext_lazy("Received from the tax authority")),
    LookKind.NOT_FETCHED: Result("refused", gettext_lazy("Not received")),
    LookKind.VIEWED: Result("info", gettext_lazy("Case or score opened")),
}
_DAMAGED = Result("refused", gettext_lazy("Does not match"))
_BY: Mapping[LookKind, StrPromise] = {
    LookKind.USED: gettext_lazy("This portal, computing a score for %(bank)s"),
    LookKind.REFUSED: gettext_lazy("This portal, asked to compute a score for %(bank)s"),
    LookKind.FETCHED: gettext_lazy("This portal, fetching for %(bank)s"),
    LookKind.NOT_FETCHED: gettext_lazy("This portal, fetching for %(bank)s"),
    LookKind.VIEWED: gettext_lazy("A person of %(bank)s"),
}
_JOB_OVER = gettext_lazy("over by")
_SYSTEM = gettext_lazy("A system of %(bank)s")


@dataclass(frozen=True, slots=True)
class Line:
    """One look, with how far its entry has come, and what the firm said of it."""

    look: Look
    standing: Standing
    complaint: Complaint | None = None

    @property
    def result(self) -> Result:
        return _DAMAGED if self.look.kind is None else RESULTS[self.look.kind]

    @property
    def reason(self) -> str:
        """Why nothing was seen, in words; "" when something was."""
        return code_words(self.look.reason) if self.look.reason else ""

    @property
    def by_whom(self) -> str:
        """Which of the portal's workers looked, and for which bank."""
        if self.look.kind is None or self.look.terms is None:
            return "–"
        if self.look.reason == _ANOTHER_BANK:
            return _("This portal, for a bank that the consent does not name")
        words = _SYSTEM if self.look.is_by_system else _BY[self.look.kind]
        return str(words) % {"bank": bank_of(self.look.terms)}

    @property
    def disputed(self) -> Result | None:
        """How the complaint about it stands; None without one."""
        if self.complaint is None:
            return None
        return Result(*STATUS_NAMES[ComplaintStatus(self.complaint.status)])

    @property
    def data(self) -> str:
        """The kinds of data that could be seen; "" when nothing was."""
        if self.look.kind is LookKind.VIEWED:
            return _("At most what was computed; no records")
        return category_words(self.look.categories)

    @property
    def closed_at(self) -> datetime | None:
        """From when on nothing was open; the job's end, of a look from before windows were kept."""
        return self.look.window.closed_at if self.look.window else self.look.over_at

    @property
    def how_closed(self) -> str:
        """Of a look through the gate, in words; "" of another, and of one that is damaged."""
        if self.look.kind is not LookKind.USED:
            return ""
        if self.look.window is None:
            return str(_JOB_OVER) if self.look.over_at else ""
        return str(CLOSED[self.look.window.outcome])

    @property
    def asked_about(self) -> str:
        """The data of which nothing was seen, and its months; "" when some was."""
        terms = self.look.refused_terms
        if terms is None:
            return ""
        return _("Asked about: %(data)s, %(first)s to %(last)s") % {
            "data": category_words(terms.categories),
            "first": month_text(terms.first_month),
            "last": month_text(terms.last_month),
        }


def lines_of(
    looks: tuple[Look, ...], heads: Heads, complaints: Mapping[UUID, Complaint]
) -> list[Line]:
    """Each look with the standing of its entry and the complaint about it."""
    return [
        Line(look, heads.standing_of(look.entry.seq), _about(look, complaints)) for look in looks
    ]


def _about(look: Look, complaints: Mapping[UUID, Complaint]) -> Complaint | None:
    return complaints.get(look.entry.event_id) if look.entry.event_id else None


def file_heading() -> list[str]:
    """The names of the file's columns."""
    return [
        _("Ledger number"),
        _("Time (UTC+8)"),
        _("Opened (UTC+8)"),
        _("Closed (UTC+8)"),
        _("How it closed"),
        _("Result"),
        _("Reason"),
        _("By whom"),
        _("Bank"),
        _("What for"),
        _("Data"),
        _("First month"),
        _("Last month"),
        _("Nothing was seen"),
        _("Use"),
        _("Consent"),
        _("Application"),
        _("Standing"),
        _("Receipt"),
        _("Complaint"),
    ]


def file_row(line: Line) -> list[str]:
    """One look under these columns."""
    look, terms = line.look, line.look.terms
    first, last = look.months or ("", "")
    return [
        str(look.entry.seq),
        _moment(look.entry.at),
        _moment(look.window.opened_at if look.window else None),
        _moment(line.closed_at),
        line.how_closed,
        str(line.result.word),
        line.reason,
        line.by_whom,
        bank_of(terms) if terms else "",
        purpose_words(terms.purpose) if terms else "",
        line.data,
        str(first),
        str(last),
        line.asked_about,
        str(look.use_no or ""),
        str(terms.consent_id) if terms else "",
        str(terms.application_id or "") if terms else "",
        str(NAMES[line.standing]),
        receipt_code(look.entry.seq, bytes.fromhex(look.entry.leaf_hash)),
        line.complaint.reference if line.complaint else "",
    ]


def _moment(at: datetime | None) -> str:
    return "" if at is None else local_moment(at).isoformat(sep=" ", timespec="seconds")
