"""Fit the scorecard from the labelled invoices and validate it: the bytes of a model file."""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scoring.engine.canonical import canonical_bytes
from scoring.engine.model import FORMAT
from scoring.training.dataset import Firm, digest_of
from scoring.training.fit import STRENGTHS, Card, Sample, fit_card
from scoring.training.points import scaled
from scoring.training.sample import LEAST_HISTORY, LEAST_SALES_MONTHS, sample_of
from scoring.training.validate import FIRST_SEED, choose_strength, metrics, permutation_metrics

# Raise it with any change of what is fitted: the file of a version is never replaced.
VERSION = "2"
AS_OF = "2019-12"
EARLIER_AS_OF = ("2018-12", "2017-12")
EARLIER_REPEATS = 5
LIBRARIES = ("numpy",)


def model_bytes(data_dir: Path, firms: Sequence[Firm]) -> bytes:
    """A model file fitted on the labelled firms of a folder."""
    return canonical_bytes(_trained(data_dir, firms))


def _trained(data_dir: Path, firms: Sequence[Firm]) -> dict[str, Any]:
    sample = sample_of(firms, AS_OF)
    strength = choose_strength(sample, FIRST_SEED)
    card = fit_card(sample, strength)
    return {
        "v": FORMAT,
        "version": VERSION,
        "least_history": LEAST_HISTORY,
        "least_sales_months": LEAST_SALES_MONTHS,
        **scaled(card, sample),
        "training": {
            "as_of": AS_OF,
            "data_sha256": digest_of(data_dir, "labelled"),
            # A patch version of Python changes no figure, and must change no byte.
            "versions": {"python": f"{sys.version_info.major}.{sys.version_info.minor}"}
            | {name: version(name) for name in LIBRARIES},
            **_fit_facts(card),
            "metrics": _metrics(firms, sample),
        },
    }


def _fit_facts(card: Card) -> dict[str, Any]:
    return {
        "strengths_tried": [str(strength) for strength in STRENGTHS],
        "strength": str(card.strength),
        "slopes": {name: f"{slope:.6f}" for name, slope in card.slopes.items()},
    }


def _metrics(firms: Sequence[Firm], sample: Sample) -> dict[str, Any]:
    return {
        AS_OF: metrics(sample),
        **{month: metrics(sample_of(firms, month), EARLIER_REPEATS) for month in EARLIER_AS_OF},
        "permuted_labels": permutation_metrics(sample),
    }
