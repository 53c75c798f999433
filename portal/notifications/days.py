"""Days and months among a message's values, as the reader's language writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.dateformat import format as format_date
from django.utils.translation import pgettext

_MONTH: Final = re.compile(r"\d{4}-\d{2}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def with_days(values: Mapping[str, str]) -> dict[str, str]:
    """The values; each that is a day or a month and nothing else in words of the language."""
    return {name: _said(value) for name, value in values.items()}


def _said(value: str) -> str:
    try:
        if _DAY.fullmatch(value):
            return format_date(date.fromisoformat(value), pgettext("date format", "j F Y"))
        if _MONTH.fullmatch(value):
            return format_date(date.fromisoformat(f"{value}-01"), pgettext("date format", "F Y"))
    except ValueError:  # no day of the calendar: somebody's name for a firm
        return value
    return value
