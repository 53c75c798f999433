"""A ledger in a database of its own, in the hands of a superuser: history may be damaged here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

from django.db import connections
from django.db.backends.utils import CursorWrapper

from ledger.format.chain import links_after
from ledger.format.merkle import leaf_hashes, root_of
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint, sign_note
from ledger.nodes import close_subtrees
from portal.config import env
from portal.embedded import testservers
from tests import template_database
from tests.ledger_verifier.exports import LOG, WITNESSES, instant

TABLES = ("entry", "checkpoint", "cosignature", "witnessed", "node")
_ENTRY = """
INSERT INTO ledger.entry (seq, event_id, body, leaf_hash, chain_hash)
SELECT seq, (convert_from(body, 'UTF8')::jsonb ->> 'event_id')::uuid, body, leaf, link
FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[]) AS new (seq, body, leaf, link)
"""


@dataclass(frozen=True)
class OwnLedger:
    """``using`` is the alias that leads to it, logged in as the superuser, triggers off."""

    using: str

    def cursor(self) -> CursorWrapper:
        return connections[self.using].cursor()

    def write(self, bodies: Sequence[bytes]) -> None:
        """These entries and no others, with everything that is computed from them."""
        leaves = leaf_hashes(bodies)
        links = links_after(bytes(32), leaves)
        with self.cursor() as cursor:
            cursor.execute("DELETE FROM ledger.entry; DELETE FROM ledger.node")
            cursor.execute(_ENTRY, [list(range(len(bodies))), list(bodies), leaves, links])
            close_subtrees(cursor, size=len(bodies))

    def bodies(self) -> list[bytes]:
        with self.cursor() as cursor:
            cursor.execute("SELECT body FROM ledger.entry ORDER BY seq")
            return [bytes(body) for (body,) in cursor.fetchall()]

    def sign(self, *sizes: int, signer: Signer = LOG) -> None:
        """Sign the entries as they are now at these sizes, in place of what was signed there."""
        leaves = leaf_hashes(self.bodies())
        for size in sizes:
            head = Checkpoint(LOG.name, size, root_of(leaves[:size]))
            self.forget(size)
            with self.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO ledger.checkpoint (size, root, note, signed_at)"
                    " VALUES (%s, %s, %s, %s)",
                    [size, head.root, sign_note(head.text(), signer), instant(size)],
                )

    def cosign(self, *sizes: int, late: int = 2) -> None:
        """Have the regulator and a bank cosign these checkpoints ``late`` seconds after."""
        for size in sizes:
            at = int(instant(size).timestamp()) + late
            for name in ("regulator", "bank-a"):
                self.keep_line(size, name, at)
            with self.cursor() as cursor:
                moment = datetime.fromtimestamp(at, UTC)
                cursor.execute("INSERT INTO ledger.witnessed VALUES (%s, %s)", [size, moment])

    def keep_line(self, size: int, name: str, at: int) -> None:
        with self.cursor() as cursor:
            cursor.execute("SELECT root FROM ledger.checkpoint WHERE size = %s", [size])
            text = Checkpoint(LOG.name, size, bytes(cursor.fetchone()[0])).text()
            cursor.execute(
                "INSERT INTO ledger.cosignature VALUES (%s, %s, %s, to_timestamp(%s))",
                [size, name, WITNESSES[name].line(text, at=at), at],
            )

    def forget(self, size: int) -> None:
        """Delete the checkpoint of this size and all that stands on it."""
        with self.cursor() as cursor:
            for table in ("witnessed", "cosignature", "checkpoint"):
                cursor.execute(f"DELETE FROM ledger.{table} WHERE size = %s", [size])


@contextmanager
def own_database(admin_url: str, name: str) -> Iterator[OwnLedger]:
    """The alias ``owner`` leads to a fresh clone of the template, as the superuser.

    An alias of its own would be refused by Django, which fixes a test's aliases beforehand.
    """
    plan, connection = testservers.settle(), connections["owner"]
    template_database.clone_for_worker(plan, name)
    kept = dict(connection.settings_dict)
    connection.close()
    url = urlunsplit(urlsplit(admin_url)._replace(path=f"/{name}"))
    connection.settings_dict.update(env.database(url))
    try:
        ledger = OwnLedger(connection.alias)
        with ledger.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER USER")
                cursor.execute(f"DELETE FROM ledger.{table}")
        yield ledger
    finally:
        connection.close()
        connection.settings_dict.update(kept)
        template_database.drop_clone(plan, name)
