"""Signals measured: cuts from one half of the real firms, false alarms on the other, forgeries."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from scoring.engine.calendar import month_number, month_text
from scoring.engine.signals.catalogue import CODES, VOIDED_SINCE, measures_of, strength_of
from scoring.engine.signals.rereading import voided_since
from scoring.engine.signals.traces import MonthTraces, trace_month
from scoring.engine.signals.view import PPM, View, view_of
from scoring.engine.summary import MonthSummary, Record, summarise_month
from scoring.engine.window import WINDOW_MONTHS
from scoring.training.dataset import read_records
from scoring.training.forgeries import KINDS, voided
from scoring.training.forging import Months

AS_OF = "2019-12"
LAST = month_number(AS_OF)
STRENGTHS = (10, 30, 100)
ONE_IN = 60
# Cuts that the sample can't give: no party of it is on both sides, and it was read once.
STATED: Mapping[str, tuple[int, int, int]] = {
    "both_ways": (50_000, 200_000, 500_000),
    "equal_both_ways": (20_000, 100_000, 300_000),
    VOIDED_SINCE: (20_000, 100_000, 300_000),
}
LEAST_CUT = 10_000
STEP = 20_000
MOST_FIRMS, MOST_ROWS = 60, 2500
Z = 1.959964
AFTER_READING = "voided_after_reading"
Read = Mapping[int, tuple[MonthSummary, MonthTraces]]
Measures = Mapping[str, int | None]
Cuts = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Watched:
    """One real firm: whether it belongs to the half that cuts are set on, and its rows."""

    key: str
    sets_cuts: bool
    months: Months
    read: Read
    measures: Measures


def read_watched(folder: Path) -> list[Watched]:
    """All firms with a row in the window, labelled or not, ordered by a hash of their key."""
    rows: dict[str, Months] = defaultdict(lambda: defaultdict(list))
    for group in ("labelled", "unlabelled"):
        for firm, record in read_records(folder, group):
            number = month_number(record.issued_on)
            if LAST - WINDOW_MONTHS < number <= LAST:
                rows[f"{group}:{firm}"][number].append(record)
    return [_watched(key, dict(rows[key])) for key in sorted(rows, key=_hash)]


def _watched(key: str, months: Months) -> Watched:
    read = {number: _read(number, rows) for number, rows in months.items()}
    return Watched(key, _bit(key), months, read, measures_of(_view(read)))


def cuts_from(
    firms: Iterable[Watched], *, exchanged: bool = False
) -> dict[str, tuple[int, int, int]]:
    """Of each signal the cuts: one firm in sixty of their half, all of them, as far again."""
    chosen = [firm.measures for firm in firms if firm.sets_cuts is not exchanged]
    cuts = {}
    for code in CODES:
        if code in STATED:
            cuts[code] = STATED[code]
            continue
        values = sorted(value for one in chosen if (value := one[code]) is not None)
        allowed = len(values) // ONE_IN
        low = max(LEAST_CUT, _up(values[-1 - allowed] + 1))
        middle = max(2 * low if low * 10 < PPM else low + STEP, _up(values[-1] + 1))
        cuts[code] = (low, middle, 2 * middle - low)
    return cuts


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Untouched firms with a signal, of those for which it could be computed."""

    firms: int
    alarms: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %."""
        if not self.firms:
            return 0.0, 1.0
        rate, n = self.alarms / self.firms, self.firms
        middle = rate + Z * Z / (2 * n)
        half = Z * sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n))
        return max(0.0, (middle - half) / (1 + Z * Z / n)), (middle + half) / (1 + Z * Z / n)


def false_alarms(firms: Iterable[Watched], code: str, cuts: Cuts) -> FalseAlarms:
    """How often a signal is given for real firms as they are."""
    values = [value for one in firms if (value := one.measures.get(code)) is not None]
    return FalseAlarms(len(values), sum(strength_of(code, value, cuts) > 0 for value in values))


def alarms_of(measures: Measures, cuts: Cuts) -> frozenset[str]:
    """Codes of the signals that these measures give."""
    return frozenset(
        code for code, value in measures.items() if value and strength_of(code, value, cuts)
    )


@dataclass(frozen=True, slots=True)
class Caught:
    """Of ``firms`` forged alike: how often each signal is new, and how often any is."""

    firms: int
    by_code: Counter[str]
    any: int


def forged_firms(firms: Sequence[Watched]) -> list[Watched]:
    """The firms forgeries are planted in: of the other half, steady sellers, not the largest."""
    fit = [
        firm
        for firm in firms
        if not firm.sets_cuts
        and firm.measures["sales_burst"] is not None
        and sum(map(len, firm.months.values())) <= MOST_ROWS
        and all(
            any(one.direction == "sale" for one in firm.months.get(number, ()))
            for number in range(LAST - 3, LAST + 1)
        )
    ]
    return fit[:MOST_FIRMS]


def caught(firms: Sequence[Watched], kind: str, percent: int, cuts: Cuts) -> Caught:
    """Plant one kind in each firm; a signal that the untouched firm has is not counted."""
    by_code: Counter[str] = Counter()
    any_new = 0
    for firm in firms:
        new = alarms_of(_forged_measures(firm, kind, percent), cuts) - alarms_of(
            firm.measures, cuts
        )
        by_code.update(new)
        any_new += bool(new)
    return Caught(len(firms), by_code, any_new)


def kinds_and_strengths() -> Iterator[tuple[str, int]]:
    """Every row of the table of forgeries."""
    for kind in (*KINDS, AFTER_READING):
        for percent in STRENGTHS:
            yield kind, percent


def _forged_measures(firm: Watched, kind: str, percent: int) -> Measures:
    forge = voided if kind == AFTER_READING else KINDS[kind]
    forged = forge(firm.months, LAST, percent)
    view = _view(
        {
            number: firm.read[number] if rows is firm.months.get(number) else _read(number, rows)
            for number, rows in forged.items()
        }
    )
    if kind != AFTER_READING:
        return measures_of(view)
    # Read as they were, then made void, and read again.
    first = [summary for summary, _ in firm.read.values()]
    return {**measures_of(view), VOIDED_SINCE: voided_since(first, view.window.months)}


def _read(number: int, rows: Sequence[Record]) -> tuple[MonthSummary, MonthTraces]:
    month = month_text(number)
    return summarise_month(rows, month=month), trace_month(rows, month=month)


def _view(read: Read) -> View:
    summaries, traces = zip(*read.values(), strict=True)
    return view_of(summaries, traces, AS_OF)


def _hash(key: str) -> str:
    return hashlib.sha256(f"taxbridge-signals {key}".encode()).hexdigest()


def _bit(key: str) -> bool:
    return int(_hash(key)[-1], 16) % 2 == 0


def _up(value: int) -> int:
    """The next number of two digits and noughts: no cut is a firm's own figure."""
    step = int("1" + "0" * (len(str(value)) - 2))
    return -(-value // step) * step
