"""Complaints in words: what they are about, how they stand, how long is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.oversight.complaint_models import (
    Complaint,
    ComplaintAbout,
    ComplaintOutcome,
    ComplaintStatus,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ABOUT: Mapping[ComplaintAbout, StrPromise] = {
    ComplaintAbout.SCORE: _("A score"),
    ComplaintAbout.DECISION: _("A decision"),
    ComplaintAbout.CONSENT: _("A consent"),
    ComplaintAbout.DATA: _("Tax data or invoices"),
    ComplaintAbout.LOOK: _("A look at the tax data"),
}
STATUS_NAMES: Mapping[ComplaintStatus, tuple[str, StrPromise]] = {
    ComplaintStatus.OPEN: ("waiting", _("Not taken yet")),
    ComplaintStatus.IN_WORK: ("info", _("In work")),
    ComplaintStatus.ANSWERED: ("done", _("Answered")),
    ComplaintStatus.WITHDRAWN: ("neutral", _("Taken back")),
}
OUTCOMES: Mapping[ComplaintOutcome, StrPromise] = {
    ComplaintOutcome.UPHELD: _("The complaint is upheld"),
    ComplaintOutcome.PARTLY_UPHELD: _("The complaint is upheld in part"),
    ComplaintOutcome.NOT_UPHELD: _("The complaint is not upheld"),
}


@dataclass(frozen=True, slots=True)
class ComplaintLine:
    """One complaint in words, at this moment."""

    complaint: Complaint
    firm: str
    bank: str
    about: StrPromise
    tone: str
    status: StrPromise
    outcome: StrPromise | str
    clock: str
    is_overdue: bool

    @classmethod
    def of(cls, complaint: Complaint, now: datetime) -> ComplaintLine:
        """The line of a complaint."""
        tone, status = STATUS_NAMES[ComplaintStatus(complaint.status)]
        outcome, language = complaint.outcome, get_language() or ""
        return cls(
            complaint,
            complaint.firm.name_in(language),
            complaint.bank.name_in(language),
            ABOUT[ComplaintAbout(complaint.about)],
            tone,
            status,
            OUTCOMES[ComplaintOutcome(outcome)] if outcome else "",
            clock(complaint, now),
            is_overdue=complaint.is_waiting and complaint.answer_by < now,
        )


def clock(complaint: Complaint, now: datetime) -> str:
    """How many days are left to answer it, or for how many it is overdue; "" once it ended."""
    if not complaint.is_waiting:
        return ""
    if complaint.answer_by < now:
        late = (now - complaint.answer_by).days
        if late == 0:
            return gettext("Overdue since today")
        words = ngettext("Overdue by %(days)s day", "Overdue by %(days)s days", late)
        return words % {"days": late}
    left = (complaint.answer_by - now).days
    if left == 0:
        return gettext("Less than a day left")
    return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
