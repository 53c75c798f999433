"""The fit on made-up labels. Needs numpy, which the ``train`` extra brings."""

from __future__ import annotations

from random import Random

import pytest

from scoring.engine.features import CATALOGUE, FEATURES, Better

numpy = pytest.importorskip("numpy", reason="training needs the train extra")

from scoring.engine.canonical import canonical_bytes  # noqa: E402 - after the check for numpy
from scoring.engine.model import Model  # noqa: E402
from scoring.training.fit import Sample, fit_card, newton, refit_card  # noqa: E402
from scoring.training.points import scaled  # noqa: E402
from scoring.training.validate import choose_strength, out_of_fold, permuted_auc  # noqa: E402


def sample(seed: int = 7, firms: int = 120) -> Sample:
    """Firms whose default depends on their monthly sales, and on nothing else."""
    chance = Random(seed)
    rows: list[dict[str, int | None]] = []
    labels = []
    for _ in range(firms):
        row: dict[str, int | None] = {one.name: chance.randrange(10**6) for one in CATALOGUE}
        rows.append(row)
        labels.append(chance.random() < (0.6 if (row["monthly_sales"] or 0) < 300_000 else 0.05))
    return Sample(tuple(rows), tuple(labels))


def test_newton_finds_where_the_slope_is_nothing() -> None:
    chance = numpy.random.default_rng(1)
    design = numpy.column_stack([numpy.ones(50), chance.normal(size=(50, 2))])
    paying = (chance.random(50) < 0.5).astype(float)
    penalty = numpy.array([0.0, 2.0, 2.0])
    found = newton(design, paying, penalty)
    slope = design.T @ (paying - 1 / (1 + numpy.exp(-design @ found))) - penalty * found
    assert numpy.abs(slope).max() < 1e-8


def test_newton_settles_where_full_steps_would_run_away() -> None:
    """Two defaults far from ninety paying firms: only the penalty bounds the slope."""
    values = numpy.concatenate([numpy.full(90, 2.0), [-3.0, -5.0]])
    design = numpy.column_stack([numpy.ones(92), values])
    found = newton(design, (values >= 0).astype(float), numpy.array([0.0, 0.001]))
    assert 1 < found[1] < 10


def test_the_feature_that_matters_leads_the_card() -> None:
    card = fit_card(sample(), 0.1)
    assert max(card.slopes, key=lambda name: card.slopes[name]) == "monthly_sales"
    assert all(slope > 0 for slope in card.slopes.values())


def test_a_larger_penalty_holds_the_slopes_in() -> None:
    loose, tight = (fit_card(sample(), strength) for strength in (0.3, 0.01))
    assert tight.slopes["monthly_sales"] < loose.slopes["monthly_sales"]


def test_a_replicate_keeps_features_and_bins() -> None:
    card = fit_card(sample(), 0.1)
    again = refit_card(card, sample(seed=8))
    assert list(again.slopes) == list(card.slopes)
    assert all(again.bins[name].cuts == card.bins[name].cuts for name in card.bins)


def test_what_is_fitted_loads_in_the_engine_and_is_the_same_each_time() -> None:
    card = fit_card(sample(), 0.1)
    data = [_file(scaled(card, sample())) for _ in range(2)]
    assert data[0] == data[1]
    model = Model.load(data[0])
    for scale in model.scales:
        ordered = (
            scale.points if FEATURES[scale.name].better is Better.HIGHER else scale.points[::-1]
        )
        assert list(ordered) == sorted(ordered)


def test_unseen_firms_are_ranked_when_there_is_something_to_learn() -> None:
    assert out_of_fold(sample(), repeats=1).fold_auc.mean() > 0.65


def test_labels_dealt_at_random_teach_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.training.validate.PERMUTATIONS", 8)
    assert abs(permuted_auc(sample()).mean() - 0.5) < 0.1


def test_the_strength_is_chosen_from_the_list_by_seed() -> None:
    assert choose_strength(sample(), 1) == choose_strength(sample(), 1)


def test_the_order_of_firms_does_not_matter_to_the_card() -> None:
    forward = sample()
    places = list(range(len(forward.rows)))[::-1]
    one, other = fit_card(forward, 0.1), fit_card(forward.part(places), 0.1)
    assert one.bins == other.bins
    assert one.slopes == pytest.approx(other.slopes)


def _file(parts: dict[str, object]) -> bytes:
    head = {"v": 1, "version": "test", "least_history": 6, "least_sales_months": 3}
    return canonical_bytes({**head, **parts, "training": {}})
