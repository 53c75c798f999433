"""Each attack is really made, by a superuser, on a ledger that a witness process has seen.

The layers that the table names catch it, and no other: with those switched off it would pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction

from tests.ledger_attacks.drill import (
    EDITED,
    SIZE,
    SIZES,
    World,
    begin,
    catching,
)
from tests.ledger_attacks.own_ledger import OwnLedger

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def world(
    own_ledger: OwnLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """300 entries, three checkpoints; the witness has cosigned each in its turn."""
    world = begin(own_ledger, tmp_path)
    monkeypatch.setenv("TAXBRIDGE_LEDGER_POLICY", str(tmp_path / "policy"))
    try:
        world.live()
        yield world
    finally:
        world.witness.kill()


def nothing(world: World) -> None:
    """The control: an honest operator."""


def edited(world: World) -> None:
    with world.ledger.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger.entry SET body = %s WHERE seq = %s",
            [world.body(EDITED, kind="offer.accepted"), EDITED],
        )


def deleted(world: World) -> None:
    with world.ledger.cursor() as cursor:
        cursor.execute("DELETE FROM ledger.entry WHERE seq = %s", [EDITED])


def cut(world: World) -> None:
    with world.ledger.cursor() as cursor:
        cursor.execute("DELETE FROM ledger.entry WHERE seq >= 250")


def cut_with_checkpoints(world: World) -> None:
    cut(world)
    world.ledger.forget(SIZE)


def another_history(world: World) -> list[bytes]:
    entries = world.bodies()
    entries[EDITED] = world.body(EDITED, kind="offer.accepted")
    return entries


def recomputed(world: World) -> None:
    world.ledger.write(another_history(world))


def recomputed_and_signed(world: World) -> None:
    """With the stolen key."""
    recomputed(world)
    world.ledger.sign(*SIZES)


def put_back(world: World) -> None:
    """To the state of size 200, from before the witness saw 300."""
    world.ledger.write(world.bodies()[:200])
    world.ledger.forget(SIZE)
    world.ledger.sign(200)


def forked(world: World) -> None:
    """Put back, and gone on with to the same size."""
    later = [world.body(seq, kind="offer.accepted") for seq in range(200, SIZE)]
    world.ledger.write([*world.bodies()[:200], *later])
    world.ledger.forget(SIZE)
    world.ledger.sign(SIZE)


def back_dated(world: World) -> None:
    """Written now, dated yesterday; signed and cosigned as anything is, so nothing may follow."""
    world.ledger.write([*world.bodies(), world.body(SIZE, days=-1)])
    world.ledger.sign(SIZE + 1)
    world.cosign(SIZE, SIZE + 1)


def never_logged(world: World) -> None:
    """Entry 300 happened, but was left out: only who knows of it can miss it."""


TABLE: list[tuple[Callable[[World], None], set[str]]] = [
    (nothing, set()),
    (edited, {"chain", "signed_checkpoints", "witness_memory", "holders_receipt"}),
    (deleted, {"chain", "signed_checkpoints", "witness_memory", "holders_receipt"}),
    (cut, {"signed_checkpoints", "witness_memory"}),
    (cut_with_checkpoints, {"witness_memory"}),
    (recomputed, {"signed_checkpoints", "witness_memory", "holders_receipt"}),
    (recomputed_and_signed, {"witness_memory", "holders_receipt"}),
    (put_back, {"witness_memory"}),
    (forked, {"witness_memory"}),
    (never_logged, set()),
    (back_dated, {"cosignature_times"}),
]


def test_each_attack_is_caught_by_the_layers_of_the_table(world: World) -> None:
    """Each in a transaction that is rolled back, but the witness forgets nothing: see the order."""
    caught = {}
    for attack, _ in TABLE:
        with transaction.atomic(world.ledger.using):
            attack(world)
            caught[attack.__name__] = set(catching(world))
            transaction.set_rollback(True, using=world.ledger.using)
    assert caught == {attack.__name__: layers for attack, layers in TABLE}
    assert banks_own_list(world) == [world.body(SIZE)]


def banks_own_list(world: World) -> list[bytes]:
    """What a bank has done and doesn't find in the ledger: for what was never logged."""
    shown = set(world.ledger.bodies())
    return [world.body(seq) for seq in range(SIZE + 1) if world.body(seq) not in shown]
