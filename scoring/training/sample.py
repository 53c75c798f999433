"""The labelled firms as the engine would see them at an as-of month."""

from collections.abc import Iterable

from scoring.engine.assess import too_little
from scoring.engine.features import compute_features
from scoring.engine.window import window_of
from scoring.training.dataset import Firm
from scoring.training.fit import Sample

LEAST_HISTORY = 6
LEAST_SALES_MONTHS = 3


def sample_of(firms: Iterable[Firm], as_of: str) -> Sample:
    """Features and labels of the firms with enough data by then; the keys stay behind."""
    rows, labels = [], []
    for firm in firms:
        window = window_of(firm.summaries, as_of)
        if firm.defaulted is None:
            raise ValueError("a labelled sample is needed")
        if too_little(window, history=LEAST_HISTORY, sales=LEAST_SALES_MONTHS) is None:
            rows.append(compute_features(window))
            labels.append(firm.defaulted)
    return Sample(tuple(rows), tuple(labels))
