"""The window: what a reader sees with a ticket, and that it sees nothing otherwise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.gate.conftest import Open
from tests.gate.parties import (
    COUNT,
    FIRST,
    LAST,
    Connection,
    Parties,
    enter,
    granted,
    login,
    new_parties,
    refusal,
    sealed,
    taken,
    value,
)
from tests.outbox import events_about

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
TAKE = "SELECT ticket, refusal FROM gate.take(%s, %s, %s, %s)"
ENTER = "SELECT consent FROM gate.enter(%s)"


def test_with_a_ticket_exactly_the_consented_months(vault: Connection, parties: Parties) -> None:
    wide = granted(parties)
    sealed(parties, wide)
    narrow = granted(parties, first_month=FIRST + 3, last_month=LAST - 2)
    enter(vault, taken(vault, parties, narrow))
    months = vault.execute(
        "SELECT min(month), max(month), count(*) FROM vault.chunk WHERE kind = 'summary'"
    ).fetchone()
    assert months == ((FIRST + 3).first, (LAST - 2).first, 7)


def test_without_a_ticket_no_rows(vault: Connection, parties: Parties) -> None:
    sealed(parties, granted(parties))
    for table in ("chunk", "firm_key", "import", "completion", "current_month"):
        assert value(vault, f"SELECT count(*) FROM vault.{table}") == 0


def test_a_forged_setting_opens_nothing(vault: Connection, parties: Parties) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    for name in ("tb.consent", "gate.consent", "taxbridge.consent_id"):
        vault.execute("SELECT set_config(%s, %s, false)", [name, str(consent)])
    assert value(vault, COUNT) == 0


def test_another_firm_category_or_month_stays_shut(vault: Connection, parties: Parties) -> None:
    stranger = new_parties()
    sealed(stranger, granted(stranger))
    both = granted(parties, categories=["vat_invoices", "vat_returns"])
    sealed(parties, both)
    sealed(parties, both, category="vat_returns")
    enter(vault, taken(vault, parties, granted(parties, first_month=LAST)))
    assert value(vault, COUNT) == 1
    assert value(vault, f"{COUNT} AND firm <> %s", [parties.firm_id]) == 0
    assert value(vault, f"{COUNT} OR true") == 3  # rows, summary and traces
    assert value(vault, f"{COUNT} AND category <> 'vat_invoices'") == 0
    assert (
        value(vault, "SELECT count(*) FROM vault.firm_key WHERE firm <> %s", [parties.firm_id]) == 0
    )


def test_entering_in_the_transaction_that_took_the_ticket_is_refused(
    vault: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    (ticket, _reason) = vault.execute(
        TAKE, [consent, parties.bank_id, "underwriting", uuid4()]
    ).fetchone() or (None, None)
    assert "no_such_ticket" in refusal(vault, ENTER, [ticket])


def test_read_then_rollback_is_still_counted(
    vault: Connection, admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    enter(vault, taken(vault, parties, consent))
    assert value(vault, COUNT) == 12
    vault.rollback()
    assert value(admin, "SELECT uses FROM gate.consent_status WHERE id = %s", [consent]) == 1
    assert events(consent, "data.used") == 1


def test_two_enters_in_one_transaction_are_refused(vault: Connection, parties: Parties) -> None:
    other = new_parties()
    first, second = granted(parties), granted(other)
    tickets = [taken(vault, parties, first), taken(vault, other, second)]
    enter(vault, tickets[0])
    assert "one_consent_per_transaction" in refusal(vault, ENTER, [tickets[1]])


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_older_snapshots_are_refused(vault: Connection, parties: Parties, level: str) -> None:
    consent = granted(parties)
    ticket = taken(vault, parties, consent)
    vault.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
    assert "read_committed_only" in refusal(vault, ENTER, [ticket])
    vault.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
    values = [consent, parties.bank_id, "underwriting", uuid4()]
    assert "read_committed_only" in refusal(vault, TAKE, values)


def test_the_window_ends_with_its_transaction_savepoint_and_backend(
    vault: Connection, opened: Open, parties: Parties
) -> None:
    consent = granted(parties)
    sealed(parties, consent)
    ticket = taken(vault, parties, consent)
    enter(vault, ticket)
    assert value(opened("vault"), COUNT) == 0
    assert value(vault, COUNT) == 12
    vault.commit()
    assert value(vault, COUNT) == 0
    vault.execute("SAVEPOINT a")
    enter(vault, ticket)
    vault.execute("ROLLBACK TO a")
    assert value(vault, COUNT) == 0


def test_another_bank_or_purpose_is_refused_and_ledgered(
    vault: Connection, admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    for bank, purpose, reason in (
        (uuid4(), "underwriting", "another_bank"),
        (parties.bank_id, "monitoring", "another_purpose"),
    ):
        found = vault.execute(TAKE, [consent, bank, purpose, uuid4()]).fetchone()
        assert found == (None, reason)
    vault.commit()
    assert events(consent, "data.refused") == 2
    assert events(consent, "data.used") == 0


def test_one_use_for_twenty_jobs_at_once(admin: Connection, parties: Parties) -> None:
    consent = granted(parties)
    jobs = [uuid4() for _ in range(20)]
    answers = _take_at_once(parties, consent, jobs)
    assert sorted(reason or "taken" for _ticket, reason in answers) == ["exhausted"] * 19 + [
        "taken"
    ]
    assert events(consent, "data.used") == 1
    assert events(consent, "data.refused") == 19


def test_control_a_plain_count_gives_the_one_use_to_several(
    admin: Connection, admin_url: str
) -> None:
    """The same race against look-then-write: what the unique numbers are for."""
    admin.execute("CREATE TABLE public.naive_use (consent uuid)")
    try:
        ready = Barrier(2)

        def take_naively() -> bool:
            with psycopg.connect(admin_url, autocommit=True) as mine:
                is_free = value(mine, "SELECT count(*) = 0 FROM public.naive_use")
                ready.wait(timeout=10)
                mine.execute("INSERT INTO public.naive_use VALUES (gen_random_uuid())")
                return bool(is_free)

        with ThreadPoolExecutor(2) as pool:
            assert [f.result() for f in [pool.submit(take_naively) for _ in range(2)]] == [True] * 2
    finally:
        admin.execute("DROP TABLE public.naive_use")


@pytest.mark.parametrize(("first_use", "second"), [("this", "used_this_month"), ("last", None)])
def test_a_monthly_consent_has_one_use_a_month(
    admin: Connection, vault: Connection, parties: Parties, first_use: str, second: str | None
) -> None:
    consent = granted(parties, purpose="monitoring")
    take = [consent, parties.bank_id, "monitoring"]
    job, month = uuid4(), "date_trunc('month', clock_timestamp(), 'Asia/Shanghai')"
    first_instant = {"this": month, "last": f"{month} - interval '1 second'"}[first_use]
    admin.execute(
        f"INSERT INTO gate.use (consent, use_no, job, at) VALUES (%s, 1, %s, {first_instant})",
        [consent, job],
    )
    for expected in (second, "used_this_month"):
        answer = vault.execute(TAKE, [*take, uuid4()]).fetchone()
        vault.commit()
        assert answer is not None
        assert answer[1] == expected


def test_one_use_a_month_for_ten_jobs_at_once(admin: Connection, parties: Parties) -> None:
    consent = granted(parties, purpose="monitoring")
    jobs = [uuid4() for _ in range(10)]
    answers = _take_at_once(parties, consent, jobs, purpose="monitoring")
    reasons = sorted(reason or "taken" for _ticket, reason in answers)
    assert reasons == ["taken", *["used_this_month"] * 9]


def test_a_redelivered_job_is_the_same_use(vault: Connection, parties: Parties) -> None:
    """Ten times over: a job that looked before its twin's use and counted after it said no once."""
    for _ in range(10):
        consent, job = granted(parties), uuid4()
        answers = _take_at_once(parties, consent, [job] * 8)
        assert [reason for _ticket, reason in answers] == [None] * 8
    sealed(parties, consent)
    enter(vault, taken(vault, parties, consent, job=job))
    assert value(vault, COUNT) == 12


def test_the_reader_cannot_write_or_look_behind_the_gate(
    vault: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    enter(vault, taken(vault, parties, consent))
    vault.commit()
    for query in (
        "INSERT INTO gate.entry (pid, consent) VALUES (pg_backend_pid(), gen_random_uuid())",
        "INSERT INTO gate.use VALUES (gen_random_uuid(), 1, gen_random_uuid())",
        "DELETE FROM gate.use",
        "SELECT * FROM gate.ticket",
        "SELECT * FROM gate.consent",
        "UPDATE vault.chunk SET firm = gen_random_uuid()",
        "DELETE FROM vault.chunk",
        "SELECT gate.publish_check(gen_random_uuid())",
        "SELECT vault.erase(gen_random_uuid())",
    ):
        assert "permission denied" in refusal(vault, query)


def test_shadow_names_do_not_deceive_the_gate(
    vault: Connection, admin: Connection, parties: Parties
) -> None:
    """Even with TEMP granted, which provisioning never does."""
    sealed(parties, granted(parties))
    role = vault.info.user
    database = vault.info.dbname
    admin.execute(f'GRANT TEMPORARY ON DATABASE "{database}" TO "{role}"')
    try:
        for query in (
            "CREATE TEMP TABLE entry (pid int, xid xid8, opened_at timestamptz, consent uuid)",
            "CREATE TEMP TABLE consent_status AS SELECT gen_random_uuid() AS id, 'active' AS state",
            "CREATE FUNCTION pg_temp.pg_backend_pid() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE FUNCTION pg_temp.same(uuid, uuid) RETURNS bool LANGUAGE sql AS 'SELECT true'",
            "CREATE OPERATOR pg_temp.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = pg_temp.same)",
            "SET search_path = pg_temp, gate, vault, pg_catalog",
        ):
            vault.execute(query)
        vault.commit()
        assert value(vault, COUNT) == 0
    finally:
        vault.rollback()
        admin.execute(f'REVOKE TEMPORARY ON DATABASE "{database}" FROM "{role}"')


def events(consent: UUID, kind: str) -> int:
    """How many events of a kind the gate has recorded about a consent."""
    return len(events_about(f"consent:{consent}", kind=kind))


def _take_at_once(
    parties: Parties, consent: UUID, jobs: list[UUID], *, purpose: str = "underwriting"
) -> list[tuple[UUID | None, str | None]]:
    ready = Barrier(len(jobs))

    def take(job: UUID) -> tuple[UUID | None, str | None]:
        with login("vault") as mine:
            ready.wait(timeout=30)
            row = mine.execute(TAKE, [consent, parties.bank_id, purpose, job]).fetchone()
            assert row is not None
            return row[0], row[1]

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(take, jobs))
