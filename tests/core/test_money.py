import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.money import parse_yuan, yuan


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_what_is_shown_can_be_typed_again(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1,234.50", 123450), ("¥1500000", 150000000), (" 0.5 ", 50), ("￥12，000", 1200000)],
)
def test_forms_people_type(typed: str, fen: int) -> None:
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize("typed", ["", "12.345", "1e5", "12 万", "٣", "1,23,456", "--1", "+5"])
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_yuan(typed)
