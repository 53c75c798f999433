"""The committed card says what the committed model file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.engine.canonical import parse_canonical
from scoring.engine.model import SHIPPED_PATH, SHIPPED_SHA256, shipped_model
from scoring.training.model_card import card_of
from scoring.training.plots import auc_plot, probability_plot

DOCS = Path(__file__).parents[2] / "docs"
CARD = DOCS / "model-card.md"
CONTEST = parse_canonical((SHIPPED_PATH.parent / "challengers-2.json").read_bytes())
SIZES = parse_canonical((SHIPPED_PATH.parent / "sizes-2.json").read_bytes())


def test_the_card_is_the_one_of_the_shipped_model() -> None:
    assert CARD.read_text(encoding="utf-8") == card_of(shipped_model(), CONTEST, SIZES)


def test_the_pictures_are_those_of_the_shipped_model() -> None:
    auc, probability = (DOCS / "img" / f"model-{name}.svg" for name in ("auc", "probability"))
    assert auc.read_text(encoding="utf-8") == auc_plot(CONTEST["2019-12"])
    assert probability.read_text(encoding="utf-8") == probability_plot(shipped_model())


@pytest.mark.parametrize("as_of", ["2019-12", "2018-12"])
def test_no_challenger_wins_beyond_the_noise(as_of: str) -> None:
    """Where one did, the card would have to go."""
    for found in CONTEST[as_of]["all"].values():
        assert found["gain"]["low"] <= 0


def test_the_card_names_its_model_and_its_limits() -> None:
    text = CARD.read_text(encoding="utf-8")
    assert SHIPPED_SHA256 in text
    assert "## What is not shown" in text


def test_the_stated_bars_are_met() -> None:
    """Issue 4: within 0.03 of sales alone on all firms; nothing learned from dealt labels."""
    metrics = shipped_model().training["metrics"]
    everyone = metrics["2019-12"]["all"]
    assert everyone["auc"]["value"] >= everyone["auc_of_sales"]["value"] - 30_000
    assert abs(metrics["permuted_labels"]["mean"] - 500_000) <= 50_000
