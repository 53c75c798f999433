"""The regulator's pages over a small and a large ledger; the databases take turns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory
from django.urls import resolve

from bench.bars import Bars, percentile
from bench.ledger_world import APART, START, bodies, reading_alias
from bench.lending_world import reading_from
from ledger.format.event import Event
from ledger.format.merkle import leaf_hash
from ledger.format.receipt_code import receipt_code
from portal.core.actor import Actor, OrganisationKind, Role

MOST_RATIO = 1.3
WARM = 5


@dataclass(frozen=True, slots=True)
class Explorer:
    """The regulator's person, and how many entries the smaller ledger has."""

    actor: Actor
    small: int

    def addresses(self) -> list[str]:
        """Pages as they open, each search, and an entry with its proof; in both ledgers."""
        seq = self.small // 2
        ((_, body),) = bodies(seq, seq + 1)
        event = Event.decode(body)
        day = (START + APART * (self.small * 3 // 4)).date()
        code = receipt_code(seq, leaf_hash(body))
        return [
            "/regulator/",
            f"/regulator/?before={seq}",
            "/regulator/?kind=data.used",
            f"/regulator/?kind=data.used&before={seq}",
            "/regulator/?kind=agreement.signed",
            f"/regulator/?q={event.subject}",
            f"/regulator/?q={event.subject}&kind={event.kind}",
            f"/regulator/?q={code}",
            f"/regulator/?from={day}&to={day}",
            f"/regulator/?to={day}",
            f"/regulator/?from={day}&to={day}&kind=data.used",
            f"/regulator/?from={day}&to={day}&kind=agreement.signed",
            f"/regulator/entries/{seq}/",
            "/regulator/checkpoints/",
            "/regulator/consistency/?old=5000&new=10000",
        ]

    def page_ms(self, address: str, alias: str) -> float:
        """Milliseconds that the page takes, redirects not followed, from one of the databases."""
        request: Any = RequestFactory().get(address)
        request.actor = self.actor
        request._messages = CookieStorage(request)  # noqa: SLF001 -- as its middleware does
        found = resolve(request.path)
        with reading_from(alias):
            started = perf_counter()
            response = found.func(request, *found.args, **found.kwargs)
            took = (perf_counter() - started) * 1000
        if response.status_code not in {200, 302}:
            raise SystemExit(f"{address}: {response.status_code}")
        return took


def exploring(bars: Bars, *, small: int, databases: tuple[str, str], rounds: int) -> None:
    """Compare each page's p95 in the small database and in the large one."""
    few, many = (reading_alias(name) for name in databases)
    person = Actor(
        person_id=uuid4(),
        person_name="Regulator",
        organisation_id=uuid4(),
        organisation_kind=OrganisationKind.REGULATOR,
        roles=frozenset({Role.REGULATOR}),
        second_factor_at=datetime.now(UTC),
    )
    explorer = Explorer(person, small)
    for address in explorer.addresses():
        turns = [few, many]
        took: dict[str, list[float]] = {alias: [] for alias in turns}
        for _ in range(rounds + WARM):
            for alias in turns:
                took[alias].append(explorer.page_ms(address, alias))
            turns.reverse()
        before, after = (percentile(took[alias][WARM:], 95) for alias in (few, many))
        said = f"{before:.1f} and {after:.1f} ms"
        bars.at_most(address.removeprefix("/regulator"), after / before, MOST_RATIO, said=said)
