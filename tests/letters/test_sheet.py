"""The letter as a page: what is written stands there, in both languages, and nothing else does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import typst

from portal.applications.letter.content import Letter
from portal.applications.letter.typeset import SHEET, typeset
from portal.core.press.glyphs import characters_in, spelled
from portal.core.press.setting import SheetNotMade, known_characters, typeface, words_json
from portal.products.reason_codes import REASONS, Outcome, reasons_of
from portal.web.letter_texts import letter_of
from tests.letters.samples import decided

LANGUAGES = ["en", "zh-hans"]
MARKUP = ['#eval("1")', "*x* _y_", "$ x $", "`raw` @ref <label>", '"; #panic() //', "\\u{41} {{ }}"]
RARE = "\U00020bb7\u202e\U0001f600"  # an old form, a mark that turns text around, a face


def options(letter: Letter) -> dict[str, Any]:
    return {
        "font_paths": [str(typeface().parent)],
        "ignore_system_fonts": True,
        "sys_inputs": {"words": words_json(letter.words())},
    }


def paragraphs_on(letter: Letter) -> list[str]:
    """The texts of every paragraph, as the compiler has them after reading the sheet."""
    found = json.loads(typst.query(str(SHEET), "par", **options(letter)))
    return list(texts_in(found))


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [value["text"]] if isinstance(value.get("text"), str) else []
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from texts_in(part)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_letter_is_one_page(language: str, outcome: Outcome) -> None:
    codes = list(reasons_of(outcome))[:4]
    letter = letter_of(decided(*codes, outcome=outcome, note="Thank you.\nCome again."), language)
    pages = typst.compile(str(SHEET), format="svg", **options(letter))
    assert isinstance(pages, bytes)
    page = typeset(letter)
    assert page.startswith(b"%PDF-")
    assert b"NotoSansSC" in page


@pytest.mark.parametrize("hostile", MARKUP)
def test_a_name_is_never_read_as_markup(hostile: str) -> None:
    letter = letter_of(decided(firm=hostile, note=hostile), "en")
    assert typeset(letter)
    assert paragraphs_on(letter).count(hostile) == 2


def test_the_same_decision_gives_the_same_bytes() -> None:
    letter = letter_of(decided(), "zh-hans")
    first = typeset(letter)
    assert first == typeset(letter)
    assert re.findall(rb"/CreationDate\s?\(D:(\d{8})", first) == [b"20260203"]
    assert first != typeset(replace(letter, firm="Another Ltd"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_ours_has_shapes(language: str) -> None:
    for code, reason in REASONS.items():
        words = words_json(letter_of(decided(code, outcome=reason.outcome), language).words())
        assert spelled(words, known_characters()) == words


def test_a_character_without_a_shape_is_spelled_and_never_a_box() -> None:
    letter = letter_of(decided(firm=f"Demo{RARE}\x07\nLtd"), "en")
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        typst.compile(str(SHEET), format="pdf", pdf_standards=["ua-1"], **options(letter))
    assert typeset(letter)
    shown = spelled(letter.firm, known_characters())
    assert shown == "Demo〔U+20BB7〕〔U+202E〕〔U+1F600〕〔U+0007〕\nLtd"


def test_a_font_that_does_not_say_what_it_has_is_refused() -> None:
    with pytest.raises(ValueError, match="no table"):
        characters_in(b"OTTO" + bytes(8))


def test_it_takes_no_longer_than_it_may() -> None:
    with pytest.raises(SheetNotMade, match="no sheet after"):
        typeset(letter_of(decided(), "en"), seconds=0.001)


def test_what_the_compiler_refuses_is_said() -> None:
    letter = replace(letter_of(decided(), "en"), qr="<svg")
    with pytest.raises(SheetNotMade, match="failed to"):
        typeset(letter)
