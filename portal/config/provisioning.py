"""Log-ins, schema owners and databases on a PostgreSQL server, made by its administrator.

Run once per cluster (`manage.py provision_roles`), never in a migration. Everything is idempotent:
roles are cluster-wide, so parallel test workers and a second `make run` meet here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from portal.config import env
from portal.config.databases import LOGINS

Row = tuple[Any, ...]
OLDEST_SERVER = 160_000  # memberships that aren't inherited came with 16
SCHEMA_OWNERS = ("gate_owner", "vault_owner", "gate_reaper", "ledger_owner")
SCHEMAS = {
    "gate": "gate_owner",
    "sign": "gate_owner",
    "vault": "vault_owner",
    "reaper": "gate_reaper",
    "ledger": "ledger_owner",
}
# Nothing of the vault worker's is in the portal's tables, so its log-in cannot even name them.
PUBLIC_READERS = tuple(login for login in LOGINS if login not in {"owner", "vault"})
# The reaper ends these; pg_terminate_backend asks for the rights of the reader's own role.
EVICTABLE = ("vault", "scorer", "intake")
ROLE_SETTINGS: Mapping[str, Mapping[str, str]] = {
    "vault": {
        "default_transaction_isolation": "read committed",
        "plan_cache_mode": "force_custom_plan",  # a generic plan guesses one row under the policy
        "statement_timeout": "60s",
        "idle_in_transaction_session_timeout": "30s",
    },
    "scorer": {
        "idle_in_transaction_session_timeout": "30s",
        "statement_timeout": "60s",
    },
    "intake": {
        "idle_in_transaction_session_timeout": "60s",
        "statement_timeout": "120s",
    },
    "signer": {
        "idle_in_transaction_session_timeout": "30s",
        "statement_timeout": "30s",
    },
    "web": {"idle_in_transaction_session_timeout": "60s", "statement_timeout": "120s"},
    "gatherer": {"statement_timeout": "30s"},
    "watchdog": {"statement_timeout": "10s"},
}

_COLLISIONS = (
    psycopg.errors.InternalError_,  # "tuple concurrently updated"
    psycopg.errors.DuplicateObject,
    psycopg.errors.DuplicateSchema,
    psycopg.errors.UniqueViolation,
)


class ProvisioningRefused(RuntimeError):
    """The server or the URLs would make a promise false; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Login:
    """One log-in to be made: role name, password and database, as its process's URL has them."""

    role: str
    password: str
    database: str


def login_from(url: str) -> Login:
    """The log-in that a database URL describes; refuses one without user or password."""
    parts = env.database(url)
    if not parts["USER"] or not parts["PASSWORD"]:
        raise ProvisioningRefused("A database URL names no user or no password.")
    return Login(str(parts["USER"]), str(parts["PASSWORD"]), str(parts["NAME"]))


def provision(*, admin_url: str, urls: Mapping[str, str], prefix: str) -> tuple[str, ...]:
    """Make roles, memberships, databases, schemas; return the names of the databases.

    ``urls`` maps a log-in of `LOGINS` to its URL; roles without one are made without a password.
    Refuses a user name that differs from prefix + log-in, and any role of ours with an attribute
    or membership that would let it around the gate.
    """
    logins = {name: login_from(url) for name, url in urls.items()}
    for name, login in logins.items():
        if login.role != prefix + name:
            raise ProvisioningRefused(f"{name}'s URL must log in as {prefix + name}.")
    with connect(admin_url) as admin:
        if admin.info.server_version < OLDEST_SERVER:
            raise ProvisioningRefused("PostgreSQL 16 or newer is needed.")
        _retried(lambda: _make_roles(admin, prefix, logins))
        check_roles(admin, prefix)
        names = tuple(sorted({login.database for login in logins.values()}))
        for name in names:
            make_database(admin, name)
    for name in names:
        open_database(admin_url=admin_url, name=name, prefix=prefix)
    return names


def open_database(*, admin_url: str, name: str, prefix: str) -> None:
    """Make the schemas in a database and let our log-ins, and nobody else, connect.

    Also needed after `CREATE DATABASE … TEMPLATE`: rights on the database itself aren't copied.
    """
    with connect(admin_url, database=name) as admin:
        _retried(lambda: _open(admin, name, prefix))


def provision_separate(*, admin_url: str, url: str) -> None:
    """Make a database and log-in of its own for an outside party's stand-in (the authority)."""
    login = login_from(url)
    with connect(admin_url) as admin:
        _retried(lambda: _make_role(admin, login.role, login.password))
        _let_administrator_act_for(admin, login.role)
        make_database(admin, login.database, owner=login.role)
        _run(admin, "REVOKE ALL ON DATABASE {} FROM PUBLIC", login.database)


def connect(admin_url: str, *, database: str | None = None) -> psycopg.Connection[Row]:
    """The administrator's connection, each statement its own transaction."""
    if database is not None:
        admin_url = urlunsplit(urlsplit(admin_url)._replace(path=f"/{database}"))
    return psycopg.connect(admin_url, autocommit=True)


def make_database(admin: psycopg.Connection[Row], name: str, *, owner: str | None = None) -> None:
    """Create an empty UTF-8 database unless it exists; the administrator owns it by default."""
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return
    suffix = sql.SQL(" OWNER {}").format(sql.Identifier(owner)) if owner else sql.SQL("")
    create = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0")
    # suppressed: another provisioner was faster
    with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        admin.execute(create.format(sql.Identifier(name)) + suffix)


def _make_roles(admin: psycopg.Connection[Row], prefix: str, logins: Mapping[str, Login]) -> None:
    for name in SCHEMA_OWNERS:
        _make_role(admin, prefix + name, None, can_log_in=False)
        _let_administrator_act_for(admin, prefix + name)
    for name in LOGINS:
        login = logins.get(name)
        _make_role(admin, prefix + name, login.password if login else None)
        for setting, value in ROLE_SETTINGS.get(name, {}).items():
            _run(
                admin,
                "ALTER ROLE {} SET {} = {}",
                prefix + name,
                setting,
                sql.Literal(value),
            )
    for name in SCHEMA_OWNERS:  # SET LOCAL ROLE in a migration, and nothing without saying so
        _grant_membership(admin, prefix + name, to=prefix + "owner", options="INHERIT FALSE")
    for name in EVICTABLE:
        _grant_membership(
            admin,
            prefix + name,
            to=prefix + "gate_reaper",
            options="INHERIT TRUE, SET FALSE",
        )


def _make_role(
    admin: psycopg.Connection[Row],
    role: str,
    password: str | None,
    *,
    can_log_in: bool = True,
) -> None:
    kind = "LOGIN" if can_log_in else "NOLOGIN"
    if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        _run(admin, f"CREATE ROLE {{}} {kind}", role)
    if password is not None:
        # Hashed on this side: the server's log never sees the password itself.
        hashed = admin.pgconn.encrypt_password(
            password.encode(), role.encode(), b"scram-sha-256"
        ).decode()
        _run(admin, "ALTER ROLE {} PASSWORD {}", role, sql.Literal(hashed))


def _let_administrator_act_for(admin: psycopg.Connection[Row], role: str) -> None:
    # A superuser needs no membership; an administrator with only CREATEROLE does, to give schemas.
    row = admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if row is not None and not row[0]:
        _run(admin, "GRANT {} TO CURRENT_USER WITH SET TRUE", role)


def _grant_membership(admin: psycopg.Connection[Row], role: str, *, to: str, options: str) -> None:
    _run(admin, f"GRANT {{}} TO {{}} WITH {options}", role, to)


def _open(admin: psycopg.Connection[Row], name: str, prefix: str) -> None:
    _run(admin, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
    for login in LOGINS:
        _run(admin, "GRANT CONNECT ON DATABASE {} TO {}", name, prefix + login)
    _run(admin, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    _run(admin, "GRANT CREATE, USAGE ON SCHEMA public TO {}", prefix + "owner")
    for login in PUBLIC_READERS:
        _run(admin, "GRANT USAGE ON SCHEMA public TO {}", prefix + login)
    for schema, owner in SCHEMAS.items():
        if not admin.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone():
            _run(admin, "CREATE SCHEMA {} AUTHORIZATION {}", schema, prefix + owner)
    _check_schemas(admin, prefix)


def _check_schemas(admin: psycopg.Connection[Row], prefix: str) -> None:
    found = admin.execute(
        "SELECT nspname, pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = ANY(%s)",
        [list(SCHEMAS)],
    ).fetchall()
    owners = {str(schema): str(owner) for schema, owner in found}
    for schema, owner in SCHEMAS.items():
        if owners.get(schema) != prefix + owner:
            raise ProvisioningRefused(f"Schema {schema} must belong to {prefix + owner}.")


def check_roles(admin: psycopg.Connection[Row], prefix: str) -> None:
    """Refuse to go on when a role could walk around row-level security or the owners."""
    ours = [prefix + name for name in (*SCHEMA_OWNERS, *LOGINS)]
    attributes = admin.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls"
        " OR rolcreaterole OR rolcreatedb OR rolreplication)",
        [ours],
    ).fetchall()
    if attributes:
        raise ProvisioningRefused(f"Role {attributes[0][0]} has a forbidden attribute.")
    allowed = {(prefix + "owner", prefix + owner) for owner in SCHEMA_OWNERS}
    allowed |= {(prefix + "gate_reaper", prefix + login) for login in EVICTABLE}
    memberships = admin.execute(
        "SELECT member::regrole::text, roleid::regrole::text FROM pg_auth_members"
        " WHERE member = ANY(SELECT oid FROM pg_roles WHERE rolname = ANY(%s))",
        [ours],
    ).fetchall()
    for member, role in memberships:
        if (member.strip('"'), role.strip('"')) not in allowed:
            raise ProvisioningRefused(f"Role {member} must not be a member of {role}.")
    for row in admin.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND rolcanlogin",
        [[prefix + name for name in SCHEMA_OWNERS]],
    ):
        raise ProvisioningRefused(f"Role {row[0]} owns a schema and must not be able to log in.")


def _run(admin: psycopg.Connection[Row], template: str, *names: str | sql.Composable) -> None:
    parts: Iterable[sql.Composable] = (
        sql.Identifier(name) if isinstance(name, str) else name for name in names
    )
    admin.execute(sql.SQL(template).format(*parts))


def _retried(action: Callable[[], None], *, attempts: int = 20) -> None:
    """Repeat an idempotent action that met a parallel provisioner on the same catalogue rows."""
    for attempt in range(1, attempts + 1):
        try:
            action()
        except _COLLISIONS as error:
            is_other = isinstance(error, psycopg.errors.InternalError_)
            if attempt == attempts or (is_other and "concurrently" not in str(error)):
                raise
            time.sleep(0.02 * attempt)
        else:
            return
