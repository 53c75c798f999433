"""Working days of mainland China: weekends, public holidays and the days worked in their stead.

Each November the State Council publishes the next year's list, and ``chinesecalendar`` carries
them. Of a year whose list it lacks, only weekends are free: ``is_calendar_known`` tells, and pages
say so.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from chinese_calendar import is_workday

from portal.core.months import SHANGHAI

DAY = timedelta(days=1)
_SATURDAY = 5


def is_calendar_known(day: date) -> bool:
    """Whether the public holidays of the day's year are known."""
    try:
        is_workday(date(day.year, 1, 1))
    except NotImplementedError:
        return False
    return True


def is_working_day(day: date) -> bool:
    """Whether offices work; of a year that is not known, Monday to Friday."""
    if not is_calendar_known(day):
        return day.weekday() < _SATURDAY
    return bool(is_workday(day))


def working_days_between(first: date, last: date) -> int:
    """Working days after ``first`` up to and with ``last``; 0 when ``last`` is no later."""
    return sum(is_working_day(first + DAY * ahead) for ahead in range(1, (last - first).days + 1))


def due_at(start: datetime, working_days: int) -> datetime:
    """The end of the last of so many working days after the day of ``start``: its midnight.

    ``working_days`` is 1 or more; days are those of Shanghai.
    """
    day = start.astimezone(SHANGHAI).date()
    for _ in range(working_days):
        day += DAY
        while not is_working_day(day):
            day += DAY
    return datetime.combine(day + DAY, time(), SHANGHAI)


def due_after_pause(due: datetime, *, stopped_at: datetime, resumed_at: datetime) -> datetime:
    """``due`` put off by the working days that the clock stood still."""
    stopped, resumed = (at.astimezone(SHANGHAI).date() for at in (stopped_at, resumed_at))
    stood = working_days_between(stopped, resumed)
    return due_at(datetime.combine(last_day(due), time(), SHANGHAI), stood) if stood else due


def last_day(due: datetime) -> date:
    """The day at whose end a deadline lies."""
    return (due.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()
