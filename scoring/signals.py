"""Hints from one reading of a firm's records: read, computed, kept and recorded beside a score."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ledger.kinds import EventKind
from ledger.recording import record
from portal.consents.door import Window
from portal.core.actor import SystemActor
from scoring.engine.signals.catalogue import CODES, Signal, Signals, signals_for
from scoring.engine.signals.rates import FALSE_ALARMS
from scoring.engine.signals.traces import MonthTraces
from scoring.engine.signals.view import view_of
from scoring.engine.summary import MonthSummary
from scoring.engine.window import MOST_LAG
from scoring.models import Score
from scoring.signal_models import SignalSet

if TYPE_CHECKING:
    from scoring.reading import Read

log = logging.getLogger(__name__)
NOTHING_KNOWN = Signals(found=(), not_computable=CODES)


def traces_in(window: Window) -> tuple[MonthTraces, ...]:
    """Traces of the consented months; a month stored before there were any has none."""
    return tuple(_readable(window))


def read_before_in(window: Window) -> tuple[MonthSummary, ...]:
    """Summaries as first fetched under this consent, of the months that were fetched anew since."""
    return tuple(MonthSummary.from_json(chunk.data) for chunk in window.first_chunks("summary"))


def signals_of(read: Read) -> Signals:
    """The hints of one reading; none can be computed where months are missing.

    A month that nobody could see would look like one without sales.
    """
    if read.missing or read.lag > MOST_LAG:
        return NOTHING_KNOWN
    view = view_of(read.summaries, read.traces, read.as_of, lag=read.lag)
    return signals_for(view, read_before=read.read_before)


def keep_signals(actor: SystemActor, *, score: Score, signals: Signals) -> None:
    """Store and record them, in the transaction that stored the score."""
    put_signals(score, signals)
    record(
        EventKind.SIGNALS_RECORDED,
        actor=actor.ref,
        subject=f"application:{score.application_id}",
        payload={
            "bank": str(score.bank_id),
            "application": str(score.application_id),
            "consent": str(score.consent_id),
            "input_digest": score.input_digest,
            **codes_by_strength(signals),
        },
    )


def put_signals(score: Score, signals: Signals) -> None:
    """Their row alone."""
    SignalSet.objects.create(
        score=score,
        found=[_kept(signal) for signal in signals.found],
        not_computable=list(signals.not_computable),
    )


def codes_by_strength(signals: Signals) -> dict[str, str]:
    """What the ledger says of them: codes by strength, never what they rest on."""
    return {
        **{f"strength_{one}": _codes(signals, one) for one in (1, 2, 3)},
        "not_computable": ",".join(signals.not_computable),
    }


def _readable(window: Window) -> Iterator[MonthTraces]:
    for chunk in window.chunks("traces"):
        try:
            yield MonthTraces.from_json(chunk.data)
        except ValueError:
            # A hint that can't be computed must not keep a firm from its score.
            log.warning("traces of %s can't be read", chunk.month)


def _kept(signal: Signal) -> dict[str, Any]:
    alarms = FALSE_ALARMS[signal.code]
    return {
        "code": signal.code,
        "strength": signal.strength,
        "months": list(signal.months),
        "percent": list(signal.percent),
        "false_alarms": list(alarms) if alarms else None,
    }


def _codes(signals: Signals, strength: int) -> str:
    return ",".join(one.code for one in signals.found if one.strength == strength)
