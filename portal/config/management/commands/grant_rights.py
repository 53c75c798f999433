"""Apply `portal.config.rights` to the database: everything not written there is revoked."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

from portal.config.databases import LOGINS
from portal.config.rights import RIGHTS

_PRIVILEGE = r"(SELECT|INSERT|UPDATE|DELETE)( \([a-z0-9_, ]+\))?"
_PRIVILEGES = re.compile(rf"{_PRIVILEGE}(, {_PRIVILEGE})*")
_LOCK = 0x7462_7269  # "tbri": one granter at a time, or the catalogue rows collide


class Command(BaseCommand):
    help = "Give each log-in its rights on the portal's tables. Run as the owner after migrate."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Revoke all, then grant by the table; refuses an unknown log-in or privilege."""
        check_rights()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            tables = set(connection.introspection.table_names(cursor))
            for statement in statements(tables):
                cursor.execute(statement)
        self.stdout.write(f"Rights given on {len(tables & RIGHTS.keys())} tables.")
        if missing := sorted(tables - RIGHTS.keys()):
            self.stderr.write(f"No row in portal/config/rights.py for: {', '.join(missing)}")


def check_rights() -> None:
    """Refuse an unknown log-in, and any privilege but SELECT, INSERT, UPDATE and DELETE."""
    for table, granted in RIGHTS.items():
        for login, privileges in granted.items():
            if login not in LOGINS or not _PRIVILEGES.fullmatch(privileges):
                raise CommandError(f"rights.py: {table}: {login}: {privileges}")


def statements(tables: set[str]) -> list[sql.Composed]:
    """The REVOKE and GRANT statements for the tables that exist."""
    others = [sql.Identifier(settings.ROLE_PREFIX + name) for name in LOGINS if name != "owner"]
    revoke = sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}")
    found = [revoke.format(sql.SQL(", ").join([sql.SQL("PUBLIC"), *others]))]
    for table in sorted(tables & RIGHTS.keys()):
        for login, privileges in RIGHTS[table].items():
            found.append(
                sql.SQL("GRANT {} ON {} TO {}").format(
                    sql.SQL(privileges),
                    sql.Identifier("public", table),
                    sql.Identifier(settings.ROLE_PREFIX + login),
                )
            )
    return found
