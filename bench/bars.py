"""Figures held against their bars, a line each, and how many were missed."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import quantiles


@dataclass
class Bars:
    """What one run found; ``missed`` is its exit code's reason."""

    missed: list[str] = field(default_factory=list)

    def at_least(self, what: str, found: float, bar: float, *, said: str = "") -> None:
        """A ratio that has to reach ``bar``."""
        self._judge(what, found, bar, said, sign=">=")

    def at_most(self, what: str, found: float, bar: float, *, said: str = "") -> None:
        """A ratio or a share of a limit that may not pass ``bar``."""
        self._judge(what, found, bar, said, sign="<=")

    def _judge(self, what: str, found: float, bar: float, said: str, *, sign: str) -> None:
        holds = found >= bar if sign == ">=" else found <= bar
        if not holds:
            self.missed.append(what)
        verdict = "" if holds else "   MISSED"
        print(f"{what:<58.58} {found:7.2f}  ({sign} {bar:.2f})  {said}{verdict}", flush=True)


def percentile(values: list[float], percent: int) -> float:
    """By linear interpolation."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
