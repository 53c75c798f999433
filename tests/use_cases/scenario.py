"""What a scenario is: a world made ready, one call, and what it must leave behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connections

from ledger.kinds import EventKind
from portal.core.jobs import Job
from tests.personas import People

Call = Callable[[], Any]
About = str | Sequence[str]
Refusal = tuple[type[Exception], Call]


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a use case.

    ``about`` are the subjects of its events: one for all, or one each; a function where they
    depend on what the call returns. ``jobs`` are names of jobs asked for. ``refused`` are calls
    that raise before the run, ``afterwards`` calls that raise because it happened. ``raises`` is
    for a run that refuses and has to put that on record.
    """

    run: Call
    about: About | Callable[[Any], About] = ()
    jobs: frozenset[Job] = frozenset()
    raises: type[Exception] | None = None
    refused: Sequence[Refusal] = ()
    afterwards: Sequence[Refusal] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """How to make ready one run of one use case, and the kinds of event that it writes."""

    use_case: str
    name: str
    kinds: tuple[EventKind, ...]
    prepare: Callable[[People], Case]

    def events(self, case: Case, result: Any) -> list[tuple[str, str]]:
        """Kind and subject of every event that a run with this result must have written."""
        about = case.about(result) if callable(case.about) else case.about
        subjects = [about] * len(self.kinds) if isinstance(about, str) else about
        return sorted(zip(map(str, self.kinds), subjects, strict=True))


SCENARIOS: list[Scenario] = []


def scenario(
    use_case: Callable[..., Any], *kinds: EventKind
) -> Callable[[Callable[[People], Case]], Callable[[People], Case]]:
    """Decorates a function that makes ready a run of ``use_case`` which writes these kinds."""

    def put(prepare: Callable[[People], Case]) -> Callable[[People], Case]:
        path = f"{use_case.__module__}.{use_case.__name__}"
        SCENARIOS.append(Scenario(path, prepare.__name__, kinds, prepare))
        return prepare

    return put


@contextmanager
def logged_in(alias: str) -> Iterator[None]:
    """Another process's log-in as ``default``, as it has it: signer, scorer, owner."""
    own = connections["default"]
    connections["default"] = connections[alias]
    try:
        yield
    finally:
        connections["default"] = own


def running_as(alias: str, call: Call) -> Call:
    """The same call, made by the process with that log-in."""

    def run() -> Any:
        with logged_in(alias):
            return call()

    return run
