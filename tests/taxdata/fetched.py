"""Running a fetch against an authority of the tests, and looking at what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from portal.consents.door import reading
from portal.consents.stop_consent import stop_consent
from portal.core.wire import load_public_keys
from portal.taxdata.fetching import fetch_tax_data
from portal.taxdata.queries import fetch_outcome
from portal.taxdata.receiving import Keys
from scoring.engine.summary import MonthSummary
from tests.gate.parties import Connection, Parties, granted, login, new_parties
from tests.outbox import events_about
from tests.taxdata.authority import Authority, connected
from tests.taxdata.intake import Steps, as_intake, run_of


@pytest.fixture
def parties(keys: None, transactional_db: None) -> Parties:
    return new_parties()


def pinned() -> Keys:
    """The public keys that an intake worker is given."""
    return Keys(
        signer=load_public_keys(settings.SIGNER_PUBLIC_KEYS),
        authority=load_public_keys(settings.AUTHORITY_PUBLIC_KEYS),
        vault=load_public_keys(settings.VAULT_PUBLIC_KEY),
    )


def fetch(consent: UUID, authority: Authority, *, steps: Steps | None = None) -> None:
    """One attempt of the job, over HTTP."""
    with connected(authority, timeout=0.5) as connector, as_intake():
        fetch_tax_data(run_of(consent, steps or Steps()), connector=connector, keys=pinned())


def refused(parties: Parties, authority: Authority, code: str) -> UUID:
    """The package ends as failed with this code, is recorded, and nothing of it can be read."""
    consent = granted(parties)
    fetch(consent, authority)
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert (outcome.is_complete, outcome.error) == (False, code)
    (event,) = events_about(f"consent:{consent}", kind="data.fetch_failed")
    assert event["payload"] == {"code": code}
    assert summaries(parties, consent) == []
    assert in_vault(consent) == 0, "nothing of it is left behind"
    return consent


def summaries(parties: Parties, consent: UUID) -> list[MonthSummary]:
    """What the vault worker reads under the consent; however often, it is one job's one use."""
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=consent
    ) as window:
        return [MonthSummary.from_json(chunk.data) for chunk in window.chunks()]


def in_vault(consent: UUID, table: str = "chunk") -> int:
    """Rows of the consent's imports, seen as the schema's owner."""
    owner: Connection = login("owner")
    role = settings.ROLE_PREFIX + "vault_owner"
    with owner, owner.transaction():
        owner.execute(f'SET LOCAL ROLE "{role}"'.encode())
        found = owner.execute(
            f"SELECT count(*) FROM vault.{table} t JOIN vault.import i ON i.id = t.import"
            " WHERE i.consent = %s".encode(),
            [consent],
        ).fetchone()
    assert found is not None
    return int(found[0])


@contextmanager
def in_the_portal() -> Iterator[None]:
    """By the web process, while this one is the intake worker."""
    intake = connections["default"]
    connections["default"] = connections["web"]
    try:
        yield
    finally:
        connections["default"] = intake


def stop_in_the_portal(parties: Parties, consent: UUID) -> None:
    """The firm withdraws."""
    with in_the_portal():
        stop_consent(parties.actor, consent_id=consent)
