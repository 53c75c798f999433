"""Provisioning a server from nothing, without a superuser: several at once, and again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
import pytest

from portal.config import provisioning
from portal.config.databases import LOGINS
from tests.gate.parties import Connection, value

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@dataclass(frozen=True)
class Fresh:
    """A prefix and a database that nothing else uses, and an administrator without superuser."""

    prefix: str
    admin_url: str
    urls: dict[str, str]


@pytest.fixture
def fresh(admin: Connection, admin_url: str) -> Iterator[Fresh]:
    prefix = f"tbx_{secrets.token_hex(4)}_"
    server = urlsplit(admin_url).netloc.rpartition("@")[2]
    admin.execute(f"CREATE ROLE {prefix}dba LOGIN CREATEROLE CREATEDB PASSWORD 'dba'")
    yield Fresh(
        prefix,
        f"postgresql://{prefix}dba:dba@{server}/postgres",
        {name: f"postgresql://{prefix}{name}:secret@{server}/{prefix}db" for name in LOGINS},
    )
    admin.execute(f"DROP DATABASE IF EXISTS {prefix}db WITH (FORCE)")
    ours = "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY rolname = %s"
    for (role,) in admin.execute(ours, [prefix, f"{prefix}dba"]).fetchall():
        admin.execute(f"DROP OWNED BY {role} CASCADE")
        admin.execute(f"DROP ROLE {role}")


def test_several_provisioners_at_once_and_one_more(fresh: Fresh) -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(_provision, fresh) for _ in range(4)]
        assert [run.result(timeout=60) for run in runs] == [(f"{fresh.prefix}db",)] * 4
    assert _provision(fresh) == (f"{fresh.prefix}db",)
    with psycopg.connect(fresh.urls["web"]) as web:
        assert value(web, "SELECT current_user") == f"{fresh.prefix}web"


def test_the_database_is_for_our_logins_only(admin: Connection, fresh: Fresh) -> None:
    _provision(fresh)
    name = f"{fresh.prefix}db"
    query = "SELECT has_database_privilege(%s, %s, %s)"
    for login in LOGINS:
        assert value(admin, query, [fresh.prefix + login, name, "CONNECT"])
        assert not value(admin, query, [fresh.prefix + login, name, "TEMPORARY"])
        assert not value(admin, query, [fresh.prefix + login, name, "CREATE"])
    assert not value(admin, query, ["public", name, "CONNECT"])


def test_a_password_is_changed_by_provisioning_again(fresh: Fresh) -> None:
    _provision(fresh)
    renewed = fresh.urls["web"].replace(":secret@", ":another@")
    urls = {**fresh.urls, "web": renewed}
    provisioning.provision(admin_url=fresh.admin_url, urls=urls, prefix=fresh.prefix)
    psycopg.connect(renewed).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(fresh.urls["web"])


def test_the_server_keeps_hashes_and_the_owner_inherits_nothing(
    admin: Connection, fresh: Fresh
) -> None:
    _provision(fresh)
    stored = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
    assert str(value(admin, stored, [f"{fresh.prefix}web"])).startswith("SCRAM-SHA-256$")
    has = "SELECT pg_has_role(%s, %s, %s)"
    owner, gate_owner = f"{fresh.prefix}owner", f"{fresh.prefix}gate_owner"
    assert value(admin, has, [owner, gate_owner, "SET"])
    assert not value(admin, has, [owner, gate_owner, "USAGE"])


def _provision(fresh: Fresh) -> tuple[str, ...]:
    return provisioning.provision(admin_url=fresh.admin_url, urls=fresh.urls, prefix=fresh.prefix)
