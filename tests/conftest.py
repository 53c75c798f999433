"""The session's servers, and a clone of the migrated template database for each worker."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from psycopg import Connection
from psycopg.pq import TransactionStatus

from portal.embedded import testservers
from tests import template_database

# Once a worker: the personas, and one Chromium with one site (two Playwrights cannot live in one
# process). A folder's conftest that imported these fixtures would get a second set.
pytest_plugins = ("tests.personas", "tests.browser.site")
_SERVERS = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers in pytest's first process; its workers find them in the environment."""
    stack = config.stash[_SERVERS] = ExitStack()
    if not hasattr(config, "workerinput"):
        call_command("compile_messages", stdout=io.StringIO())
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        stack.enter_context(testservers.running(testservers.settle()))
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what `pytest_configure` started."""
    if _SERVERS in config.stash:
        config.stash[_SERVERS].close()


@pytest.fixture(scope="session")
def django_db_setup() -> Iterator[None]:
    """A database of this worker's own. pytest-django's fixture would migrate as the web log-in,
    which would then own the tables, and nothing about rights would be proved."""
    plan = testservers.settle()
    database = str(settings.DATABASES["default"]["NAME"])
    template_database.clone_for_worker(plan, database)
    yield
    connections.close_all()
    template_database.drop_clone(plan, database)


@pytest.fixture(scope="session", autouse=True)
def rows_stay() -> Iterator[None]:
    """Transactional tests don't flush: no process may TRUNCATE, and history is append-only.

    So tests use fresh ids and never count all rows.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def connections_stay() -> Iterator[None]:
    """Transactional tests hand their connections on: to sign in anew at each, by several log-ins,
    took longer than many a test. A connection that isn't idle is closed, and the vault's always."""

    def hand_on(case: TransactionTestCase) -> bool:
        for wrapper in connections.all(initialized_only=True):
            raw = wrapper.connection
            if raw is not None and (wrapper.alias == "vault" or not _is_idle(raw)):
                wrapper.close()
        return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_should_reload_connections", hand_on)
        yield


def _is_idle(connection: Connection) -> bool:
    return connection.info.transaction_status is TransactionStatus.IDLE


@pytest.fixture(scope="session")
def admin_url() -> str:
    """The superuser's address of this worker's database, for tests about roles."""
    database = str(settings.DATABASES["default"]["NAME"])
    return os.environ["DATABASE_URL_ADMIN"].rpartition("/")[0] + f"/{database}"
