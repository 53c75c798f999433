"""What a request for records says, and what makes it one that may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from portal.core.errors import RuleBroken
from portal.core.months import SHANGHAI
from portal.disclosure.models import LATEST_TELLING, MOST_DAYS, TEXT_LIMIT, Basis, Secrecy, What

_EARLIEST: Final = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Terms:
    """``whose`` is a person's id, or an organisation's; days are whole, of UTC+8.

    With ``tell_on`` the party is told from that day on, for the reason given; else at once.
    """

    what: What
    whose: UUID
    since: date
    until: date
    basis: Basis
    words: str
    tell_on: date | None = None
    tell_reason: Secrecy | None = None

    @property
    def days(self) -> int:
        """How many days are asked for."""
        return (self.until - self.since).days + 1

    @property
    def tell_at(self) -> datetime | None:
        """The beginning of the day from which on the party may be told."""
        return None if self.tell_on is None else beginning_of(self.tell_on)


def beginning_of(day: date) -> datetime:
    """Midnight of a day of UTC+8."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def check_terms(terms: Terms, now: datetime) -> None:
    """Refuses (RuleBroken) days out of order, too many or to come, no words, a wrong deferral."""
    _check_days(terms, now.astimezone(SHANGHAI).date())
    _check_telling(terms, now)
    check_text(terms.words)


def check_text(text: str) -> str:
    """The text without surrounding space; refuses (RuleBroken) an empty or overlong one."""
    words = text.strip()
    if not 0 < len(words) <= TEXT_LIMIT:
        raise RuleBroken(
            _("Write at least one sentence, and no more than 2,000 characters."),
            code="words_missing",
        )
    return words


def _check_days(terms: Terms, today: date) -> None:
    if not _EARLIEST <= terms.since <= terms.until:
        raise RuleBroken(_("The last day can't lie before the first."), code="days_reversed")
    if terms.days > MOST_DAYS:
        raise RuleBroken(_("Ask for one year at the most."), code="days_too_many")
    if terms.until > today:
        raise RuleBroken(_("Ask for days up to today."), code="days_to_come")


def _check_telling(terms: Terms, now: datetime) -> None:
    if (terms.tell_on is None) is not (terms.tell_reason is None):
        raise RuleBroken(
            _("Say from which day the party may be told, and why not before."),
            code="telling_incomplete",
        )
    if terms.tell_at is not None and not now < terms.tell_at <= now + LATEST_TELLING:
        raise RuleBroken(
            _("Choose a day from tomorrow on, 180 days ahead at the most."), code="telling_too_late"
        )
