"""Whether as many loans went bad as the model foresaw, by the loans of a quarter.

A loan is bad when a payment has been overdue for 90 days within a year of its disbursement. The
number of bad loans only grows while the year runs. So a quarter that already has more than chance
explains of its whole year's number is flagged at once, and looking every day raises no more false
alarms than looking once at the end. Too few bad loans show only when every loan's year is over.

The number of bad loans among independent ones with unlike probabilities spreads less than a Poisson
variable of the same mean (Hoeffding, Annals of Mathematical Statistics 27, 1956): chance by Poisson
errs on the quiet side. Loans go bad together in a bad year; a flag says that the numbers don't fit,
not why.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, fsum, lgamma, log, sqrt
from statistics import NormalDist
from typing import Final

LEAST_LOANS: Final = 50
# How often a quarter that fits is flagged on either side.
FALSE_ALARMS: Final = 0.002
_95: Final = NormalDist().inv_cdf(0.975)


class Fit(StrEnum):
    """What is said of a quarter's loans."""

    TOO_FEW = "too_few"
    OPEN = "open"
    FITS = "fits"
    MORE = "more"
    FEWER = "fewer"


@dataclass(frozen=True, slots=True)
class Vintage:
    """Loans paid out together: how many, how many bad ones were foreseen, how many there are.

    ``foreseen`` is the sum of the loans' probabilities. ``is_over`` when each had its whole year.
    """

    loans: int
    foreseen: float
    bad: int
    is_over: bool

    def __post_init__(self) -> None:
        if not (0 <= self.bad <= self.loans and 0 <= self.foreseen <= self.loans):
            raise ValueError("bad and foreseen loans lie between none and all")

    def together_with(self, other: Vintage) -> Vintage:
        """Both in one, over when both are."""
        return Vintage(
            self.loans + other.loans,
            self.foreseen + other.foreseen,
            self.bad + other.bad,
            self.is_over and other.is_over,
        )


def fit(vintage: Vintage) -> Fit:
    """Judge the loans of a quarter; fewer than ``LEAST_LOANS`` are not judged."""
    if vintage.loans < LEAST_LOANS:
        return Fit.TOO_FEW
    if at_least(vintage.bad, vintage.foreseen) < FALSE_ALARMS:
        return Fit.MORE
    if not vintage.is_over:
        return Fit.OPEN
    at_most = 1 - at_least(vintage.bad + 1, vintage.foreseen)
    return Fit.FEWER if at_most < FALSE_ALARMS else Fit.FITS


def at_least(count: int, mean: float) -> float:
    """The probability that a Poisson variable of this mean reaches ``count``."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    below = fsum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(count))
    return max(0.0, 1.0 - below)


def ratio_interval(bad: int, foreseen: float) -> tuple[float, float]:
    """The 95 % interval of bad to foreseen loans (Byar's approximation of the exact Poisson one).

    Raises ValueError unless some were foreseen.
    """
    if foreseen <= 0:
        raise ValueError("nothing was foreseen")
    low = bad * (1 - 1 / (9 * bad) - _95 / (3 * sqrt(bad))) ** 3 if bad else 0.0
    more = bad + 1
    high = more * (1 - 1 / (9 * more) + _95 / (3 * sqrt(more))) ** 3
    return low / foreseen, high / foreseen
