"""What kind of firm it is: drawn once, from real firms' quantiles and a story."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from portal.sandbox.taxauthority.simulation.quantiles import firm_figure, related

MONTHS = 36
_MOST_INVOICES = 400
_RATES = (13, 13, 13, 9, 6, 6, 3, 1)


class Story(StrEnum):
    STEADY = "steady"
    GROWING = "growing"
    DISTRESSED = "distressed"
    ROUND_TRIPS = "round_trips"
    BURST = "burst"
    UNFILED = "unfiled"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a firm's trade: sales or purchases."""

    invoices_per_month: float
    net_fen_per_month: float
    partners: int
    top_share: float
    void_share: float
    red_share: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that stays the same over a firm's months. Months count from 0 to 35."""

    index: int
    story: Story
    first_month: int
    volatility: float
    growth_per_year: float
    vat_percent: int
    sales: Side
    purchases: Side


def story_of(index: int) -> Story:
    """By position, so that any number of firms holds each story in about the same share."""
    if index <= 2:
        return (Story.GROWING, Story.STEADY)[index - 1]
    stories = {3: Story.GROWING, 5: Story.DISTRESSED, 7: Story.UNFILED, 8: Story.GROWING}
    arranged = {6: Story.ROUND_TRIPS, 13: Story.BURST}
    return arranged.get(index % 17) or stories.get(index % 9) or Story.STEADY


def draw_plan(index: int, rng: Random) -> Plan:
    """The plan of the ``index``-th firm; firms 1 and 2 are of middling size and full history."""
    size = 0.35 if index <= 2 else rng.gauss(0, 1)
    busy = 24.0 if index <= 2 else firm_figure("busy_months", rng.random())
    story = story_of(index)
    return Plan(
        index=index,
        story=story,
        first_month=0 if busy >= 23 else MONTHS - max(int(busy * 1.3), 4),
        volatility=0.25 if index <= 2 else _share("month_volatility_ppm", rng) * 0.8,
        growth_per_year=_growth(story, rng),
        vat_percent=rng.choice(_RATES),
        sales=_side("sale", "buyer", size, rng),
        purchases=_side("purchase", "supplier", size, rng),
    )


def _side(kind: str, partner: str, size: float, rng: Random) -> Side:
    def rank(weight: float) -> float:
        return related(size, rng.gauss(0, 1), weight=weight)

    count = firm_figure(f"{kind}_invoices_per_busy_month", rank(0.8))
    return Side(
        invoices_per_month=min(count, _MOST_INVOICES),
        net_fen_per_month=firm_figure(f"{kind}_net_fen_per_busy_month", rank(0.85)),
        partners=max(int(firm_figure(f"{partner}s", rank(0.7))), 2),
        top_share=_share(f"top_{partner}_share_ppm", rng),
        void_share=min(_share(f"{kind}_void_share_ppm", rng), 0.6),
        red_share=min(_share(f"{kind}_red_share_ppm", rng), 0.3),
    )


def _share(name: str, rng: Random) -> float:
    return firm_figure(name, rng.random()) / 1_000_000


def _growth(story: Story, rng: Random) -> float:
    if story is Story.GROWING:
        return rng.uniform(1.1, 1.4)
    drawn = _share("second_year_to_first_ppm", rng)
    return min(max(drawn, 0.6), 1.6) if story is not Story.DISTRESSED else rng.uniform(0.6, 0.9)
