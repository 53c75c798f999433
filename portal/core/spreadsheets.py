"""Text for tables that spreadsheets open: shown, never computed."""

from __future__ import annotations

import re
from typing import Final

BOM: Final = "\ufeff"  # without it some spreadsheets take UTF-8 for something else
# What a spreadsheet may compute instead of show, wherever the text came from.
_FORMULA: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def shown_cell(text: str) -> str:
    """The text, with an apostrophe before what would count as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text
