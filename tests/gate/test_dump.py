"""What a thief of the whole database gets: no amount, no counterparty, no invoice number."""

from __future__ import annotations

import subprocess

import pytest

from portal.embedded import postgres
from tests.gate.parties import SECRET_FEN, SECRET_PARTY, Connection, Parties, granted, sealed

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_a_dump_by_the_superuser_shows_no_record(
    admin: Connection, admin_url: str, parties: Parties
) -> None:
    sealed(parties, granted(parties))
    dump = _dump(admin_url)
    assert str(parties.firm_id).encode() in dump, "the chunks are in it"
    assert b"COPY vault.chunk" in dump
    for secret in (SECRET_PARTY, str(SECRET_FEN), "counterparty"):
        assert secret.encode() not in _of_schema(dump, "vault")
        assert secret.encode().hex().encode() not in dump


def test_control_a_table_in_the_clear_would_be_seen(
    admin: Connection, admin_url: str, parties: Parties
) -> None:
    admin.execute("CREATE TABLE vault.clear AS SELECT %s::text AS party", [SECRET_PARTY])
    try:
        assert SECRET_PARTY.encode() in _of_schema(_dump(admin_url), "vault")
    finally:
        admin.execute("DROP TABLE vault.clear")


def _dump(admin_url: str) -> bytes:
    program = postgres.programs() / "pg_dump"
    return subprocess.run(
        [program, "--data-only", admin_url], check=True, capture_output=True
    ).stdout


def _of_schema(dump: bytes, schema: str) -> bytes:
    """The COPY blocks of one schema's tables."""
    marker = f"COPY {schema}.".encode()
    blocks = [part.split(b"\n\\.\n")[0] for part in dump.split(marker)[1:]]
    return b"\n".join(blocks)
