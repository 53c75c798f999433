"""Reading several sources at once in child processes, with a running count of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from datetime import date
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from typing import ClassVar

from portal.sandbox.taxauthority.reading.invoices import Reading, read_invoices
from portal.sandbox.taxauthority.reading.sources import Source

_WORTH_A_CREW = 2_000_000
_TICK_SECONDS = 0.5
_WORTH_TELLING = 100_000


class _Worker:
    """State of one child process, set when it starts."""

    counter: ClassVar[Synchronized[int] | None] = None


def _start(counter: Synchronized[int]) -> None:
    _Worker.counter = counter


def _read(source: Source, known: frozenset[str], today: date) -> Reading:
    seen = 0

    def progress(rows: int) -> None:
        nonlocal seen
        if _Worker.counter is not None:
            with _Worker.counter.get_lock():
                _Worker.counter.value += rows - seen
        seen = rows

    return read_invoices(source, known=known, today=today, progress=progress)


def read_all(
    sources: list[Source],
    *,
    known: frozenset[str],
    today: date,
    processes: int,
    on_rows: Callable[[int], None],
) -> Iterator[Reading]:
    """Readings as they are finished, largest source started first.

    The first source that is refused as a whole (FileRefused) ends it; so does a child that died.
    """
    if processes < 2 or sum(source.weight for source in sources) < _WORTH_A_CREW:
        for source in sources:
            yield read_invoices(source, known=known, today=today)
        return
    context = get_context("spawn")
    counter = context.Value("q", 0)
    told = 0

    def tick() -> None:
        nonlocal told
        if counter.value - told >= _WORTH_TELLING:
            told = counter.value
            on_rows(told)

    with ProcessPoolExecutor(processes, context, _start, (counter,)) as pool:
        order = sorted(sources, key=lambda source: -source.weight)
        waiting = {pool.submit(_read, source, known, today) for source in order}
        try:
            yield from _finished(waiting, tick)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _finished(waiting: set[Future[Reading]], tick: Callable[[], None]) -> Iterator[Reading]:
    while waiting:
        done, waiting = wait(waiting, timeout=_TICK_SECONDS, return_when=FIRST_COMPLETED)
        if not done:
            tick()
        for future in done:
            yield future.result()
