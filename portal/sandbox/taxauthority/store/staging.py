"""Merging what was read with what is held, in one transaction.

Parts are copied into a temporary table, one ``source`` number for each statement of the facts.
Months that nobody has stated before go from there straight to the packets; only months with
several parts, or with other content than what is held, are opened and merged (`packing.union`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from portal.core.months import Month
from portal.sandbox.taxauthority.models import Direction
from portal.sandbox.taxauthority.reading.invoices import Part
from portal.sandbox.taxauthority.records.packing import pack, union, unpack

_LOCK = 7_042_001  # one import at a time; the number is arbitrary
_FETCHED = 200

_CREATE = """
CREATE TEMPORARY TABLE staged (
    firm uuid, direction smallint, month date, source integer,
    rows integer, digest bytea, content bytea
) ON COMMIT DROP
"""
_COPY = "COPY staged (firm, direction, month, source, rows, digest, content) FROM STDIN"
_INSERT_NEW = """
WITH alone AS (
    SELECT firm, direction, month FROM staged
    GROUP BY firm, direction, month HAVING count(*) = 1
)
INSERT INTO taxauthority_packet (firm_id, direction, month, rows, digest, content)
SELECT firm, direction, month, s.rows, s.digest, s.content
FROM staged s JOIN alone USING (firm, direction, month)
ON CONFLICT (firm_id, month, direction) DO NOTHING
"""
# A month that a single part of each source states just as it is held (or was inserted above) is
# done. Of all others every part is opened: parts of one source add up.
_TO_MERGE = """
WITH compared AS (
    SELECT s.*, p.content AS held, p.digest IS NOT DISTINCT FROM s.digest AS same
    FROM staged s
    LEFT JOIN taxauthority_packet p
        ON p.firm_id = s.firm AND p.direction = s.direction AND p.month = s.month
), changed AS (
    SELECT firm, direction, month FROM compared GROUP BY firm, direction, month
    HAVING NOT bool_and(same) OR count(*) > count(DISTINCT source)
)
SELECT firm, direction, month, source, content, held
FROM compared JOIN changed USING (firm, direction, month)
ORDER BY firm, direction, month, source
"""
_UPSERT = """
INSERT INTO taxauthority_packet (firm_id, direction, month, rows, digest, content)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (firm_id, month, direction) DO UPDATE
SET rows = excluded.rows, digest = excluded.digest, content = excluded.content
"""
_HELD_ROWS = "SELECT coalesce(sum(rows), 0) FROM taxauthority_packet WHERE firm_id = ANY(%s)"

_DIRECTIONS = {"sale": Direction.SALE, "purchase": Direction.PURCHASE}


@dataclass(frozen=True, slots=True)
class Statement:
    """The parts of one source, all of one direction."""

    source: int
    direction: str
    parts: list[Part]


class Staging:
    """Use inside a transaction: `add` statements, then `merge` once."""

    def __init__(self, firms: Mapping[str, UUID]) -> None:
        self.firms = firms
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            cursor.execute(_CREATE)

    def add(self, statement: Statement) -> None:
        direction = int(_DIRECTIONS[statement.direction])
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for part in statement.parts:
                packed = part.packed
                firm, month = self.firms[part.code], Month.parse(part.month).first
                place = (firm, direction, month, statement.source)
                copy.write_row((*place, packed.rows, packed.digest, packed.content))

    def merge(self) -> int:
        """Bring the staged parts in; returns how many invoices are held that weren't before."""
        before = self._held()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE staged")
            cursor.execute(_INSERT_NEW)
            cursor.execute(_TO_MERGE)
            changed = [_merged(key, list(rows)) for key, rows in groupby(_rows(cursor), _key)]
            cursor.executemany(_UPSERT, changed)
        return self._held() - before

    def _held(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(_HELD_ROWS, [list(self.firms.values())])
            return int(cursor.fetchone()[0])


Key = tuple[UUID, int, date]


def _key(row: tuple[Any, ...]) -> Key:
    return row[0], row[1], row[2]


def _rows(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(_FETCHED):
        yield from rows


def _merged(key: Key, rows: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """One month: parts of one source add up, sources (and what is held) are united."""
    statements: list[Iterable[str]] = [
        [line for row in parts for line in unpack(row[4])]
        for _, parts in groupby(rows, key=lambda row: row[3])
    ]
    if rows[0][5] is not None:
        statements.append(unpack(rows[0][5]))
    packed = pack(union(statements))
    return (*key, packed.rows, packed.digest, packed.content)
