"""A sheet as a PDF, made when it is asked for."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pylopdf_fonts_zh_cn import sans_path

from portal.core.press.glyphs import characters_in, spelled

PRESS: Final = Path(__file__).with_name("press.py")
SECONDS: Final = 10.0


class SheetNotMade(RuntimeError):
    """The compiler took too long or gave up: a fault of ours, never of what the sheet says."""


def set_sheet(sheet: Path, words: Mapping[str, Any], *, seconds: float = SECONDS) -> bytes:
    """The same bytes for the same words; SheetNotMade after ``seconds`` without them."""
    text = words_json(words, spell=with_shapes)
    command = [sys.executable, "-I", str(PRESS), str(sheet), str(typeface().parent)]
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=seconds, check=True, env={}
        )
    except subprocess.TimeoutExpired as error:
        raise SheetNotMade(f"no sheet after {seconds} s") from error
    except subprocess.CalledProcessError as error:
        raise SheetNotMade(error.stderr.decode(errors="replace")[-500:]) from error
    return done.stdout


def words_json(words: Mapping[str, Any], *, spell: Callable[[str], str] = str) -> str:
    """As a sheet takes them; the same words are always the same text.

    ``spell`` is put to every text on its way.
    """
    return json.dumps(_spelled(words, spell), ensure_ascii=False, sort_keys=True)


def with_shapes(text: str) -> str:
    """The text with each character spelled that the typeface lacks."""
    return spelled(unicodedata.normalize("NFC", text), known_characters())


def typeface() -> Path:
    """Noto Sans SC; the system's own fonts are not looked at."""
    return Path(str(sans_path()))


@cache
def known_characters() -> frozenset[int]:
    """What the typeface can show."""
    return characters_in(typeface().read_bytes())


def _spelled(value: Any, spell: Callable[[str], str]) -> Any:
    match value:
        case str():
            return spell(value)
        case Mapping():
            return {key: _spelled(part, spell) for key, part in value.items()}
        case list() | tuple():
            return [_spelled(part, spell) for part in value]
        case _:
            return value
