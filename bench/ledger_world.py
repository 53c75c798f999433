"""A ledger of many entries, made at once: honest bodies, links, nodes and a signed checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction

from ledger import keys
from ledger.format.merkle import Frontier, leaf_hashes
from ledger.format.notes import Checkpoint, sign_note
from ledger.nodes import close_subtrees

BATCH = 100_000
CHECKPOINT_EVERY = 2_500  # as a sequencer signs that is kept busy
PER_SUBJECT = 6
START = datetime(2024, 1, 1, tzinfo=UTC)
APART = timedelta(seconds=6)
KINDS = (
    (
        "application.submitted",
        '{"amount_fen":50000000,"bank":"%s","firm":"%s","product":"p","term_months":12}',
    ),
    ("data.used", '{"bank":"%s","job":"j","purpose":"underwriting","ticket":"%s","use_no":1}'),
    ("score.refused", '{"application":"%s","code":"too_few_months_%.4s"}'),
    (
        "policy.evaluated",
        '{"reasons":"r%.4s","verdict":"refer","version_sha256":"%.8s' + "0" * 56 + '"}',
    ),
    ("offer.expired", '{"offer":"%s"}'),
    ("application.withdrawn", "{}"),
)


def bodies(first: int, last: int) -> Iterator[tuple[str, bytes]]:
    """Event id and canonical body of entries ``first`` to ``last``, the same for every call."""
    for seq in range(first, last):
        digits = sha256(b"%d" % seq).hexdigest()
        event_id, other = _uuid(digits), _uuid(digits[32:])
        digits = sha256(b"subject %d" % (seq // PER_SUBJECT)).hexdigest()
        subject, third = _uuid(digits), _uuid(digits[32:])
        kind, payload = KINDS[seq % len(KINDS)]
        said = payload % (other, third)[: payload.count("%")]
        at = (START + APART * seq).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        yield (
            event_id,
            (
                f'{{"actor":"person:{third}","at":"{at}","event_id":"{event_id}","kind":"{kind}",'
                f'"payload":{said},"subject":"application:{subject}","v":1}}'
            ).encode(),
        )


def fill(
    admin: psycopg.Connection[Any], *, first: int, last: int, link: bytes = bytes(32)
) -> bytes:
    """Add entries ``first`` to ``last``, indexes made afterwards, and return the last link."""
    indexes = admin.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'ledger'"
        " AND tablename = 'entry' AND indexdef NOT LIKE 'CREATE UNIQUE%'"
    ).fetchall()
    for name, _ in indexes:
        admin.execute(f"DROP INDEX ledger.{name}")
    for start in range(first, last, BATCH):
        link = _copy(admin, start, min(start + BATCH, last), link)
    for _, definition in indexes:
        admin.execute(definition)
    admin.execute("VACUUM ANALYZE ledger.entry")
    return link


def on_database(environment: Mapping[str, str], name: str) -> dict[str, str]:
    """The same log-ins, at another database of the server."""
    return {
        variable: f"{value.rpartition('/')[0]}/{name}"
        if variable.startswith("DATABASE_URL_")
        else value
        for variable, value in environment.items()
    }


def reading_alias(database: str, login: str = "default") -> str:
    """A Django alias for this database under the log-in of another alias."""
    alias = f"{login}_{database}"
    connections.settings[alias] = {**connections.settings[login], "NAME": database}
    return alias


def sign(database: str, *, first: int, last: int, every: int = CHECKPOINT_EVERY) -> None:
    """Nodes, and a checkpoint over every so many entries, as the sequencer would leave them."""
    alias = reading_alias(database, "sequencer")
    signer, tree = keys.signer(), Frontier()
    if signer is None:
        raise SystemExit(f"{keys.PRIVATE_KEY} is not set")
    with transaction.atomic(alias), connections[alias].cursor() as cursor:
        for start in range(0, last, every):
            end = min(start + every, last)
            cursor.execute(
                "SELECT body FROM ledger.entry WHERE seq >= %s AND seq < %s ORDER BY seq",
                [start, end],
            )
            tree.extend(leaf_hashes(bytes(body) for (body,) in cursor.fetchall()))
            if start >= first:
                close_subtrees(cursor, size=end)
                note = sign_note(Checkpoint(signer.name, end, tree.root()).text(), signer)
                cursor.execute(
                    "INSERT INTO ledger.checkpoint (size, root, note) VALUES (%s, %s, %s)",
                    [end, tree.root(), note],
                )
    connections[alias].close()


def _copy(admin: psycopg.Connection[Any], first: int, last: int, link: bytes) -> bytes:
    with admin.cursor().copy("COPY ledger.entry FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int8", "uuid", "bytea", "bytea", "bytea"])
        for seq, (event_id, body) in enumerate(bodies(first, last), first):
            leaf = sha256(b"\0" + body).digest()
            link = sha256(link + leaf).digest()
            copy.write_row((seq, UUID(event_id), body, leaf, link))
    return link


def _uuid(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"
