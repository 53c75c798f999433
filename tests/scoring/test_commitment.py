"""A commitment binds figures, digest and key."""

from __future__ import annotations

import pytest

from scoring.engine.commitment import commitment_of

FIGURES = {"buyers": 3, "sales_growth": None}
KEY = bytes(range(32))


def committed(figures: dict[str, int | None], digest: str = "d", key: bytes = KEY) -> str:
    return commitment_of(figures, input_digest=digest, key=key)


def test_it_is_the_same_every_time_whatever_the_order() -> None:
    assert committed(dict(FIGURES)) == committed(dict(reversed(FIGURES.items())))
    assert len(committed(dict(FIGURES))) == 64


def test_it_changes_with_each_part() -> None:
    others = [
        committed({**FIGURES, "buyers": 4}),
        committed({**FIGURES, "sales_growth": 0}),
        committed(dict(FIGURES), digest="e"),
        committed(dict(FIGURES), key=bytes(32)),
    ]
    assert len({committed(dict(FIGURES)), *others}) == 5


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        committed(dict(FIGURES), key=b"")
