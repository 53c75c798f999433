"""Every change of the ledger's tables by a superuser is found, or is one of those that are listed.

And the other way round: what is listed in docs/ledger-format.md raises no alarm.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pytest
from django.db import transaction

from ledger.format.chain import links_after
from ledger.format.merkle import leaf_hashes
from ledger.fsck import check_everything
from tests.ledger_attacks.own_ledger import TABLES, OwnLedger
from tests.ledger_mutations.bytes_changed import BYTE_CHANGES, NOTE_CHANGES, said
from tests.ledger_verifier.exports import bodies

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

SIZE, SIZES = 270, (3, 200, 256, 270)
SEED = 20_261_122
KEYS: Mapping[str, tuple[str, ...]] = {
    "entry": ("seq",),
    "checkpoint": ("size",),
    "cosignature": ("size", "witness"),
    "witnessed": ("size",),
    "node": ("level", "index"),
}
UNBIND = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname)
FROM pg_constraint WHERE connamespace = 'ledger'::regnamespace
  AND contype <> 'n' AND conrelid IN ({})
"""

Rows = dict[str, list[tuple[Any, ...]]]


@dataclasses.dataclass(frozen=True)
class Table:
    """One table of the ledger and its columns."""

    name: str
    columns: tuple[str, ...]


def columns_of(ledger: OwnLedger) -> list[Table]:
    with ledger.cursor() as cursor:
        found = []
        for name in TABLES:
            cursor.execute(f"SELECT * FROM ledger.{name} LIMIT 0")
            found.append(Table(name, tuple(column.name for column in cursor.description or ())))
    return found


def unbind(ledger: OwnLedger) -> None:
    """Drop every key and check: a superuser can, and the changes shall not stop at them."""
    names = ", ".join(f"'ledger.{table}'::regclass" for table in TABLES)
    with ledger.cursor() as cursor:
        cursor.execute(UNBIND.format(names))
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def rows_of(ledger: OwnLedger, tables: list[Table]) -> Rows:
    found: Rows = {}
    with ledger.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM ledger.{table.name}")
            found[table.name] = [
                tuple(bytes(item) if isinstance(item, memoryview) else item for item in row)
                for row in cursor.fetchall()
            ]
    return found


class Superuser:
    """Changes rows of one ledger, by chance."""

    def __init__(self, ledger: OwnLedger, tables: list[Table], before: Rows) -> None:
        self.ledger, self.tables, self.before = ledger, tables, before

    def run(self, statement: str, values: list[Any]) -> None:
        with self.ledger.cursor() as cursor:
            cursor.execute(statement, values)

    def pick(self, chance: Random) -> tuple[Table, tuple[Any, ...], str, list[Any]]:
        """A table, a row of it, and the condition and values that name the row."""
        table = chance.choice([table for table in self.tables if self.before[table.name]])
        row = chance.choice(self.before[table.name])
        keys = KEYS[table.name]
        values = [row[table.columns.index(key)] for key in keys]
        return table, row, " AND ".join(f'"{key}" = %s' for key in keys), values

    def set(self, table: Table, column: str, value: Any, where: str, keys: list[Any]) -> None:
        self.run(f'UPDATE ledger.{table.name} SET "{column}" = %s WHERE {where}', [value, *keys])

    def change_value(self, chance: Random) -> None:
        table, row, where, keys = self.pick(chance)
        column = chance.choice(table.columns)
        value = _changed(chance, row[table.columns.index(column)])
        self.set(table, column, value, where, keys)

    def copy_value(self, chance: Random) -> None:
        """Another row's value of the same column."""
        table, _, where, keys = self.pick(chance)
        column = chance.choice(table.columns)
        other = chance.choice(self.before[table.name])[table.columns.index(column)]
        self.set(table, column, other, where, keys)

    def delete(self, chance: Random) -> None:
        table, _, where, keys = self.pick(chance)
        self.run(f"DELETE FROM ledger.{table.name} WHERE {where}", keys)

    def repeat(self, chance: Random) -> None:
        table, _, where, keys = self.pick(chance)
        self.run(
            f"INSERT INTO ledger.{table.name} SELECT * FROM ledger.{table.name} WHERE {where}", keys
        )

    def swap_entries(self, chance: Random) -> None:
        one, two = chance.sample(range(SIZE), 2)
        self.run(
            "UPDATE ledger.entry SET seq = %s + %s - seq WHERE seq IN (%s, %s)",
            [one, two, one, two],
        )

    def edit_whole(self, chance: Random) -> None:
        """An entry edited, and leaf, links or nodes computed anew as well."""
        found, place = self.ledger.bodies(), chance.randrange(SIZE)
        found[place] = found[place].replace(b'"approve"', b'"decline"')
        depth = chance.randrange(3)
        if depth == 2:
            self.ledger.write(found)
            return
        leaves = leaf_hashes(found)
        self.run(
            "UPDATE ledger.entry SET body = %s, leaf_hash = %s WHERE seq = %s",
            [found[place], leaves[place], place],
        )
        if depth:
            links = links_after(bytes(32), leaves)
            self.run(
                "UPDATE ledger.entry e SET chain_hash = new.link"
                " FROM unnest(%s::bytea[]) WITH ORDINALITY AS new (link, number)"
                " WHERE e.seq = new.number - 1",
                [links],
            )

    def cut_tail(self, chance: Random) -> None:
        self.run("DELETE FROM ledger.entry WHERE seq >= %s", [chance.randrange(SIZE)])

    def change_note(self, chance: Random) -> None:
        size = chance.choice(SIZES)
        note = next(row for row in self.before["checkpoint"] if row[0] == size)[2].encode()
        changed = chance.choice(NOTE_CHANGES)(chance, note).decode("utf-8", errors="replace")
        self.run("UPDATE ledger.checkpoint SET note = %s WHERE size = %s", [changed, size])

    def forget(self, chance: Random) -> None:
        self.ledger.forget(chance.choice(SIZES))


CHANGES: list[Callable[[Superuser, Random], None]] = [
    Superuser.change_value,
    Superuser.change_value,
    Superuser.copy_value,
    Superuser.delete,
    Superuser.repeat,
    Superuser.swap_entries,
    Superuser.edit_whole,
    Superuser.cut_tail,
    Superuser.change_note,
    Superuser.forget,
]


def _changed(chance: Random, value: Any) -> Any:
    match value:
        case int():
            return value + chance.choice([-1, 1, 1000])
        case bytes():
            return chance.choice(BYTE_CHANGES)(chance, value)
        case str():
            raw = chance.choice(BYTE_CHANGES)(chance, value.encode())
            return raw.decode("utf-8", errors="replace").replace("\0", " ")
        case None:
            return None
        case _ if hasattr(value, "hex"):
            return type(value)(int=value.int ^ 1 << chance.randrange(128))
        case _:
            return value.replace(microsecond=chance.randrange(10**6))


def is_listed(before: Rows, after: Rows) -> bool:
    """Whether the change is in the list of harmless ones."""
    return (
        sorted(before["entry"]) == sorted(after["entry"])
        and _are_listed_nodes(before["node"], after["node"])
        and _are_listed_checkpoints(before, after)
    )


def _are_listed_nodes(before: list[Any], after: list[Any]) -> bool:
    """None but the last of a level may be missing: the sequencer adds those."""
    return after in (before, [])


def _are_listed_checkpoints(before: Rows, after: Rows) -> bool:
    notes = {row[0]: (row[1], said(row[2].encode())) for row in before["checkpoint"]}
    found = [(row[0], (row[1], said(row[2].encode()))) for row in after["checkpoint"]]
    if any(notes.get(size) != content for size, content in found):
        return False
    lines = [row for row in after["cosignature"] if row[1] in NAMES]
    if not set(lines) <= set(before["cosignature"]):
        return False
    witnessed = [row[0] for row in after["witnessed"]]
    sizes = dict(found).keys()
    orphans = {row[0] for row in after["cosignature"]} | set(witnessed)
    quorums = all(_has_quorum(size, after["cosignature"]) for size in witnessed)
    return orphans <= sizes and quorums


NAMES = {"regulator", "bank-a", "bank-b"}


def _has_quorum(size: int, rows: list[Any]) -> bool:
    """Only lines of parties that aren't in the policy: it was met under an older one."""
    names = {row[1] for row in rows if row[0] == size}
    return {"regulator", "bank-a"} <= names or (bool(names) and names.isdisjoint(NAMES))


def test_each_change_is_found_or_listed(own_ledger: OwnLedger, mutations: int) -> None:
    own_ledger.write(bodies(SIZE))
    own_ledger.sign(*SIZES)
    own_ledger.cosign(*SIZES[:3])
    unbind(own_ledger)
    tables = columns_of(own_ledger)
    before, problems = rows_of(own_ledger, tables), []
    superuser = Superuser(own_ledger, tables, before)
    assert check_everything(using=own_ledger.using).ok
    for seed in range(SEED, SEED + mutations // 2):
        with transaction.atomic(own_ledger.using):
            chance = Random(seed)
            after = before
            while after == before:
                change = chance.choice(CHANGES)
                change(superuser, chance)
                after = rows_of(own_ledger, tables)
            report = check_everything(using=own_ledger.using)
            assert report.ok is is_listed(before, after), (
                f"seed {seed}: {change.__name__} gave {report.damages}"
            )
            problems.append(str(report.damages[0].problem) if report.damages else "")
            transaction.set_rollback(True, using=own_ledger.using)
    assert 0 < problems.count("") < len(problems) / 2
    assert len(set(problems)) > 5
