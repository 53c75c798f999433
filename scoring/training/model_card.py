"""The model card: what the model file says, in words, with what has not been shown."""

from collections.abc import Iterator, Mapping
from typing import Any

from scoring.engine.features import CATALOGUE, FEATURES, Unit
from scoring.engine.model import BANDS, HIGHEST, LOWEST, Model, Scale
from scoring.engine.reason_texts import TITLES
from scoring.training.card_tables import decimal, percent, table, with_interval, with_spread
from scoring.training.card_texts import FEATURE_NOTE, INTRODUCTION, METHOD, NOT_SHOWN
from scoring.training.contest_section import contest_section
from scoring.training.size_section import size_section


def card_of(model: Model, contest: Mapping[str, Any], sizes: Mapping[str, Any]) -> str:
    """The card as Markdown; every figure comes from the model file or the files beside it."""
    parts = (
        INTRODUCTION,
        _identity(model),
        METHOD % {"double": model.points_to_double_odds},
        _scorecard(model),
        _bands(model),
        _catalogue(model),
        _validation(model),
        contest_section(contest),
        size_section(sizes),
        NOT_SHOWN,
    )
    return "\n\n".join("\n".join(part) if not isinstance(part, str) else part for part in parts)


def _identity(model: Model) -> Iterator[str]:
    training, versions = model.training, model.training["versions"]
    yield "## This model\n"
    yield from table(
        ("", ""),
        [
            ("Version", model.version),
            ("SHA-256 of the model file", f"`{model.sha256}`"),
            ("SHA-256 of the training data", f"`{training['data_sha256']}`"),
            ("Trained as of", training["as_of"]),
            ("Made with", ", ".join(f"{name} {version}" for name, version in versions.items())),
            ("Strength of the slopes (smaller holds in more)", training["strength"]),
            ("Portfolio base rate, stated and not measured", percent(model.base_rate_ppm)),
            ("Least history", f"{model.least_history} months since the first sale"),
            ("Least activity", f"{model.least_sales_months} months with sales"),
            ("Bootstrap replicates", len(model.replicates)),
        ],
    )


def _scorecard(model: Model) -> Iterator[str]:
    yield "## Points\n"
    yield f"Score = {model.base} + the points below; every reachable score is a whole number"
    yield f"from {LOWEST} to {HIGHEST}. A feature without a value brings its `missing` points.\n"
    rows = [row for scale in model.scales for row in _scale_rows(scale)]
    yield from table(("feature", "from", "to below", "points"), rows)


def _scale_rows(scale: Scale) -> Iterator[tuple[object, ...]]:
    unit = FEATURES[scale.name].unit
    edges = [_figure(cut, unit) for cut in scale.cuts]
    ends = zip(["", *edges], [*edges, ""], scale.points, strict=True)
    for place, (start, end, points) in enumerate(ends):
        yield ("" if place else TITLES[scale.name], start, end, points)
    yield ("", "missing", "", scale.missing)


def _bands(model: Model) -> Iterator[str]:
    yield "## Bands\n"
    yield "![Probability of default by score, with the bands](img/model-probability.svg)\n"
    tops = [HIGHEST, *(floor - 1 for floor in model.band_floors[:-1])]
    rows = [
        (band, f"{floor} to {top}", f"{percent(model.pd(top))} to {percent(model.pd(floor))}")
        for band, floor, top in zip(BANDS, model.band_floors, tops, strict=True)
    ]
    yield from table(("band", "score", "probability of default"), rows)
    yield f"\nThe interval shown with a score holds {percent(model.interval_ppm, 0)} of the"
    yield "bootstrap replicates: other firms drawn from the same sample, same bins. It says nothing"
    yield "about the stated base rate or about a different population, and is too narrow by that."


def _catalogue(model: Model) -> Iterator[str]:
    used = {scale.name for scale in model.scales}
    yield f"## Features\n\n{FEATURE_NOTE}\n"
    rows = [
        (TITLES[one.name], f"`{one.name}`", one.unit, one.better, one.months, one.name in used)
        for one in CATALOGUE
    ]
    named = [(*row[:-1], "yes" if row[-1] else "no") for row in rows]
    yield from table(("feature", "name", "unit", "better", "months needed", "on the card"), named)


def _validation(model: Model) -> Iterator[str]:
    found = model.training["metrics"]
    yield "## Validation\n"
    yield "Firms were scored by cards that had not seen them: five folds, repeated, seeds fixed in"
    yield "advance; bins, strength and slopes are chosen inside each fold. Log-odds are averaged"
    yield "over the repeats. Intervals: 95 %, bootstrap over firms. “Sales alone” ranks firms by"
    yield "average monthly sales and learns nothing.\n"
    for as_of, metrics in found.items():
        if as_of != "permuted_labels":
            yield from _metrics(as_of, metrics)
    dealt = found["permuted_labels"]
    yield f"Labels dealt out at random, {dealt['permutations']} times: mean AUC"
    yield f"{decimal(dealt['mean'])}, standard deviation {decimal(dealt['standard_deviation'])}."


def _metrics(as_of: str, found: Mapping[str, Any]) -> Iterator[str]:
    yield f"### As of {as_of}\n"
    yield f"{found['firms']} firms, {found['defaults']} defaults, {found['repeats']} repeats.\n"
    names = {"all": "all firms", "small": "smallest 40 %", "larger": "the other 60 %"}
    rows = [
        (
            f"{title} ({found[name]['firms']}, {found[name]['defaults']} defaults)",
            *(with_interval(found[name][column]) for column in ("auc", "auc_of_sales", "gain")),
        )
        for name, title in names.items()
    ]
    yield from table(("AUC", "card", "sales alone", "difference"), rows)
    yield ""
    folds = [("AUC within a fold, card", "fold_auc"), ("same, sales alone", "fold_auc_of_sales")]
    others = {
        "ks": "Kolmogorov-Smirnov distance",
        "brier": "Brier score (smaller is better)",
        "calibration_slope": "calibration slope (1 is right)",
        "calibration_intercept": "calibration intercept (0 is right)",
    }
    figures = [(title, with_spread(found[name])) for title, name in folds]
    figures += [(title, with_interval(found[name])) for name, title in others.items()]
    figures.append(("Brier score of always saying the rate", decimal(found["brier_of_the_rate"])))
    yield from table(("measure", "value"), figures)
    yield ""


def _figure(value: int, unit: Unit) -> str:
    if unit is Unit.FEN:
        return f"¥{value // 100:,}"
    return percent(value, 0) if unit is Unit.PPM else str(value)
