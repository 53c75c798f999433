"""A model saved with its ledger event, against the same saved without; the two take turns."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from uuid import uuid4

from bench.bars import Bars

MOST = 1.2
WARM = 100


def saving(bars: Bars, *, pairs: int, flush_ms: int) -> None:
    """Compare the medians of so many pairs, as the web's log-in; then without the slow disk."""
    found, said = _compared(pairs)
    bars.at_most(f"audited save / plain save, flush + {flush_ms} ms", found, MOST, said=said)


def faster(pairs: int) -> None:
    """The same for information: the less a commit costs, the more an event weighs."""
    found, said = _compared(pairs)
    print(f"  (on a disk that flushes at once: {found:.2f}, {said})", flush=True)


def _compared(pairs: int) -> tuple[float, str]:
    # Need settings.
    from django.db import transaction  # noqa: PLC0415

    from ledger.kinds import EventKind  # noqa: PLC0415
    from ledger.recording import record  # noqa: PLC0415
    from portal.accounts.create_organisation import create_organisation  # noqa: PLC0415
    from portal.core.actor import OrganisationKind  # noqa: PLC0415

    bank = create_organisation(
        kind=OrganisationKind.BANK, name="Bench Bank", name_zh="台", licence=uuid4().hex[:12]
    )

    def save(*, is_audited: bool) -> float:
        started = perf_counter()
        with transaction.atomic():
            bank.name = f"Bench Bank {uuid4()}"
            bank.save()
            if is_audited:
                record(
                    EventKind.APPLICATION_WITHDRAWN,
                    actor="person:bench",
                    subject=f"application:{uuid4()}",
                    payload={},
                )
        return perf_counter() - started

    took: dict[bool, list[float]] = {True: [], False: []}
    order = [True, False]
    for _ in range(pairs + WARM):
        for is_audited in order:
            took[is_audited].append(save(is_audited=is_audited))
        order.reverse()
    audited, plain = (median(took[which][WARM:]) for which in (True, False))
    return audited / plain, f"{audited * 1000:.2f} and {plain * 1000:.2f} ms"
