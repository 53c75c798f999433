"""A letter as a PDF, made when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from portal.applications.letter.content import Letter
from portal.core.press.setting import SECONDS, set_sheet

SHEET: Final = Path(__file__).with_name("sheet.typ")


def typeset(letter: Letter, *, seconds: float = SECONDS) -> bytes:
    """The same bytes for the same letter; SheetNotMade after ``seconds`` without them."""
    return set_sheet(SHEET, letter.words(), seconds=seconds)
