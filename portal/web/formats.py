"""Money, months, dates and hashes as people read them, in the language of the request."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from portal.core.money import yuan
from portal.core.months import SHANGHAI, Month

TEN_THOUSAND_YUAN_FEN = 1_000_000
HUNDRED_YUAN_FEN = 10_000


def is_chinese() -> bool:
    """Whether the request's language is Chinese."""
    return (get_language() or "").startswith("zh")


def yuan_text(amount_fen: int) -> str:
    """``¥1,500,000`` or ``150万元``; Chinese falls back to 元 where 万 would lose digits."""
    if not is_chinese():
        return ("-¥" if amount_fen < 0 else "¥") + yuan(abs(amount_fen))
    if abs(amount_fen) >= TEN_THOUSAND_YUAN_FEN and amount_fen % HUNDRED_YUAN_FEN == 0:
        return f"{_ten_thousands(amount_fen)}万元"
    return f"{yuan(amount_fen)}元"


def _ten_thousands(amount_fen: int) -> str:
    """``150`` for ¥1,500,000 and ``150.5`` for ¥1,505,000."""
    text = yuan(amount_fen // HUNDRED_YUAN_FEN)
    return text.rstrip("0") if "." in text else text


def month_text(value: Month | date | str) -> str:
    """``May 2024`` or ``2024年5月``, from a Month, a date or ``2024-05``."""
    if isinstance(value, str):
        value = Month.parse(value[:7])
    first = value.first if isinstance(value, Month) else value
    return format_date(first, pgettext("date format", "F Y"))


def local_moment(value: datetime) -> datetime:
    """The moment as a clock in Shanghai shows it."""
    try:
        return value.astimezone(SHANGHAI)
    except OverflowError:  # the last hours of the year 9999: a forged entry, which still has a page
        return value


def local_day(value: date | datetime) -> date:
    """The calendar day in Shanghai."""
    return local_moment(value).date() if isinstance(value, datetime) else value


def date_text(value: date | datetime) -> str:
    """``22 November 2026`` or ``2026年11月22日``, in UTC+8."""
    return format_date(local_day(value), pgettext("date format", "j F Y"))


def time_text(value: datetime, *, seconds: bool = False) -> str:
    """``22 November 2026, 09:14`` or ``2026年11月22日 09:14``, in UTC+8."""
    local = local_moment(value)
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return _("%(date)s, %(clock)s") % {"date": date_text(value), "clock": clock}


def grouped_hash(value: bytes | memoryview | str) -> str:
    """Hex digits in groups of four, so that two people can compare them aloud."""
    text = value if isinstance(value, str) else bytes(value).hex()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
