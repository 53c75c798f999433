"""Monotone bins by pooling adjacent violators, and their weights of evidence."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from scoring.engine.features import Better

PRE_BINS = 10
MOST_BINS = 5
LEAST_SHARE = 0.10
PRIOR_FIRMS = 8.0


@dataclass(frozen=True, slots=True)
class Bins:
    """Cut points of one feature and the weight of evidence of each bin, best bin highest."""

    cuts: tuple[int, ...]
    weights: tuple[float, ...]
    shares: tuple[float, ...]

    def place(self, value: int) -> int:
        """Index of the value's bin."""
        return bisect_right(self.cuts, value)

    def weight(self, value: int | None) -> float:
        """Weight of evidence of a value; 0, which is no evidence, where there is none."""
        return 0.0 if value is None else self.weights[self.place(value)]


@dataclass(slots=True)
class _Pool:
    """A run of values: from which one on, how many firms, how many defaults."""

    start: int
    firms: int
    defaults: int

    def rate(self, overall: float) -> float:
        """Default rate, drawn towards the overall one as if PRIOR_FIRMS more were seen."""
        return (self.defaults + PRIOR_FIRMS * overall) / (self.firms + PRIOR_FIRMS)

    def take(self, other: "_Pool") -> None:
        self.firms += other.firms
        self.defaults += other.defaults


def fit_bins(values: Sequence[int | None], defaulted: Sequence[bool], better: Better) -> Bins:
    """Bins in which the default rate only moves the way the trade expects.

    Starts from quantiles cut at figures of two digits; merges neighbours that go the wrong way,
    then those too small; weights are natural logarithms of odds against the overall odds.
    """
    pairs = [
        (value, bad) for value, bad in zip(values, defaulted, strict=True) if value is not None
    ]
    overall = sum(bad for _, bad in pairs) / max(1, len(pairs))
    pools = _pre_bins(pairs)
    _pool_violators(pools, overall, better)
    _pool_small(pools, overall, better, LEAST_SHARE * len(pairs))
    weights = tuple(_weight(pool.rate(overall), overall) for pool in pools)
    shares = tuple(pool.firms / max(1, len(pairs)) for pool in pools)
    return Bins(tuple(pool.start for pool in pools[1:]), weights, shares)


def weights_on(bins: Bins, values: Sequence[int | None], defaulted: Sequence[bool]) -> Bins:
    """The same bins weighed on another sample."""
    pools = [_Pool(0, 0, 0) for _ in bins.weights]
    for value, bad in zip(values, defaulted, strict=True):
        if value is not None:
            pools[bins.place(value)].take(_Pool(0, 1, int(bad)))
    firms = max(1, sum(pool.firms for pool in pools))
    overall = sum(pool.defaults for pool in pools) / firms
    weights = tuple(_weight(pool.rate(overall), overall) for pool in pools)
    return Bins(bins.cuts, weights, tuple(pool.firms / firms for pool in pools))


def two_digits(value: int) -> int:
    """The value to its first two digits: readable, and no single firm's figure."""
    return round(value, 2 - len(str(abs(value))))


def _pre_bins(pairs: Sequence[tuple[int, bool]]) -> list[_Pool]:
    ordered = sorted(value for value, _ in pairs)
    ranks = [len(ordered) * step // PRE_BINS for step in range(1, PRE_BINS)]
    cuts = sorted({two_digits(ordered[rank]) for rank in ranks}) if ordered else []
    pools = [_Pool(start, 0, 0) for start in (0, *(cut for cut in cuts if cut > 0))]
    starts = [pool.start for pool in pools]
    for value, bad in pairs:
        pools[bisect_right(starts, value) - 1].take(_Pool(0, 1, int(bad)))
    return [pool for pool in pools if pool.firms] or pools[:1]


def _pool_violators(pools: list[_Pool], overall: float, better: Better) -> None:
    """Merge neighbours until the rates fall (higher is better) or rise, strictly."""
    sign = 1 if better is Better.HIGHER else -1
    place = 0
    while place + 1 < len(pools):
        here, after = pools[place].rate(overall), pools[place + 1].rate(overall)
        if sign * (here - after) > 0:
            place += 1
            continue
        pools[place].take(pools.pop(place + 1))
        place = max(0, place - 1)


def _pool_small(pools: list[_Pool], overall: float, better: Better, least: float) -> None:
    """Merge the smallest bin into its nearer neighbour while too small, or while too many."""
    while len(pools) > 1:
        place = min(range(len(pools)), key=lambda index: pools[index].firms)
        if pools[place].firms >= least and len(pools) <= MOST_BINS:
            return
        left = place if place + 1 < len(pools) and _nearer(pools, place, overall) else place - 1
        pools[left].take(pools.pop(left + 1))
        _pool_violators(pools, overall, better)


def _nearer(pools: Sequence[_Pool], place: int, overall: float) -> bool:
    """Is the right neighbour's rate nearer than the left one's?"""
    if place == 0:
        return True
    here = pools[place].rate(overall)
    left, right = pools[place - 1].rate(overall), pools[place + 1].rate(overall)
    return abs(right - here) < abs(left - here)


def _weight(rate: float, overall: float) -> float:
    if not 0 < overall < 1:
        return 0.0
    return log(overall / (1 - overall)) - log(rate / (1 - rate))
