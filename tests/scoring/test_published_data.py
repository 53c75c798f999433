"""The real invoices, read in place: every row accounted for, and the model's own training data."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from scoring.engine.assess import Assessment, assess
from scoring.engine.canonical import parse_canonical
from scoring.engine.model import SHIPPED_PATH, shipped_model
from scoring.engine.summary import SideSummary
from scoring.training.dataset import Firm, digest_of, read_firms
from scoring.training.size_study import sizes_of

SHARED = Path(os.environ.get("TAXBRIDGE_SHARED") or Path(__file__).parents[3] / "shared")
FOLDER = SHARED / "data" / "sme-invoices"
COUNTS = ("rows", "repeats", "void", "zero", "blue", "red", "odd")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason="needs the published invoices: set TAXBRIDGE_SHARED"
    ),
    pytest.mark.xdist_group("published-invoices"),
]


@pytest.fixture(scope="module")
def firms() -> list[Firm]:
    return read_firms(FOLDER, "labelled")


def _counts(sides: list[SideSummary]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for side in sides:
        total.update({name: getattr(side, name) for name in COUNTS})
    return dict(total)


def test_every_sales_row_is_accounted_for(firms: list[Firm]) -> None:
    assert _counts([month.sale for firm in firms for month in firm.summaries]) == {
        "rows": 115_362,
        "repeats": 4_098,
        "void": 7_426,
        "zero": 0,
        "blue": 96_201,
        "red": 7_637,
        "odd": 1,
    }


def test_every_purchase_row_is_accounted_for(firms: list[Firm]) -> None:
    assert _counts([month.purchase for firm in firms for month in firm.summaries]) == {
        "rows": 158_226,
        "repeats": 803,
        "void": 5_701,
        "zero": 0,
        "blue": 150_168,
        "red": 1_554,
        "odd": 2,
    }


def test_the_model_was_trained_on_these_files() -> None:
    assert shipped_model().training["data_sha256"] == digest_of(FOLDER, "labelled")


def test_every_labelled_firm_can_be_scored(firms: list[Firm]) -> None:
    model = shipped_model()
    answers = [assess(firm.summaries, as_of="2019-12", model=model) for firm in firms]
    assert all(isinstance(answer, Assessment) for answer in answers)


def test_defaulting_firms_rank_below_paying_ones(firms: list[Firm]) -> None:
    model = shipped_model()
    scores: dict[bool | None, list[int]] = {True: [], False: []}
    for firm in firms:
        answer = assess(firm.summaries, as_of="2019-12", model=model)
        assert isinstance(answer, Assessment)
        scores[firm.defaulted].append(answer.score)
    pairs = [(good > bad) + (good == bad) / 2 for good in scores[False] for bad in scores[True]]
    assert 0.88 < sum(pairs) / len(pairs) < 0.97


def test_the_cards_figures_by_size_are_those_of_the_unlabelled_firms() -> None:
    kept = parse_canonical((SHIPPED_PATH.parent / "sizes-2.json").read_bytes())
    unseen = read_firms(FOLDER, "unlabelled")
    assert sizes_of(unseen, as_of=kept["as_of"], model=shipped_model()) == kept
