"""Texts of single elements into values: one spelling each, and no other.

Python's own ``int`` and ``Decimal`` take full-width digits, underscores, exponents and signs; so
every text is matched first.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from stdnum.cn import uscc

from portal.core.months import SHANGHAI

LONGEST_TEXT: Final = 300
NO_TAX: Final = frozenset({"免税", "不征税"})
_NUMBER = re.compile(r"[0-9]{20}")
_AMOUNT = re.compile(r"(-?)(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,2}))?")
_QUANTITY = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,13})?")
_RATE = re.compile(r"0(\.[0-9]{1,4})?")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODE = re.compile(r"[0-9A-Z]{1,24}")


def number(text: str) -> str:
    """The 20 ASCII digits of a fully digital invoice."""
    return _matched(_NUMBER, text)


def amount_fen(text: str) -> int:
    """Yuan with at most two decimals, as whole fen: ``-12.5`` → -1250. ``-0`` is refused."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    fen = int(found[2]) * 100 + int((found[3] or "0").ljust(2, "0"))
    if found[1] and not fen:
        raise ValueError(text)
    return -fen if found[1] else fen


def quantity(text: str) -> Decimal:
    """A quantity or a unit price: a plain decimal."""
    return Decimal(_matched(_QUANTITY, text))


def rate(text: str) -> Decimal:
    """A tax rate such as ``0.13``; the two words for no tax count as 0."""
    return Decimal(0) if text in NO_TAX else Decimal(_matched(_RATE, text))


def taxpayer(text: str) -> str:
    """A unified social credit code whose check digit holds."""
    if uscc.compact(text) != text or not uscc.is_valid(text):
        raise ValueError(text)
    return text


def moment(text: str) -> datetime:
    """A time of day in China: ``2026-09-01 10:11:12``."""
    return datetime.fromisoformat(_matched(_TIME, text)).replace(tzinfo=SHANGHAI)


def day(text: str) -> date:
    """``2026-09-01``, with or without the time of day."""
    return date.fromisoformat(text) if _DATE.fullmatch(text) else moment(text).date()


def code(text: str) -> str:
    """A short code of digits and capital letters."""
    return _matched(_CODE, text)


def blue_flag(text: str) -> bool:
    """``Y`` for an ordinary (blue-letter) invoice, ``N`` for a red-letter one."""
    return {"Y": True, "N": False}[text]


def words(text: str) -> str:
    """Any short text without control characters."""
    if not text or len(text) > LONGEST_TEXT or not text.isprintable():
        raise ValueError(text)
    return text


def words_or_nothing(text: str) -> str:
    """A text that may be left empty."""
    return words(text) if text else text


def _matched(form: re.Pattern[str], text: str) -> str:
    if not form.fullmatch(text):
        raise ValueError(text)
    return text
