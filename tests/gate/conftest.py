"""Connections with the processes' own log-ins; rows are committed for real and stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from tests.gate import parties as made
from tests.gate.parties import Connection, Parties

Open = Callable[..., Connection]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens connections by alias and closes them after the test."""
    with ExitStack() as stack:

        def open_one(alias: str, *, autocommit: bool = True) -> Connection:
            connection = made.login(alias, autocommit=autocommit)
            stack.callback(connection.close)
            return connection

        yield open_one


@pytest.fixture
def vault(opened: Open) -> Connection:
    """The vault worker's connection, in transactions of its own."""
    return opened("vault", autocommit=False)


@pytest.fixture
def web(opened: Open) -> Connection:
    """A taken-over web process: any SQL with its log-in."""
    return opened("web")


@pytest.fixture
def admin(admin_url: str) -> Iterator[Connection]:
    """The superuser, for looking at what no process may see."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def parties(keys: None, transactional_db: None) -> Parties:
    """A firm and a bank."""
    return made.new_parties()
