"""Many feature vectors at once: the same whole points as the engine, column by column."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.engine.model import Scale

Columns: TypeAlias = "Mapping[str, NDArray[np.int64]]"
MISSING = -1  # figures are never below 0


def scores_of(scales: Sequence[Scale], base: int, columns: Columns) -> "NDArray[np.int64]":
    """Scores of firms given as one column of figures a feature, MISSING where there is none."""
    total = np.full(len(columns[scales[0].name]), base, dtype=np.int64)
    for scale in scales:
        figures = columns[scale.name]
        # Place 0 is for firms without the feature; each bin's place is one more than its own.
        points = np.array([scale.missing, *scale.points], dtype=np.int64)
        places = np.searchsorted(np.array([0, *scale.cuts]), figures, side="right")
        total += points[places]
    return total
