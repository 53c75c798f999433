"""What a call left behind in the database, seen by the superuser."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]
_EVENTS = (
    "SELECT event_id, body FROM ledger.outbox UNION ALL SELECT event_id, body FROM ledger.entry"
)
_TABLES = """
    SELECT table_schema, table_name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
     ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Trace:
    """Events, jobs and messages at one moment."""

    events: dict[UUID, bytes]
    jobs: dict[UUID, str]
    messages: frozenset[UUID]

    def events_since(self, before: Trace) -> list[tuple[str, str]]:
        """Kind and subject of the new ones."""
        new = self.events.keys() - before.events.keys()
        bodies = (json.loads(self.events[found]) for found in new)
        return sorted((body["kind"], body["subject"]) for body in bodies)

    def jobs_since(self, before: Trace) -> set[str]:
        """Names of the new ones."""
        return {self.jobs[found] for found in self.jobs.keys() - before.jobs.keys()}


def trace(database: Connection) -> Trace:
    """Everything there is now."""
    return Trace(
        events=dict(database.execute(_EVENTS).fetchall()),
        jobs=dict(database.execute("SELECT id, name FROM jobs_job").fetchall()),
        messages=frozenset(
            row[0] for row in database.execute("SELECT id FROM notifications_message")
        ),
    )


def every_row(database: Connection) -> dict[str, tuple[int, Any]]:
    """How many rows each table has, and a sum over their contents: equal if nothing was written."""
    parts = [
        sql.SQL("SELECT {}, count(*), sum(hashtextextended(t::text, 0)) FROM {} t").format(
            sql.Literal(f"{schema}.{table}"), sql.Identifier(schema, table)
        )
        for schema, table in database.execute(_TABLES).fetchall()
    ]
    rows = database.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall()
    return {name: (count, content) for name, count, content in rows}
