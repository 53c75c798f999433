"""A case's clock: until when the bank means to decide, not counting days that wait for the firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from portal.applications.transitions import UNDECIDED
from portal.applications.working_days import (
    due_after_pause,
    due_at,
    is_calendar_known,
    last_day,
    working_days_between,
)
from portal.core.months import SHANGHAI

if TYPE_CHECKING:
    from portal.applications.models import LoanApplication

CLOCK_FIELDS: Final = ("due_at", "clock_stopped_at")
DEFAULT_WORKING_DAYS: Final = 5
DEFAULT_REVIEW_DAYS: Final = 3
MOST_WORKING_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Clock:
    """What a page says of a deadline; ``days`` are working days left, or those gone by since."""

    last_day: date
    days: int
    is_overdue: bool
    is_stopped: bool
    is_calendar_known: bool


def clock_of(application: LoanApplication, now: datetime, *, is_sealed: bool) -> Clock | None:
    """The clock of an undecided case; a sealed one waits for its firm. None for any other."""
    due = application.due_at
    if due is None or application.status not in UNDECIDED:
        return None
    today, end = now.astimezone(SHANGHAI).date(), last_day(due)
    is_stopped = is_sealed or application.clock_stopped_at is not None
    is_overdue = now >= due and not is_stopped
    return Clock(
        last_day=end,
        days=working_days_between(end, today) if is_overdue else working_days_between(today, end),
        is_overdue=is_overdue,
        is_stopped=is_stopped,
        is_calendar_known=is_calendar_known(end),
    )


def start_clock(application: LoanApplication, at: datetime, *, working_days: int) -> None:
    """Set the deadline of a case that is sent for the first time; a later time, let it go on."""
    if application.due_at is None:
        application.due_at = due_at(at, working_days)
    run_clock(application, at)


def restart_clock(application: LoanApplication, at: datetime, *, working_days: int) -> None:
    """Set a new deadline for a case that a person is to decide once more."""
    application.due_at, application.clock_stopped_at = due_at(at, working_days), None


def stop_clock(application: LoanApplication, at: datetime) -> None:
    """The next step is the firm's. A clock that stands still goes on doing so."""
    application.clock_stopped_at = application.clock_stopped_at or at


def run_clock(application: LoanApplication, at: datetime) -> None:
    """The next step is the bank's again: the deadline moves by the working days since the stop."""
    if application.due_at is not None and application.clock_stopped_at is not None:
        application.due_at = due_after_pause(
            application.due_at, stopped_at=application.clock_stopped_at, resumed_at=at
        )
    application.clock_stopped_at = None
