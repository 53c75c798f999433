"""Many firms at once get the points that each gets alone."""

from __future__ import annotations

from random import Random

import pytest

from scoring.engine.model import shipped_model

numpy = pytest.importorskip("numpy", reason="training needs the train extra")

from scoring.training.batch import MISSING, scores_of  # noqa: E402 - after the check for numpy


def test_every_score_is_the_engines() -> None:
    model, chance = shipped_model(), Random(5)
    firms = [
        {
            scale.name: chance.choice([None, 0, *scale.cuts, *(cut - 1 for cut in scale.cuts)])
            for scale in model.scales
        }
        for _ in range(2_000)
    ]
    columns = {
        scale.name: numpy.array(
            [MISSING if (figure := firm[scale.name]) is None else figure for firm in firms]
        )
        for scale in model.scales
    }
    alone = [model.base + sum(model.points(firm).values()) for firm in firms]
    assert scores_of(model.scales, model.base, columns).tolist() == alone
