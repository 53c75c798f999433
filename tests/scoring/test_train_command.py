"""Training never replaces a model that scores were made with, and says what it can't read."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from scoring.engine.model import MODELS, SHIPPED_PATH, SHIPPED_SHA256, Model, model_with
from scoring.training.dataset import DataError, read_firms
from scoring.training.keeping import WouldReplace, differing, put

FIRST_SHIPPED = "33f64fe795bcfd7ddd2ac8b7b61fcea9bcc05495c4e0005314a242dbc6a4d4b8"
COMPANIES = "company_id,rating,default\nC1,D,1\n"


def test_a_model_of_another_version_is_written_beside_the_old(tmp_path: Path) -> None:
    old, new, card = (tmp_path / name for name in ("scorecard-1.json", "scorecard-2.json", "c.md"))
    old.write_bytes(b"one")
    card.write_bytes(b"card of one")
    assert put({new: b"two", card: b"card of two"}) == [new, card]
    assert (old.read_bytes(), new.read_bytes(), card.read_bytes()) == (
        b"one",
        b"two",
        b"card of two",
    )


@pytest.mark.parametrize("name", ["scorecard-1.json", "challengers-1.json"])
def test_a_model_of_the_same_version_stays_and_nothing_is_written(
    tmp_path: Path, name: str
) -> None:
    model, card = tmp_path / name, tmp_path / "card.md"
    model.write_bytes(b"one")
    with pytest.raises(WouldReplace, match=name):
        put({card: b"card of another", model: b"another"})
    assert model.read_bytes() == b"one"
    assert not card.exists()


def test_the_same_bytes_are_nothing_to_write(tmp_path: Path) -> None:
    model = tmp_path / "scorecard-1.json"
    model.write_bytes(b"one")
    assert put({model: b"one"}) == differing({model: b"one"}) == []


def test_each_model_has_the_file_of_its_version_and_is_still_here_for_a_replay() -> None:
    kept = {path: Model.load(path) for path in MODELS.glob("scorecard-*.json")}
    assert {FIRST_SHIPPED, SHIPPED_SHA256} <= {model.sha256 for model in kept.values()}
    for path, model in kept.items():
        assert path.name == f"scorecard-{model.version}.json"
        assert model_with(model.sha256) == model


def test_the_second_model_gives_the_points_of_the_first() -> None:
    """It was only validated as of one month more."""
    first, second = (model_with(sha256) for sha256 in (FIRST_SHIPPED, SHIPPED_SHA256))
    same = {"version": "", "sha256": "", "training": {}}
    assert replace(first, **same) == replace(second, **same)  # type: ignore[arg-type]


def test_the_shipped_model_names_no_patch_version_of_python() -> None:
    named = Model.load(SHIPPED_PATH).training["versions"]["python"]
    assert re.fullmatch(r"3\.[0-9]+", named)


def trained(folder: Path) -> CommandError:
    with pytest.raises(CommandError) as refused:
        call_command("train_scorecard", str(folder), stdout=io.StringIO())
    return refused.value


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"labelled_purchases.csv.gz": b"not packed"},
        {"labelled_companies.csv": COMPANIES.encode()},
    ],
)
def test_a_folder_of_something_else_is_said_and_is_no_difference(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    refused = trained(tmp_path)
    assert refused.returncode == 2
    assert str(tmp_path) in str(refused)
    with pytest.raises(DataError):
        read_firms(tmp_path, "labelled")
