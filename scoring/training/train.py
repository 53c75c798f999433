"""Fit the scorecard from the labelled invoices and validate it.

Usage: python -m scoring.training.train DATA_DIR OUT

Writes the model file OUT and prints its SHA-256, which ``scoring.engine.model`` pins.
"""

import hashlib
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

from scoring.engine.canonical import canonical_bytes
from scoring.engine.model import FORMAT, Model
from scoring.training.dataset import Firm, digest_of, read_firms
from scoring.training.fit import STRENGTHS, Card, Sample, fit_card
from scoring.training.points import scaled
from scoring.training.sample import LEAST_HISTORY, LEAST_SALES_MONTHS, sample_of
from scoring.training.validate import FIRST_SEED, choose_strength, metrics, permutation_metrics

VERSION = "1"
AS_OF = "2019-12"
EARLIER_AS_OF = "2018-12"
EARLIER_REPEATS = 5
LIBRARIES = ("numpy",)


def main(arguments: Sequence[str]) -> None:
    """Train, check that the engine takes the file, and write it."""
    if len(arguments) != 2:
        raise SystemExit("usage: python -m scoring.training.train DATA_DIR OUT")
    data_dir, out = (Path(argument) for argument in arguments)
    data = model_bytes(data_dir, read_firms(data_dir, "labelled"))
    Model.load(data)
    out.write_bytes(data)
    print(f"{out}: {len(data):,} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")


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
            "versions": {"python": python_version()} | {name: version(name) for name in LIBRARIES},
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
        EARLIER_AS_OF: metrics(sample_of(firms, EARLIER_AS_OF), EARLIER_REPEATS),
        "permuted_labels": permutation_metrics(sample),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
