"""Signals in words, for the officer of the bank that the score was made for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.words import code_words
from portal.web.formats import month_text
from scoring.engine.small_cells import Answers, wilson
from scoring.signal_views import SignalsView, SignalView

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Strength as the tone of its tag and the word in it.
STRENGTHS: Final[dict[int, tuple[str, StrPromise]]] = {
    1: ("neutral", gettext_lazy("Weak")),
    2: ("waiting", gettext_lazy("Marked")),
    3: ("refused", gettext_lazy("Strong")),
}


@dataclass(frozen=True, slots=True)
class SignalLine:
    """One hint as the page shows it."""

    name: str
    tag: str
    word: str
    months: str
    measure: str
    alarms: str

    @classmethod
    def of(cls, signal: SignalView) -> SignalLine:
        """In the page's language."""
        tag, word = STRENGTHS[signal.strength]
        return cls(
            name=capitalised(code_words(signal.code)),
            tag=tag,
            word=str(word),
            months=_months(signal.months),
            measure=_measure(*signal.percent),
            alarms=_alarms(signal.false_alarms),
        )


@dataclass(frozen=True, slots=True)
class WordedSignals:
    """What was found, and by name what could not be computed."""

    lines: tuple[SignalLine, ...]
    not_computable: tuple[str, ...]
    is_nothing_known: bool


def worded_signals(signals: SignalsView | None) -> WordedSignals | None:
    """Words for the signals beside a score; None where none are kept."""
    if signals is None:
        return None
    missing = tuple(sorted(code_words(code) for code in signals.not_computable))
    return WordedSignals(
        lines=tuple(SignalLine.of(signal) for signal in signals.found),
        not_computable=missing,
        is_nothing_known=signals.is_nothing_known,
    )


def capitalised(text: str) -> str:
    """As a heading begins; codes in words stand in the middle of sentences elsewhere."""
    return text[:1].upper() + text[1:]


def _months(months: tuple[str, ...]) -> str:
    if not months:
        return "–"
    first, last = (month_text(date.fromisoformat(f"{one}-01")) for one in (months[0], months[-1]))
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def _measure(low: int, high: int | None) -> str:
    if high is None:
        return _("%(least)s %% or more") % {"least": low}
    return _("%(least)s to %(most)s %%") % {"least": low, "most": high}


def _alarms(measured: tuple[int, int] | None) -> str:
    """How often real firms show it that nobody suspects."""
    if measured is None:
        return _("not measured on real firms")
    alarms, firms = measured
    low, high = wilson(Answers(alarms, firms - alarms))
    return _("%(alarms)s of %(firms)s real firms (%(low)s to %(high)s)") % {
        "alarms": alarms,
        "firms": firms,
        "low": f"{low:.1%}",
        "high": f"{high:.1%}",
    }
