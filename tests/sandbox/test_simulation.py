"""Simulated firms: the same for a seed, shaped like real ones, and nobody's."""

from __future__ import annotations

import re
from random import Random
from statistics import median

import pytest
from stdnum.cn import uscc

from portal.core.months import Month, months_between
from portal.sandbox.taxauthority.records.invoice import Invoice
from portal.sandbox.taxauthority.records.kinds import Direction
from portal.sandbox.taxauthority.records.usccs import synthetic_uscc
from portal.sandbox.taxauthority.simulation.generate import Lines, firm_lines
from portal.sandbox.taxauthority.simulation.names import accounts, firm_names
from portal.sandbox.taxauthority.simulation.plan import Story, story_of
from portal.sandbox.taxauthority.simulation.quantiles import at_quantile, calibration
from tests.sandbox.authority import Authority

LAST = Month(2026, 10)
FIRMS = 60


@pytest.fixture(scope="module")
def firms() -> dict[int, Lines]:
    return {index: firm_lines(index, seed=7, last=LAST) for index in range(1, FIRMS + 1)}


def invoices(lines: Lines, direction: Direction) -> list[Invoice]:
    return [
        Invoice.from_line(line)
        for (side, _), month in lines.items()
        if side is direction
        for line in month
    ]


def test_the_same_seed_makes_the_same_firm_and_another_another() -> None:
    assert firm_lines(5, seed=7, last=LAST) == firm_lines(5, seed=7, last=LAST)
    assert firm_lines(5, seed=7, last=LAST) != firm_lines(5, seed=8, last=LAST)


def test_amounts_add_up_and_dates_stay_in_their_month(firms: dict[int, Lines]) -> None:
    for lines in firms.values():
        for (_, month), kept in lines.items():
            for line in kept:
                invoice = Invoice.from_line(line)
                assert invoice.issued_on.startswith(str(month))
                assert invoice.net_fen + invoice.vat_fen == invoice.gross_fen


def test_the_demonstration_firm_has_filed_every_month(firms: dict[int, Lines]) -> None:
    wanted = {(side, month) for side in Direction for month in months_between(LAST - 35, LAST)}
    assert set(firms[1]) == wanted


@pytest.mark.parametrize(
    ("figure", "within"),
    [
        ("sale_invoices_per_busy_month", 2.0),
        ("sale_net_fen_per_busy_month", 2.5),
        ("sale_void_share_ppm", 2.0),
        ("buyers", 2.0),
        ("purchase_invoices_per_busy_month", 2.5),
    ],
)
def test_the_middle_firm_is_like_the_middle_real_firm(
    firms: dict[int, Lines], figure: str, within: float
) -> None:
    real = calibration()["firms"][figure]["p50"]
    made = median(_figure(lines, figure) for lines in firms.values())
    assert real / within <= made <= real * within


def _figure(lines: Lines, name: str) -> float:
    side = Direction.PURCHASE if name.startswith("purchase") else Direction.SALE
    found = invoices(lines, side)
    months = len({month for at, month in lines if at is side}) or 1
    if name.endswith("void_share_ppm"):
        return sum(invoice.is_void for invoice in found) * 1_000_000 / max(len(found), 1)
    if name == "buyers":
        return len({invoice.counterparty for invoice in found})
    if name.endswith("invoices_per_busy_month"):
        return len(found) / months
    return sum(invoice.net_fen for invoice in found if not invoice.is_void) / months


def test_amounts_have_a_heavy_tail(firms: dict[int, Lines]) -> None:
    amounts = sorted(i.net_fen for i in invoices(firms[1], Direction.SALE) if i.net_fen > 0)
    largest = amounts[-len(amounts) // 100 :]
    assert sum(largest) > 0.04 * sum(amounts)
    assert amounts[-1] > 5 * median(amounts)


def test_void_and_red_letter_invoices_occur(firms: dict[int, Lines]) -> None:
    found = [i for lines in firms.values() for i in invoices(lines, Direction.SALE)]
    assert any(invoice.is_void for invoice in found)
    assert any(invoice.net_fen < 0 for invoice in found)
    assert any(invoice.is_void and not invoice.gross_fen for invoice in found)


def of_story(firms: dict[int, Lines], story: Story) -> list[Lines]:
    return [lines for index, lines in firms.items() if story_of(index) is story]


def revenue(lines: Lines, months: list[Month]) -> int:
    return sum(
        invoice.net_fen
        for month in months
        for invoice in map(Invoice.from_line, lines.get((Direction.SALE, month), []))
        if not invoice.is_void
    )


def test_distressed_firms_fade_and_steady_ones_do_not(firms: dict[int, Lines]) -> None:
    first, last = months_between(LAST - 14, LAST - 12), months_between(LAST - 2, LAST)

    def fading(story: Story) -> float:
        ratios = [
            revenue(lines, last) / before
            for lines in of_story(firms, story)
            if (before := revenue(lines, first)) > 0
        ]
        return median(ratios)

    assert fading(Story.DISTRESSED) < 0.25
    assert fading(Story.STEADY) > 0.6


def test_round_trips_sell_and_buy_back_at_nearly_the_same_price(firms: dict[int, Lines]) -> None:
    lines = of_story(firms, Story.ROUND_TRIPS)[0]
    sold = {i.counterparty: i for i in invoices(lines, Direction.SALE)}
    back = [i for i in invoices(lines, Direction.PURCHASE) if i.counterparty in sold]
    assert any(i.counterparty.startswith("RT") for i in back)


def test_bursts_are_round_amounts_in_the_last_two_months(firms: dict[int, Lines]) -> None:
    lines = of_story(firms, Story.BURST)[0]
    burst = [i for i in invoices(lines, Direction.SALE) if i.counterparty.startswith("NB")]
    assert len(burst) >= 12
    assert all(i.net_fen % 5_000_000 == 0 for i in burst)
    assert {i.issued_on[:7] for i in burst} == {str(LAST - 1), str(LAST)}


def test_some_firms_have_months_that_were_not_filed(firms: dict[int, Lines]) -> None:
    lines = of_story(firms, Story.UNFILED)[0]
    months = {month for _, month in lines}
    assert LAST - 7 not in months
    assert LAST - 5 in months


def test_names_and_codes_cannot_be_taken_for_real_ones() -> None:
    for index in range(1, 300):
        name, name_zh = firm_names(index)
        assert " Demo " in name
        assert "演示" in name_zh
        assert all(" Demo" in account.name for account in accounts(index))
        code = synthetic_uscc(f"SIM-1-{index:04d}")
        assert uscc.is_valid(code)
        assert code.startswith("91990000")
    assert len({firm_names(index) for index in range(1, 300)}) == 299


def test_figures_between_and_beyond_quantiles() -> None:
    points = {"p5": 10, "p50": 100, "p95": 1000}
    assert at_quantile(points, 0.01) == 10
    assert at_quantile(points, 0.5) == pytest.approx(100)
    assert at_quantile(points, 0.275) == pytest.approx(31.6, abs=0.1)
    beyond = [at_quantile(points, Random(seed).uniform(0.95, 1)) for seed in range(50)]
    assert all(1000 <= value <= 12_000 for value in beyond)


@pytest.mark.xdist_group("sandbox-http")
def test_the_command_makes_firms_once_and_lists_their_people(authority: Authority) -> None:
    again = authority.run("simulate_firms", 12)
    assert "0 firms made" in again
    listed = authority.run("authority_accounts")
    for login in ("sara", "sam", "mallory", "owner3", "finance3", "clerk4"):
        assert re.search(rf"^{login} ", listed, re.MULTILINE)
    assert re.search(r"^sara .* legal_representative .*Cedar Demo Tooling 1$", listed, re.MULTILINE)


@pytest.mark.xdist_group("sandbox-http")
def test_a_month_that_is_not_over_is_refused(authority: Authority) -> None:
    said = authority.run("simulate_firms", 1, "--until", "2999-01", fails=True)
    assert "is not over" in said
