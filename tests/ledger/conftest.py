from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.db import connections

from ledger.format.note_keys import Signer
from ledger.keys import origin
from portal.config import env
from portal.config.keys import make_keys

# How long an example takes says more about the machine's other work than about the code.
hypothesis.settings.register_profile("ledger", deadline=None)
hypothesis.settings.load_profile("ledger")

# As the gate's functions do it: SECURITY DEFINER, owned by gate_owner, called by the processes.
GATE = """
DROP SCHEMA IF EXISTS gate_like CASCADE;
CREATE SCHEMA gate_like AUTHORIZATION {prefix}gate_owner;
GRANT USAGE ON SCHEMA gate_like TO PUBLIC;
CREATE FUNCTION gate_like.emit(kind text, actor text, subject text, payload jsonb) RETURNS uuid
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS 'SELECT ledger.emit(kind, actor, subject, payload)';
ALTER FUNCTION gate_like.emit OWNER TO {prefix}gate_owner;
"""


@pytest.fixture
def signer() -> Signer:
    """The installation's own: entries stay, and whoever checks them knows one public key."""
    list(make_keys(settings.KEYS_DIR))
    return Signer.from_pem(origin(), (settings.KEYS_DIR / "ledger" / "signing.pem").read_bytes())


@pytest.fixture
def administrator(admin_url: str) -> Iterator[str]:
    """The alias ``owner``, logged in as the superuser; its attacks are rolled back.

    An alias of its own would be refused by Django, which fixes a test's aliases beforehand.
    """
    connection = connections["owner"]
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(env.database(admin_url))
    yield connection.alias
    connection.close()
    connection.settings_dict.update(kept)


@pytest.fixture
def gate(admin_url: str) -> Iterator[str]:
    """The name of a function that emits through the gate's owner, for every log-in."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(GATE.replace("{prefix}", settings.ROLE_PREFIX).encode())
        yield "gate_like.emit"
        admin.execute("DROP SCHEMA gate_like CASCADE")
