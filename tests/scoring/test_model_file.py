"""The shipped model file, and every way in which a file is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scoring.engine.canonical import canonical_bytes
from scoring.engine.model import (
    HIGHEST,
    LOWEST,
    SHIPPED_PATH,
    SHIPPED_SHA256,
    Model,
    ModelError,
    shipped_model,
)

PINNED = "0307d94bd0950d2bc71e4e49647d607482dd9c3eb10ee3caacf2d6cd10c9281b"
Content = dict[str, Any]


def content() -> Content:
    loaded: Content = json.loads(SHIPPED_PATH.read_bytes())
    return loaded


def test_the_file_is_the_pinned_one() -> None:
    assert hashlib.sha256(SHIPPED_PATH.read_bytes()).hexdigest() == SHIPPED_SHA256 == PINNED
    assert shipped_model().sha256 == PINNED


def test_a_path_and_its_bytes_load_alike() -> None:
    assert Model.load(SHIPPED_PATH) == Model.load(SHIPPED_PATH.read_bytes())


def test_a_changed_byte_is_refused_by_its_digest() -> None:
    data = bytearray(SHIPPED_PATH.read_bytes())
    data[data.index(b'"base":') + 7] ^= 1
    with pytest.raises(ModelError, match="expected 0307d94"):
        Model.load(bytes(data), sha256=SHIPPED_SHA256)


def test_the_table_falls_and_the_bands_follow_it() -> None:
    model = shipped_model()
    assert model.pd(LOWEST) > model.pd(600) > model.pd(HIGHEST)
    assert [model.band(score) for score in (HIGHEST, LOWEST)] == ["A", "E"]
    for floor, better, worse in zip(model.band_floors[:-1], "ABCD", "BCDE", strict=True):
        assert (model.band(floor), model.band(floor - 1)) == (better, worse)


def test_a_score_of_600_is_the_base_rate() -> None:
    assert shipped_model().pd(600) == shipped_model().base_rate_ppm == 30_000


def _first_scale(value: Content, **change: Any) -> None:
    value["scales"][0] |= change


REFUSED: dict[str, tuple[Callable[[Content], object], str]] = {
    "another format": (lambda v: v.update(v=2), "unknown model format"),
    "no points": (lambda v: v.pop("scales"), "not a model file"),
    "unknown feature": (lambda v: _first_scale(v, name="rating"), "unknown feature: rating"),
    "surplus key": (lambda v: _first_scale(v, bonus=1), "not a model file"),
    "cuts out of order": (lambda v: _first_scale(v, cuts=[5, 5]), "cuts out of order"),
    "bins without points": (lambda v: _first_scale(v, points=[1, 2]), "bins and points"),
    "against the trade": (lambda v: _first_scale(v, points=[9, 5, 1]), "direction"),
    "half a point": (lambda v: _first_scale(v, points=["1", 2, 3]), "not a model file|direction"),
    "beyond the scale": (lambda v: v.update(base=800), "within 300 to 850"),
    "a gap in the table": (lambda v: v["pd_ppm"].pop(), "probability for each score"),
    "a riskier better score": (lambda v: v["pd_ppm"].reverse(), "never riskier"),
    "four bands": (lambda v: v["band_floors"].pop(), "five bands"),
    "a score without band": (lambda v: v["band_floors"].__setitem__(4, 301), "has a band"),
    "no replicates": (lambda v: v["replicates"].clear(), "there are replicates"),
    "other bins": (lambda v: v["replicates"][0]["points"].pop(), "same bins"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_broken_file_is_refused_with_its_reason(case: str) -> None:
    change, says = REFUSED[case]
    value = content()
    change(value)
    with pytest.raises(ModelError, match=says):
        Model.load(canonical_bytes(value))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"not json", b'{"v": 1}', b'{"v":NaN}'])
def test_what_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError):
        Model.load(data)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Model.load(tmp_path / "none.json")
