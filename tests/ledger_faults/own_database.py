"""A ledger in a database of its own, which may be backed up and put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connections
from psycopg import sql

from portal.config.provisioning import connect, open_database
from portal.embedded import testservers
from tests import template_database


@dataclass(frozen=True)
class OwnDatabase:
    """Every alias leads to it, each with its own log-in; ``_backup`` is beside it."""

    name: str
    plan: testservers.Plan

    def back_up(self) -> None:
        """Keep everything as it is now."""
        self._copy(source=self.name, copy=f"{self.name}_backup")

    def put_back(self) -> None:
        """Everything is as it was at the backup; what came after is gone."""
        self._copy(source=f"{self.name}_backup", copy=self.name)

    def drop(self) -> None:
        connections.close_all()
        for name in (self.name, f"{self.name}_backup"):
            template_database.drop_clone(self.plan, name)

    def _copy(self, *, source: str, copy: str) -> None:
        connections.close_all()
        template_database.drop_clone(self.plan, copy)
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with connect(self.plan.admin_url) as admin:
            admin.execute(statement.format(sql.Identifier(copy), sql.Identifier(source)))
        open_database(admin_url=self.plan.admin_url, name=copy, prefix=testservers.PREFIX)


@contextmanager
def own_database(name: str) -> Iterator[OwnDatabase]:
    """A fresh copy of the migrated template; afterwards the aliases lead back."""
    database = OwnDatabase(name, testservers.settle())
    template_database.clone_for_worker(database.plan, name)
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
