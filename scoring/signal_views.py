"""Signals as pages, policies and the record of a decision keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from scoring.engine.signals.catalogue import CODES

if TYPE_CHECKING:
    from scoring.signal_models import SignalSet


@dataclass(frozen=True, slots=True)
class SignalView:
    """One hint: strength 1 to 3, months looked at, and the measure's band in percent.

    The upper end of ``percent`` is None in the open band. ``false_alarms`` is how many of how many
    real firms showed it, measured before; None where the sample could show none.
    """

    code: str
    strength: int
    months: tuple[str, ...]
    percent: tuple[int, int | None]
    false_alarms: tuple[int, int] | None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As it was stored or frozen."""
        low, high = kept["percent"]
        alarms = kept["false_alarms"]
        return cls(
            code=kept["code"],
            strength=kept["strength"],
            months=tuple(kept["months"]),
            percent=(low, high),
            false_alarms=(alarms[0], alarms[1]) if alarms else None,
        )


@dataclass(frozen=True, slots=True)
class SignalsView:
    """What one reading hinted at, the strongest first, and what it could not compute."""

    found: tuple[SignalView, ...]
    not_computable: tuple[str, ...]

    @property
    def strongest(self) -> int:
        """0 where nothing was found."""
        return max((signal.strength for signal in self.found), default=0)

    @property
    def is_nothing_known(self) -> bool:
        """Whether not one could be computed: months were missing."""
        return not self.found and set(self.not_computable) >= set(CODES)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """As it was frozen."""
        found = [SignalView.of(signal) for signal in kept["found"]]
        return cls(
            tuple(sorted(found, key=lambda signal: (-signal.strength, signal.code))),
            tuple(kept["not_computable"]),
        )

    @classmethod
    def of_row(cls, row: SignalSet | None) -> Self | None:
        """As it was stored; None for a score from before there were signals, and once erased."""
        if row is None:
            return None
        return cls.of({"found": row.found, "not_computable": row.not_computable})
