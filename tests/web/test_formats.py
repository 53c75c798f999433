"""Money, months and times as read in each language."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from portal.core.months import Month
from portal.web import formats

EVENING_UTC = datetime(2026, 11, 21, 18, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount_fen", "english", "chinese"),
    [
        (150_000_000, "¥1,500,000", "150万元"),
        (150_500_000, "¥1,505,000", "150.5万元"),
        (1_234_560_000, "¥12,345,600", "1,234.56万元"),
        (150_000_100, "¥1,500,001", "1,500,001元"),
        (999_900, "¥9,999", "9,999元"),
        (123_450, "¥1,234.50", "1,234.50元"),
        (-1_000_000, "-¥10,000", "-1万元"),
        (0, "¥0", "0元"),
    ],
)
def test_yuan(amount_fen: int, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert formats.yuan_text(amount_fen) == english
    with translation.override("zh-hans"):
        assert formats.yuan_text(amount_fen) == chinese


@pytest.mark.parametrize("value", [Month(2024, 5), date(2024, 5, 31), "2024-05"])
def test_month(value: Month | date | str) -> None:
    with translation.override("en"):
        assert formats.month_text(value) == "May 2024"
    with translation.override("zh-hans"):
        assert formats.month_text(value) == "2024年5月"


def test_times_are_told_in_beijing_time() -> None:
    with translation.override("en"):
        assert formats.date_text(EVENING_UTC) == "22 November 2026"
        assert formats.time_text(EVENING_UTC) == "22 November 2026, 02:30"
        assert formats.time_text(EVENING_UTC, seconds=True).endswith("02:30:05")
    with translation.override("zh-hans"):
        assert formats.time_text(EVENING_UTC) == "2026年11月22日 02:30"


def test_hash_is_grouped_by_four() -> None:
    assert formats.grouped_hash(bytes.fromhex("9d41e07b6a")) == "9d41 e07b 6a"
    assert formats.grouped_hash("9d41e07b") == "9d41 e07b"
