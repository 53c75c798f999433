"""A ledger in a database of its own, which may be backed up and put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from psycopg import sql

from portal.config.provisioning import connect, open_database
from portal.embedded import testservers
from tests import template_database

CUT_ENTRIES = """
DELETE FROM ledger.entry WHERE seq > (SELECT max(seq) FROM ledger.entry) - %s RETURNING event_id
"""
CUT_CHECKPOINTS = """
DELETE FROM ledger.checkpoint WHERE size > (SELECT count(*) FROM ledger.entry)
"""
CUT_NODES = """
DELETE FROM ledger.node WHERE (index + 1) << (8 * level) > (SELECT count(*) FROM ledger.entry)
"""
END_ALL = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = %s AND backend_type = 'client backend'
"""


@dataclass(frozen=True)
class OwnDatabase:
    """Every alias leads to it, each with its own log-in; ``_backup`` is beside it."""

    name: str
    plan: testservers.Plan

    def renew(self) -> None:
        """Nothing has happened yet."""
        self._copy(source=template_database.TEMPLATE, copy=self.name)
        self.forget_beginnings()

    def forget_beginnings(self) -> None:
        """Entries are counted here from none: what the template's own making wrote is taken out."""
        with connect(self.plan.admin_url, database=self.name) as admin:
            admin.execute("DELETE FROM ledger.outbox")

    def back_up(self) -> None:
        """Keep everything as it is now."""
        self._copy(source=self.name, copy=f"{self.name}_backup")

    def put_back(self) -> None:
        """Everything is as it was at the backup; what came after is gone."""
        self._copy(source=f"{self.name}_backup", copy=self.name)

    def cut(self, last: int, *, keeps_signed: bool) -> set[UUID]:
        """A superuser takes the last entries and what was signed over them; whose events."""
        with connect(self.plan.admin_url, database=self.name) as admin, admin.transaction():
            for table in ("entry", "checkpoint", "node"):
                admin.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER append_only")
            gone = admin.execute(CUT_ENTRIES, [last]).fetchall()
            if not keeps_signed:
                admin.execute(CUT_CHECKPOINTS)
            admin.execute(CUT_NODES)
            for table in ("entry", "checkpoint", "node"):
                admin.execute(f"ALTER TABLE ledger.{table} ENABLE ALWAYS TRIGGER append_only")
        return {event_id for (event_id,) in gone}

    def drop(self) -> None:
        connections.close_all()
        for name in (self.name, f"{self.name}_backup"):
            template_database.drop_clone(self.plan, name)

    def _copy(self, *, source: str, copy: str) -> None:
        connections.close_all()
        template_database.drop_clone(self.plan, copy)
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with connect(self.plan.admin_url) as admin:
            admin.execute(END_ALL, [source])
            admin.execute(statement.format(sql.Identifier(copy), sql.Identifier(source)))
        open_database(admin_url=self.plan.admin_url, name=copy, prefix=testservers.PREFIX)


@contextmanager
def own_database(name: str) -> Iterator[OwnDatabase]:
    """A fresh copy of the migrated template; afterwards the aliases lead back."""
    database = OwnDatabase(name, testservers.settle())
    template_database.clone_for_worker(database.plan, name)
    database.forget_beginnings()
    connections.close_all()
    kept = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    try:
        for alias in connections:
            connections[alias].settings_dict["NAME"] = name
        yield database
    finally:
        database.drop()
        for alias, usual in kept.items():
            connections[alias].settings_dict["NAME"] = usual
