"""docs/signals.md and the cuts' module, from a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from scoring.engine.signals import catalogue
from scoring.training import forgeries
from scoring.training.signal_study import (
    AFTER_READING,
    AS_OF,
    STATED,
    Caught,
    Cuts,
    FalseAlarms,
    Watched,
    alarms_of,
    cuts_from,
    false_alarms,
)

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "signals.md"
CUTS = ROOT / "scoring" / "engine" / "signals" / "cuts.py"
RATES = CUTS.with_name("rates.py")
FORGED = Mapping[tuple[str, int], Caught]

HEAD = """\
# Signals of forged or arranged invoices

Written by `python bench/signals.py DATA --write`; a test holds cuts and false alarms equal to the
data.

A signal is a coded hint for an officer: nothing is proved by it, and the score knows nothing of
it. Signals are computed from monthly summaries and traces (`scoring/engine/signals/`), at a cost
that does not grow with the number of invoices. They are kept beside each score, shown to the
bank's officer while the score is, and policies may ask for them (`docs/adr/0022-signals.md`).

Strength 1 begins where one in sixty of the firms that the cuts were set on would be, 2 above all of
them, 3 as far beyond again; cuts have two digits. Evidence is the months compared and a band of
the measure, never an amount or a counterparty.
"""

ALARMS = """\
## False alarms

Real firms as they are, as of {as_of}: {firms} firms, {setting} for the cuts and {others} to report
on, split by a hash of the firm's key. Firms without enough for a signal are not in its line. The
bar is 5 % of firms a signal; the interval is Wilson's, 95 %. Where its upper end is above the bar,
so few firms can't show that the true rate is below. “Exchanged”: cuts from the other half,
reported on the first.

The rule was changed after a look at the other half: it began with one firm in forty, which brought
two signals above the bar there, and four measures were given a least activity. The figures of the
other half are flattering by that; those of the exchanged halves were not looked at before.

| signal | what it measures | 1 / 2 / 3 from | other half | interval | exchanged | all firms |
|---|---|---|---|---|---|---|
"""

STATED_NOTE = """
\\* Stated, not measured. In the sample buyers and suppliers have separate names, so that nobody can
be seen on both sides, and it was read once, so that nothing can be void since: no false alarm was
possible there, and the rate on a real feed is unknown.

A cut above what a measure can reach (a share of more than 100 %) means that real firms fill the
whole range: that strength is never given.

At least one signal: {any_other} of the {others} firms of the other half. There are many signals:
one alone is an everyday thing.
"""

RECALL = """
## Planted forgeries

{planted} firms of the other half: those with sales in each of the last four months, enough history
for `sales_burst` and at most 2,500 invoices, so the largest are missing. Strength is in hundredths
of the firm's average monthly sales, or of the invoices concerned. A signal counts as caught where
the untouched firm has none. Percent of firms; signals under 10 % are left out of the last column.

Three forgeries were changed after a first look at this table: `month_end` was moved to the real end
of the month, `copied_month` replaces six months instead of adding to three, which raised its rate,
and planted amounts differ by month, for identical ones had set off `copied_months` by accident.

| forgery | strength | any signal | caught by |
|---|---|---|---|
"""


def page(firms: Sequence[Watched], cuts: Cuts, forged: FORGED) -> str:
    """The whole page."""
    others = [firm for firm in firms if not firm.sets_cuts]
    any_other = sum(bool(alarms_of(firm.measures, cuts)) for firm in others)
    alarms = ALARMS.format(
        as_of=AS_OF, firms=len(firms), setting=len(firms) - len(others), others=len(others)
    )
    swapped = cuts_from(firms, exchanged=True)
    lines = "".join(alarm_line(code, firms, cuts, swapped) for code in catalogue.CODES)
    planted = next(iter(forged.values())).firms
    return "\n".join(
        (
            HEAD,
            alarms + lines + STATED_NOTE.format(any_other=any_other, others=len(others)),
            RECALL.strip("\n").format(planted=planted) + "\n" + _recall_lines(forged),
            _missed(forged),
            "## The forgeries\n\n" + _kinds(),
        )
    )


def cuts_module(cuts: Cuts) -> str:
    """The source of `scoring/engine/signals/cuts.py`."""
    rows = "".join(
        f'    "{code}": ({", ".join(f"{cut:_}" for cut in cuts[code])}),\n' for code in cuts
    )
    return (
        '"""The measure a signal is given from, and is strong from: written by bench/signals.py."""'
        "\n\n"
        "from collections.abc import Mapping\n\n"
        f"CUTS: Mapping[str, tuple[int, int, int]] = {{\n{rows}}}\n"
    )


def rates_module(firms: Sequence[Watched], cuts: Cuts) -> str:
    """The source of `scoring/engine/signals/rates.py`: of the firms that set no cut."""
    others = [firm for firm in firms if not firm.sets_cuts]
    rows = "".join(f'    "{code}": {_rate_of(code, others, cuts)},\n' for code in cuts)
    return (
        '"""False alarms on the real firms that set no cut, as (alarms, firms): '
        "by bench/signals.py.\n\n"
        "None where the sample could show none, so that the rate on a real feed is unknown."
        '\n"""\n\n'
        "from collections.abc import Mapping\n\n"
        f"FALSE_ALARMS: Mapping[str, tuple[int, int] | None] = {{\n{rows}}}\n"
    )


def _rate_of(code: str, others: Sequence[Watched], cuts: Cuts) -> tuple[int, int] | None:
    if code in STATED:
        return None
    found = false_alarms(others, code, cuts)
    return found.alarms, found.firms


def alarm_line(code: str, firms: Sequence[Watched], cuts: Cuts, swapped: Cuts) -> str:
    """One line of the table of false alarms."""
    if code in STATED:
        told = "no false alarm was possible* | | | "
    else:
        others, setting = (
            [one for one in firms if one.sets_cuts is half] for half in (False, True)
        )
        half, whole = (false_alarms(part, code, cuts) for part in (others, firms))
        exchanged = false_alarms(setting, code, swapped)
        low, high = half.interval
        told = f"{_rate(half)} | {low:.1%} to {high:.1%} | {_rate(exchanged)} | {_rate(whole)}"
    at = " / ".join(f"{cut / 10_000:g} %" for cut in cuts[code])
    return f"| `{code}` | {_meaning(code)} | {at} | {told} |\n"


def _rate(found: FalseAlarms) -> str:
    return f"{found.alarms} of {found.firms} ({found.alarms / max(1, found.firms):.1%})"


def _meaning(code: str) -> str:
    if code == catalogue.VOIDED_SINCE:
        return "Of sales valid when read before, those void since."
    measure = next(kind.measure for kind in catalogue.KINDS if kind.code == code)
    return (measure.__doc__ or "").strip().splitlines()[0]


def recall_line(kind: str, percent: int, found: Caught) -> str:
    """One forgery of one strength: how many firms show any signal, and which, in percent."""
    by = ", ".join(
        f"`{code}` {count * 100 // found.firms}"
        for code, count in sorted(found.by_code.items(), key=lambda one: (-one[1], one[0]))
        if count * 10 >= found.firms
    )
    return f"| {kind} | {percent} | {found.any * 100 // found.firms} | {by} |\n"


def _recall_lines(forged: FORGED) -> str:
    return "".join(recall_line(*of, found) for of, found in forged.items())


def _missed(forged: FORGED) -> str:
    strongest = max(percent for _, percent in forged)
    missed = [
        kind
        for (kind, percent), found in forged.items()
        if percent == strongest and found.any * 10 < found.firms * 2
    ]
    names = ", ".join(missed) or "none"
    return f"Caught in fewer than a fifth of firms even at the largest strength: **{names}**.\n"


def _kinds() -> str:
    told = {kind: (forge.__doc__ or "").strip() for kind, forge in forgeries.KINDS.items()}
    told[AFTER_READING] = "As voided, but after a first reading of the same months."
    return "".join(f"- {kind}: {text}\n" for kind, text in told.items())
