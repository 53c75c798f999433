"""The invoices of one side of a firm's trade, month by month."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate
from random import Random

from portal.core.months import Month
from portal.sandbox.taxauthority.records.invoice import Invoice
from portal.sandbox.taxauthority.records.kinds import Direction
from portal.sandbox.taxauthority.simulation.plan import Plan, Side, Story
from portal.sandbox.taxauthority.simulation.quantiles import calibration

_SPREAD = 1.1  # of the logarithm of an invoice's amount: heavy tails, as in the real ones
_RED_DELAY = 20


@dataclass
class Trade:
    """Generates one side; holds what it must remember from month to month."""

    plan: Plan
    side: Side
    direction: Direction
    rng: Random
    serial: int = 0
    reversible: list[Invoice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.serial = self.rng.randrange(1_000_000, 9_000_000)
        self._partners = [self._code(number) for number in range(self.side.partners)]
        self._weights = list(accumulate(_weights(self.side)))
        season = calibration()["season_ppm"]["sale" if self._sells else "purchase"]
        self._season = [share * len(season) / 1_000_000 for share in season]

    @property
    def _sells(self) -> bool:
        return self.direction is Direction.SALE

    def month(self, number: int, month: Month) -> Iterator[Invoice]:
        """The month's invoices, ``number`` counting from 0: ordinary, void and red-letter ones."""
        level = self._level(number, month)
        count = self._count(self.side.invoices_per_month * math.sqrt(level))
        typical = self.side.net_fen_per_month * level / max(count, 1)
        issued = sorted(self._day(month) for _ in range(count))
        void_share, red_share = self._troubles(number)
        for day in issued:
            amount = typical * math.exp(self.rng.gauss(0, _SPREAD) - _SPREAD**2 / 2)
            invoice = self.invoice(day, self._partner(), max(int(amount), 100))
            if self.rng.random() < void_share:
                yield self._voided(invoice)
                continue
            yield invoice
            if self.rng.random() < red_share:
                self.reversible.append(invoice)
        yield from self._reversals(month)

    def invoice(self, day: str, partner: str, net: int) -> Invoice:
        """An ordinary invoice with the next number."""
        vat = round(net * self.plan.vat_percent / 100)
        return Invoice(day, self._number(), partner, net, vat, net + vat, is_void=False)

    def _level(self, number: int, month: Month) -> float:
        growth = self.plan.growth_per_year ** ((number - 18) / 12)
        mood = math.exp(self.rng.gauss(0, 1) * self.plan.volatility - self.plan.volatility**2 / 2)
        level: float = growth * mood * self._season[month.month - 1]
        if self.plan.story is Story.DISTRESSED and number >= 26:
            level *= 0.86 ** (number - 25)
        return min(max(level, 0.02), 8.0)

    def _troubles(self, number: int) -> tuple[float, float]:
        if self.plan.story is Story.DISTRESSED and number >= 26 and self._sells:
            return min(self.side.void_share + 0.12, 0.7), min(self.side.red_share + 0.08, 0.4)
        return self.side.void_share, self.side.red_share

    def _reversals(self, month: Month) -> Iterator[Invoice]:
        """Red-letter invoices for some earlier ones, this month's too."""
        kept = []
        for earlier in self.reversible:
            if self.rng.random() < 0.5:
                kept.append(earlier)
                continue
            day = max(self._day(month), earlier.issued_on)
            yield replace(
                earlier,
                issued_on=day,
                number=self._number(),
                net_fen=-earlier.net_fen,
                vat_fen=-earlier.vat_fen,
                gross_fen=-earlier.gross_fen,
            )
        self.reversible = kept[-_RED_DELAY:]

    def _voided(self, invoice: Invoice) -> Invoice:
        if self.rng.random() < 0.07:
            return replace(invoice, net_fen=0, vat_fen=0, gross_fen=0, is_void=True)
        return replace(invoice, is_void=True)

    def _count(self, expected: float) -> int:
        return max(round(self.rng.gauss(expected, math.sqrt(max(expected, 0.1)))), 0)

    def _day(self, month: Month) -> str:
        length = monthrange(month.year, month.month)[1]
        day = round(self.rng.triangular(1, length, length * 0.8))
        return f"{month}-{min(max(day, 1), length):02d}"

    def _partner(self) -> str:
        return self.rng.choices(self._partners, cum_weights=self._weights)[0]

    def _number(self) -> str:
        if self._sells:
            self.serial += 1
            return f"{self.serial:08d}"
        return f"{self.rng.randrange(100_000, 99_999_999):08d}"

    def _code(self, number: int) -> str:
        kind = "B" if self._sells else "S"
        shared = number and self.rng.random() < 0.2  # some partners trade with many firms
        return (
            f"{kind}X{self.rng.randrange(400):05d}"
            if shared
            else (f"{kind}{self.plan.index:04d}{number:04d}")
        )


def _weights(side: Side) -> list[float]:
    """The first partner has the top share; the others share the rest, ever less each."""
    others = [1 / rank for rank in range(2, side.partners + 1)]
    rest = (1 - min(side.top_share, 0.98)) / sum(others)
    return [min(side.top_share, 0.98), *(weight * rest for weight in others)]
