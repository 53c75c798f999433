"""A letter as a PDF, made when it is asked for."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from pylopdf_fonts_zh_cn import sans_path

from portal.applications.letter.content import Letter
from portal.applications.letter.glyphs import characters_in, spelled

HERE: Final = Path(__file__).parent
SHEET: Final = HERE / "sheet.typ"
SECONDS: Final = 10.0


class LetterNotMade(RuntimeError):
    """The compiler took too long or gave up: a fault of ours, never of the decision."""


def typeset(letter: Letter, *, seconds: float = SECONDS) -> bytes:
    """The same bytes for the same letter; LetterNotMade after ``seconds`` without them."""
    words = letter.as_json(spell=_with_shapes)
    command = [sys.executable, "-I", str(HERE / "press.py"), str(SHEET), str(typeface().parent)]
    try:
        done = subprocess.run(
            command, input=words.encode(), capture_output=True, timeout=seconds, check=True, env={}
        )
    except subprocess.TimeoutExpired as error:
        raise LetterNotMade(f"no letter after {seconds} s") from error
    except subprocess.CalledProcessError as error:
        raise LetterNotMade(error.stderr.decode(errors="replace")[-500:]) from error
    return done.stdout


def _with_shapes(text: str) -> str:
    return spelled(unicodedata.normalize("NFC", text), known_characters())


def typeface() -> Path:
    """Noto Sans SC; the system's own fonts are not looked at."""
    return Path(str(sans_path()))


@cache
def known_characters() -> frozenset[int]:
    """What the typeface can show."""
    return characters_in(typeface().read_bytes())
