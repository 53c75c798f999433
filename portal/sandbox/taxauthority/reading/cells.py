"""Turning the text of a cell into a date, an amount or a yes/no; ValueError says what is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import repeat
from operator import mul

_PLAIN_AMOUNT = re.compile(r"-?[0-9]{1,11}(?:\.[0-9]{1,2})?", re.ASCII)
_PLAIN_COLUMN = re.compile(rf"(?:{_PLAIN_AMOUNT.pattern}\n)*", re.ASCII)
_GROUPED_AMOUNT = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", re.ASCII)
_NOISE = Decimal("0.000001")
_LARGEST_FEN = 10**15
_DATE = re.compile(r"([0-9]{4})([-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})日?", re.ASCII)
_DATE_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:\.0)?", re.ASCII)
_SERIAL = re.compile(r"([0-9]{5})(?:\.0)?", re.ASCII)
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(?::00(?:\.0+)?)?$", re.ASCII)
_EXCEL_EPOCH = date(1899, 12, 30)
FIRST_DAY = date(1994, 1, 1)  # value added tax began in China


class Dates(dict[str, str]):
    """A date in one of the accepted forms → ``YYYY-MM-DD``; a feed repeats its dates, so each
    is read once.
    """

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today

    def __missing__(self, text: str) -> str:
        day = parse_date(text)
        if not FIRST_DAY <= day <= self.today:
            raise ValueError(f"the date must lie between {FIRST_DAY} and {self.today}")
        self[text] = day.isoformat()
        return self[text]


def amounts_fen(column: Sequence[str]) -> list[int]:
    """`amount_fen` of each cell; plain amounts are read together, at a third of the cost.

    They have at most 13 digits in all, which a float holds exactly enough to round to the fen.
    """
    if _PLAIN_COLUMN.fullmatch("\n".join(column) + "\n"):
        return list(map(round, map(mul, map(float, column), repeat(100.0))))
    return list(map(amount_fen, column))


def amount_fen(text: str) -> int:
    """``1234.5``, ``1,234.50`` or ``¥1,234.50`` in yuan → fen; negative is a red-letter amount."""
    if _PLAIN_AMOUNT.fullmatch(text):
        whole, _, cents = text.partition(".")
        return int(whole + cents.ljust(2, "0"))
    cleaned = unicodedata.normalize("NFKC", text).strip().lstrip("¥").strip()
    if _GROUPED_AMOUNT.fullmatch(cleaned):
        cleaned = cleaned.replace(",", "")
    return _exact_fen(cleaned)


def _exact_fen(text: str) -> int:
    try:
        yuan = Decimal(text) if "_" not in text else Decimal("nan")
    except InvalidOperation:
        yuan = Decimal("nan")
    if not yuan.is_finite():
        raise ValueError("not an amount in yuan")
    if abs(yuan) * 100 > _LARGEST_FEN:
        raise ValueError("the amount is too large")
    fen = (yuan * 100).to_integral_value()
    if abs(yuan * 100 - fen) > _NOISE:
        raise ValueError("an amount has at most two decimals")
    return int(fen)


def parse_date(text: str) -> date:
    """2019-05-03, 2019/5/3, 2019.5.3, 2019年5月3日, 20190503 or an Excel serial number."""
    cleaned = _MIDNIGHT.sub("", unicodedata.normalize("NFKC", text).strip())
    if found := _DATE.fullmatch(cleaned):
        return _calendar_day(found[1], found[3], found[4])
    if found := _DATE_DIGITS.fullmatch(cleaned):
        return _calendar_day(found[1], found[2], found[3])
    if found := _SERIAL.fullmatch(cleaned):
        return _EXCEL_EPOCH + timedelta(days=int(found[1]))
    raise ValueError("not a date such as 2019-05-03, 2019/5/3 or 20190503")


def _calendar_day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError("no such day in the calendar") from None


VOID_STATES = {
    "True": True,
    "False": False,
    "true": True,
    "false": False,
    "TRUE": True,
    "FALSE": False,
    "1": True,
    "0": False,
    "作废发票": True,
    "有效发票": False,
    "作废": True,
    "有效": False,
}
