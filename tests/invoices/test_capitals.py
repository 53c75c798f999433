"""Amounts in words: written by the authority, read by the portal, each in code of its own."""

from __future__ import annotations

from random import Random

import pytest

from portal.invoices.checking.capitals import says
from portal.sandbox.taxauthority.einvoices.capitals import in_capitals


@pytest.mark.parametrize(
    ("words", "amount_fen"),
    [
        ("壹仟贰佰柒拾贰圆整", 127_200),
        ("伍元陆角壹分", 561),
        ("壹佰圆零伍分", 10_005),
        ("壹万零伍圆整", 1_000_500),
        ("壹拾万元正", 10_000_000),
        ("壹亿零伍佰圆伍角整", 10_000_050_050),
        ("壹佰贰拾万零叁仟圆整", 120_300_000),
        ("陆分", 6),
        ("（负数）壹仟圆整", -100_000),
    ],
)
def test_customary_spellings_are_understood(words: str, amount_fen: int) -> None:
    assert says(words, amount_fen)
    assert not says(words, -amount_fen)
    assert not says(words, amount_fen + 1)


def test_what_the_authority_writes_is_what_the_portal_reads() -> None:
    rng = Random(3)
    for _ in range(3000):
        amount = int(10 ** rng.uniform(0, 13))
        amount -= rng.choice([0, amount % 100, amount % 10, amount % 1_000_000])
        if amount:
            assert says(in_capitals(amount), amount), amount
            assert says(in_capitals(-amount), -amount), amount


@pytest.mark.parametrize("words", ["", "整", "壹圆壹圆", "1圆", "壹圆整整", "拾圆"])
def test_what_is_no_amount_says_none(words: str) -> None:
    assert not any(says(words, amount) for amount in (100, 1000, 1100))
