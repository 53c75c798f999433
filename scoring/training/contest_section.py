"""The model card's part about other ways to fit."""

from collections.abc import Iterator, Mapping
from typing import Any

from scoring.training.card_tables import table, with_interval, with_spread

NAMES = {
    "card": "card",
    "card_on_optbinning": "same regression on optbinning's bins",
    "monotone_boosting": "monotone gradient boosting",
    "sales_alone": "sales alone",
}
GROUPS = {"all": "all firms", "small": "smallest 40 %", "larger": "the other 60 %"}
INTRODUCTION = """\
## Challengers

Other ways to fit, in the same folds, settings fixed before the first look. The difference is to
the card on the same firms; intervals are 95 %, bootstrap over firms. A challenger would take the
card's place only if its whole interval lay above nothing.

![AUC of the card and its challengers with intervals](img/model-auc.svg)
"""
VERDICT = """\
optbinning finds its bins by an optimiser; ours are pooled from tenths with rates drawn towards the
overall one. With twenty defaults the two can't be told apart, and ours needs no solver, so ours
stay. The boosting has no points to explain and no bounded score; it would have had to win."""


def contest_section(contest: Mapping[str, Any]) -> Iterator[str]:
    """Tables by as-of month and size of firm, and what was concluded."""
    yield INTRODUCTION
    for as_of, found in contest.items():
        if as_of not in ("permuted_labels", "versions"):
            yield from _of_month(as_of, found)
    dealt = contest["permuted_labels"]
    spreads = [
        f"{NAMES[name]} {with_spread(dealt[name])}" for name in dealt if name != "permutations"
    ]
    yield f"Labels dealt out at random, {dealt['permutations']} times: {'; '.join(spreads)}.\n"
    yield VERDICT


def _of_month(as_of: str, found: Mapping[str, Any]) -> Iterator[str]:
    yield f"As of {as_of}, {found['firms']} firms, {found['repeats']} repeats:\n"
    rows = [
        (
            title if place == 0 else "",
            name,
            with_interval(found[group][learner]["auc"]),
            "" if learner == "card" else with_interval(found[group][learner]["gain"]),
        )
        for group, title in GROUPS.items()
        for place, (learner, name) in enumerate(NAMES.items())
    ]
    yield from table(("firms", "fitted as", "AUC", "difference to the card"), rows)
    yield ""
