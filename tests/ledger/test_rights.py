"""Attacks as each log-in: what the ledger's database refuses whatever the code above it does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connections, transaction

from ledger.format.canonical import encode
from ledger.format.event import Event
from ledger.kinds import REGISTRY, EventKind
from portal.config.databases import LOGINS
from tests.ledger.facts import drain, fresh, payload_of, write

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

WRITERS = ("owner", "web", "signer", "scorer", "intake")
TABLES = ("kind_right", "outbox", "entry", "checkpoint", "chain_check", "node", "halt")
INSERT = "INSERT INTO ledger.outbox (event_id, body) VALUES (%s, %s)"


def run(login: str, sql: str, values: list[Any] | None = None) -> None:
    with transaction.atomic(login), connections[login].cursor() as cursor:
        cursor.execute(sql, values)


def event(kind: EventKind = EventKind.APPROVAL_RETURNED, **changes: Any) -> Event:
    fields: dict[str, Any] = {
        "event_id": uuid4(),
        "at": datetime.now(UTC),
        "kind": kind,
        "actor": fresh("person"),
        "subject": fresh("application"),
        "payload": payload_of(kind),
    }
    return Event(**{**fields, **changes})


@pytest.mark.parametrize("login", LOGINS)
def test_a_log_in_inserts_its_own_kinds_and_no_other(login: str) -> None:
    for kind, rule in REGISTRY.items():
        if login in rule.writers and not rule.gate_only:
            write(kind, using=login)
        else:
            with pytest.raises(ProgrammingError, match=r"may not write|permission denied"):
                write(kind, using=login)


@pytest.mark.parametrize("login", ["web", "signer", "vault", "watchdog"])
def test_the_gate_writes_only_for_the_log_ins_of_the_kind(gate: str, login: str) -> None:
    call = f"SELECT {gate}(%s, %s, %s, %s::jsonb)"
    for kind, rule in REGISTRY.items():
        values = [str(kind), fresh("person"), fresh("consent"), encode(payload_of(kind)).decode()]
        if login in rule.writers:
            run(login, call, values)
        else:
            with pytest.raises(ProgrammingError, match="may not write"):
                run(login, call, values)


@pytest.mark.parametrize("login", LOGINS)
def test_nobody_calls_emit_but_the_gate(login: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(login, "SELECT ledger.emit('data.used', 'system:web', 'consent:x', '{}')")


CHANGES = {
    ("kind_right", "UPDATE"): "UPDATE ledger.kind_right SET kind = kind",
    ("outbox", "UPDATE"): "UPDATE ledger.outbox SET body = body",
    ("entry", "UPDATE"): "UPDATE ledger.entry SET body = body",
    ("checkpoint", "UPDATE"): "UPDATE ledger.checkpoint SET note = note",
    ("node", "UPDATE"): "UPDATE ledger.node SET hash = hash",
    ("chain_check", "UPDATE"): "UPDATE ledger.chain_check SET ok = ok",
    ("halt", "UPDATE"): "UPDATE ledger.halt SET reason = reason",
    ("leader", "DELETE"): "DELETE FROM ledger.leader",
    **{(table, "DELETE"): f"DELETE FROM ledger.{table}" for table in TABLES},
    **{(table, "TRUNCATE"): f"TRUNCATE ledger.{table}" for table in TABLES},
}


@pytest.mark.parametrize("login", LOGINS)
def test_nobody_changes_what_is_written(login: str) -> None:
    for (table, verb), statement in CHANGES.items():
        if (login, table, verb) == ("sequencer", "outbox", "DELETE"):
            continue  # taking events out of the outbox is its work
        with pytest.raises(ProgrammingError, match="permission denied"):
            run(login, statement)


@pytest.mark.parametrize("login", [login for login in LOGINS if login != "sequencer"])
def test_only_the_sequencer_appends(login: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(login, "INSERT INTO ledger.entry VALUES (0, gen_random_uuid(), '', '', '')")
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(login, "INSERT INTO ledger.checkpoint (size, root, note) VALUES (1, '', '')")


def test_the_owner_of_the_tables_is_stopped_by_triggers(administrator: str) -> None:
    drain_one()
    for table in ("entry", "checkpoint", "chain_check"):
        for statement in (
            f"DELETE FROM ledger.{table}",
            f"UPDATE ledger.{table} SET {set_of(table)}",
        ):
            with transaction.atomic(administrator), connections[administrator].cursor() as cursor:
                ensure_row(cursor, table)
                cursor.execute("SET LOCAL session_replication_role = replica")
                with (
                    pytest.raises(ProgrammingError, match="append-only"),
                    transaction.atomic(administrator),
                ):
                    cursor.execute(statement)
                transaction.set_rollback(True, using=administrator)


def drain_one() -> None:
    write()
    drain()


def set_of(table: str) -> str:
    return {"entry": "body = ''", "checkpoint": "note = ''", "chain_check": "entries = 0"}[table]


def ensure_row(cursor: Any, table: str) -> None:
    if table == "checkpoint":
        cursor.execute(
            "INSERT INTO ledger.checkpoint (size, root, note)"
            " VALUES (99999999, sha256(''), 'note') ON CONFLICT DO NOTHING"
        )
    if table == "chain_check":
        cursor.execute(
            "INSERT INTO ledger.chain_check (checked_at, ok, entries, seconds)"
            " VALUES (now(), true, 1, 1)"
        )


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"1", b"\xff", b'{"kind":"member.added"}'])
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(DatabaseError):
        run("web", INSERT, [uuid4(), body])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1}', b'"v":1} '),
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1,"w":"more"'),
        (b'"v":1', b'"v":1,"v":1'),
        (b'"payload":{}', b'"payload":{"name":"Zhang San"}'),
        (b'"payload":{}', b'"payload":null'),
        (b'"payload":{}', b'"payload":[]'),
        (b'"payload":{}', b'"payload": {}'),
        (b'"actor":"person:', b'"actor":"person '),
        (b'"actor":"person:', b'"actor":"person:' + b"a" * 80),
        (b'"actor":"person:', b'"actor":"\\u0070erson:'),
        (b'"subject":"application:', b'"subject":"application:0'),
        (b'"subject":"application:', b'"subject":"' + b"a" * 80 + b":"),
        (b"approval.returned", b"approval.eaten"),
        (b'Z","event_id"', b'+00:00","event_id"'),
    ],
)
def test_an_event_changed_on_its_way_is_refused(old: bytes, new: bytes) -> None:
    sent = event()
    changed = sent.encode().replace(old, new)
    assert changed != sent.encode()
    with pytest.raises(DatabaseError, match="ledger:"):
        run("web", INSERT, [sent.event_id, changed])
    run("web", INSERT, [sent.event_id, sent.encode()])


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_event_is_not_dated_back_or_forward(minutes: int) -> None:
    run("web", INSERT, [(now := event()).event_id, now.encode()])
    moved = event(at=datetime.now(UTC) + timedelta(minutes=minutes))
    with pytest.raises(IntegrityError, match="time"):
        run("web", INSERT, [moved.event_id, moved.encode()])


def test_an_event_id_stands_for_its_body() -> None:
    written = event()
    with pytest.raises(IntegrityError, match="canonical"):
        run("web", INSERT, [uuid4(), written.encode()])


def test_an_event_id_pends_once() -> None:
    first = event()
    run("web", INSERT, [first.event_id, first.encode()])
    again = event(event_id=first.event_id)
    with pytest.raises(IntegrityError, match="outbox_event_once"):
        run("web", INSERT, [again.event_id, again.encode()])


def test_the_superuser_is_no_writer(administrator: str) -> None:
    with pytest.raises(ProgrammingError, match="may not write"):
        write(using=administrator)


@pytest.mark.parametrize("login", ["signer", "vault", "scorer", "intake", "watchdog"])
def test_processes_that_only_write_cannot_read(login: str) -> None:
    for table in ("outbox", "entry", "checkpoint", "chain_check"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            run(login, f"SELECT FROM ledger.{table}")


def test_the_gatherer_reads_hashes_only_and_writes_what_witnesses_say() -> None:
    run("gatherer", "SELECT seq, leaf_hash FROM ledger.entry LIMIT 1")
    for statement in (
        "SELECT body FROM ledger.entry LIMIT 1",
        "SELECT FROM ledger.outbox LIMIT 1",
        "SELECT FROM ledger.chain_check LIMIT 1",
        "UPDATE ledger.leader SET epoch = epoch",
        "INSERT INTO ledger.node (level, index, hash) VALUES (9, 9, '')",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            run("gatherer", statement)


@pytest.mark.parametrize("login", ["web", "signer", "vault", "scorer", "intake", "watchdog"])
def test_what_witnesses_said_is_not_for_others_to_write(login: str) -> None:
    for statement in (
        "INSERT INTO ledger.cosignature VALUES (1, 'w', 'x', now())",
        "INSERT INTO ledger.witnessed (size) VALUES (1)",
        "UPDATE ledger.witness_state SET problem = NULL",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            run(login, statement)


def test_web_cannot_read_pending_bodies_or_sign_a_verdict_as_another() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        run("web", "SELECT body FROM ledger.outbox")
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(
            "web",
            "INSERT INTO ledger.chain_check (checked_at, ok, entries, seconds, by_role)"
            " VALUES (now(), true, 1, 1, 'taxbridge_regulator')",
        )


def test_functions_are_closed_to_the_public_and_pin_their_path(administrator: str) -> None:
    with connections[administrator].cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, p.prosecdef, p.proconfig,"
            " has_function_privilege('public', p.oid, 'EXECUTE')"
            " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = 'ledger'"
        )
        functions = cursor.fetchall()
    assert {"emit", "check_event", "refuse_change"} <= {row[0] for row in functions}
    for name, definer, configuration, public in functions:
        assert not public, name
        if definer:
            assert configuration == ["search_path=pg_catalog, pg_temp"], name
