"""The docs against the code: pictures drawn anew, and no path that isn't there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.config.architecture import DOCUMENT, drawn
from portal.config.feature_catalogue import feature_catalogue
from scoring.engine.catalogue_texts import FORMULAS, MEANINGS
from scoring.engine.features import FEATURES
from scoring.engine.reason_texts import TITLES
from tests.architecture.use_cases import ROOT

# Decisions say what was so on their day.
PAGES = sorted(
    page
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    if page.parent.name != "adr"
)
PATH = re.compile(
    r"`((?:portal|scoring|ledger|tests|templates|static|docs|locale|bench|deploy)/[\w./-]*)`"
)
TEST = re.compile(r"`(test_\w+\.py)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")


def test_the_pictures_are_drawn_from_todays_code() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == drawn(text), "run: manage.py draw_architecture"
    assert text.count("```mermaid") == 2


def test_the_features_page_is_todays_catalogue() -> None:
    found = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    assert found == feature_catalogue(), "run: manage.py draw_features"


def test_every_feature_has_a_title_a_meaning_and_a_formula() -> None:
    assert set(TITLES) == set(MEANINGS) == set(FORMULAS) == set(FEATURES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_it_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    # A key's file lies below the keys folder, which no checkout has.
    named = [ROOT / path for path in PATH.findall(text) if not path.endswith(".pem")]
    tests = set(TEST.findall(text)) - {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert tests == set()
    linked = [page.parent / path for path in LINK.findall(text)]
    assert [str(path) for path in [*named, *linked] if not path.exists()] == []
