"""Staged months in the database: whose they are, who sees them, and that they can be swept."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import transaction

from portal.consents.purposes import Category
from portal.consents.stop_consent import stop_consent
from portal.core.wire import load_public_keys
from portal.taxdata.package import Manifest, MonthEntry
from portal.taxdata.store import (
    Import,
    begin_import,
    complete_fetch,
    seal_month,
    stage_month,
    staged_months,
)
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
    records_of,
    refusal,
    sealed,
    taken,
    value,
)
from tests.personas import keys
from tests.taxdata.fetched import in_vault, parties

__all__ = ["keys", "parties"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
STAGED = (
    "INSERT INTO vault.staged (import, firm, month, records, chunks, version)"
    " VALUES (%s, %s, %s, 1, %s, '1')"
)
IMPORT = (
    "INSERT INTO vault.import (id, fetch_id, firm, consent, category, first_month, last_month,"
    " as_of_month, manifest_sha256) VALUES (%s, %s, %s, %s, 'vat_invoices', %s, %s, %s, %s)"
)


@pytest.fixture
def watchdog() -> Iterator[Connection]:
    with login("watchdog") as connection:
        yield connection


def begun(parties: Parties, consent: UUID, fetch_id: UUID, *, months: int = 2) -> Import:
    """A session that has staged so many months from the first on."""
    wanted = [FIRST + step for step in range(months)]
    manifest = Manifest(
        session="session",
        artefact_sha256="0" * 64,
        category=Category.VAT_INVOICES,
        first_month=FIRST,
        last_month=LAST,
        as_of_month=LAST,
        pages=("0" * 64,),
        months={month: MonthEntry(records=1, version="1") for month in wanted},
        sha256="0" * 64,
    )
    with transaction.atomic(using="intake"):
        opened = begin_import(
            manifest,
            fetch_id=fetch_id,
            firm_id=parties.firm_id,
            consent_id=consent,
            recipients=load_public_keys(settings.VAULT_PUBLIC_KEY),
            using="intake",
        )
        for month, records in records_of(wanted, 100).items():
            stage_month(opened, seal_month(opened, month, records), version="1", using="intake")
    return opened


def test_staged_months_are_seen_by_nobody_until_the_completion(parties: Parties) -> None:
    consent, fetch_id = granted(parties), uuid4()
    opened = begun(parties, consent, fetch_id)
    with login("vault", autocommit=False) as vault:
        enter(vault, taken(vault, parties, consent))
        for table in ("chunk", "firm_key", "completion"):
            assert value(vault, f"SELECT count(*) FROM vault.{table}") == 0, table
        with transaction.atomic(using="intake"):
            assert complete_fetch(opened, fetch_id=fetch_id, using="intake") == 6
        assert value(vault, COUNT) == 2
        assert "permission denied" in refusal(vault, "SELECT FROM vault.staged")


def test_intake_knows_its_own_staged_months_and_only_by_their_fetch(parties: Parties) -> None:
    consent, fetch_id = granted(parties), uuid4()
    begun(parties, consent, fetch_id)
    found = staged_months(fetch_id, using="intake")
    assert [(one.month, one.records, one.chunks) for one in found] == [
        (FIRST, 1, 3),
        (FIRST + 1, 1, 3),
    ]
    assert staged_months(uuid4(), using="intake") == []
    with login("intake") as intake:
        for table in ("staged", "chunk", "import"):
            assert "permission denied" in refusal(intake, f"SELECT * FROM vault.{table}"), table
            assert "permission denied" in refusal(intake, f"DELETE FROM vault.{table}"), table


def test_a_completed_fetch_is_staged_no_more_and_not_dropped(parties: Parties) -> None:
    consent, fetch_id = granted(parties), uuid4()
    opened = begun(parties, consent, fetch_id)
    with transaction.atomic(using="intake"):
        complete_fetch(opened, fetch_id=fetch_id, using="intake")
    assert staged_months(fetch_id, using="intake") == []
    with login("intake") as intake:
        assert value(intake, "SELECT vault.drop_fetch(%s)", [fetch_id]) == 0
    assert in_vault(consent) == 6


def test_a_fetch_is_of_one_consent(parties: Parties) -> None:
    """Another consent's import can't be slipped under a fetch, to be completed with it."""
    fetch_id, other = uuid4(), granted(parties)
    begun(parties, granted(parties), fetch_id)
    months = [FIRST.first, LAST.first, LAST.first]
    stray = [uuid4(), fetch_id, parties.firm_id, other, *months, "0" * 64]
    with login("intake") as intake:
        assert "another_fetch" in refusal(intake, IMPORT, stray)
        intake.execute(IMPORT, [stray[0], uuid4(), *stray[2:]])


def test_a_month_is_staged_with_its_chunks_or_not(parties: Parties) -> None:
    opened = begun(parties, granted(parties), uuid4())
    where = [opened.id, parties.firm_id, (FIRST + 5).first]
    with login("intake") as intake:
        assert "incomplete" in refusal(intake, STAGED, [*where, 2])
        stranger = [opened.id, new_parties().firm_id, FIRST.first]
        assert "incomplete" in refusal(intake, STAGED, [*stranger, 2])


def test_no_month_is_staged_after_a_withdrawal(parties: Parties) -> None:
    consent = granted(parties)
    opened = begun(parties, consent, uuid4())
    ((month, records),) = records_of([FIRST + 3], 100).items()
    stop_consent(parties.actor, consent_id=consent)
    with pytest.raises(Exception, match="not_covered"), transaction.atomic(using="intake"):
        stage_month(opened, seal_month(opened, month, records), version="1", using="intake")
    assert in_vault(consent, "staged") == 2


def test_leftovers_of_an_ended_consent_are_found_by_firm_and_category_and_swept(
    parties: Parties, watchdog: Connection
) -> None:
    consent, living = granted(parties), granted(parties)
    begun(parties, consent, uuid4())
    begun(parties, living, uuid4())
    sealed(parties, consent)
    listed = "SELECT category, consent FROM vault.staged_leftovers() WHERE firm = %s"
    assert watchdog.execute(listed, [parties.firm_id]).fetchall() == []
    stop_consent(parties.actor, consent_id=consent)
    assert watchdog.execute(listed, [parties.firm_id]).fetchall() == [("vat_invoices", consent)]
    assert value(watchdog, "SELECT vault.drop_staged(%s)", [consent]) == 6
    assert in_vault(consent) == 36, "what was completed is another matter"
    assert in_vault(living) == 6, "a fetch under a live consent goes on"


def test_leftovers_of_a_fetch_that_nobody_takes_up_are_swept_after_a_day(
    parties: Parties, watchdog: Connection, admin_url: str
) -> None:
    consent = granted(parties)
    opened = begun(parties, consent, uuid4())
    drop = "SELECT vault.drop_staged(%s)"
    assert value(watchdog, drop, [consent]) == 0
    with psycopg.connect(admin_url, autocommit=True) as admin:
        age = "UPDATE vault.import SET started_at = now() - interval '25 h' WHERE id = %s"
        admin.execute(age, [opened.id])
    assert value(watchdog, drop, [consent]) == 6
    for table in ("chunk", "firm_key", "staged"):
        assert in_vault(consent, table) == 0


def test_only_the_watchdog_sweeps_and_only_intake_drops_its_own(parties: Parties) -> None:
    for alias in ("web", "signer", "vault", "scorer", "sequencer"):
        with login(alias) as connection:
            for query in ("vault.drop_staged(NULL)", "vault.staged_leftovers()"):
                assert "permission denied" in refusal(connection, f"SELECT {query}"), alias
    with login("intake") as intake:
        assert "permission denied" in refusal(intake, "SELECT vault.drop_staged(NULL)")
        own = "SELECT vault.drop_imports(ARRAY[gen_random_uuid()])"
        assert "permission denied" in refusal(intake, own)
