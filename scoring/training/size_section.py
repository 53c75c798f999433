"""The model card's part about firms of one size and another."""

from collections.abc import Iterator, Mapping
from typing import Any

from scoring.engine.firm_size import FirmSize
from scoring.engine.small_cells import Answers, wilson
from scoring.training.card_tables import table

INTRODUCTION = """\
## Sizes of firms

The {firms} unlabelled firms with sales, as of {as_of}: the card was not fitted on them, and what
became of them is not known. Sizes are four classes by the sales of twelve months
(`scoring/engine/firm_size.py`); upper bands are A to C, with a 95 % interval (Wilson).
"""
MEANING = """
Micro firms score far lower. Months with sales, buyers and suppliers, which the card looks at, grow
with a firm. Whether small firms that pay are scored too low is what the labelled firms say above,
by AUC among the smallest 40 %. Region and industry aren't in the data. What banks decide by region
and size is counted by quarter and shown to them and to overseers (`docs/model-watch.md`)."""


def size_section(found: Mapping[str, Any]) -> Iterator[str]:
    """A table by size, and what it doesn't say."""
    sizes = found["sizes"]
    firms = sum(line["scored"] + line["refused"] for line in sizes.values())
    yield INTRODUCTION.format(firms=firms, as_of=found["as_of"])
    rows = [_row(size, sizes[size]) for size in sorted(sizes, key=_rank)]
    yield from table(("size", "scored", "mean score", "in upper bands", "too little data"), rows)
    yield MEANING


def _rank(size: str) -> int:
    return list(FirmSize).index(FirmSize(size.partition(" ")[0]))


def _row(size: str, line: Mapping[str, int]) -> tuple[object, ...]:
    upper, scored = line["upper_bands"], line["scored"]
    low, high = wilson(Answers(upper, scored - upper))
    share = f"{upper / scored:.0%} ({low:.0%} to {high:.0%})"
    return size, scored, round(line["score_sum"] / scored), share, line["refused"]
