"""The two jobs of the intake worker against the sandbox authority, over real HTTP."""

from __future__ import annotations

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from pytest_django import Settings

from portal.consents.door import reading
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Job, Retry
from portal.core.months import months_between
from portal.taxdata import tasks
from portal.taxdata.models import AuthorityNotice
from portal.taxdata.queries import fetch_outcome, imports_under
from scoring.engine.summary import MonthSummary
from tests.gate.parties import LAST, Parties, granted, new_parties
from tests.sandbox.authority import Authority, dropped, made_authority
from tests.sandbox.talking import Browser
from tests.taxdata.intake import Steps, as_intake, run_of

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.xdist_group("sandbox-intake"),
]
FIRST = LAST - 23


@pytest.fixture(scope="module")
def authority(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Authority]:
    """An authority with simulated firms, one of them connected by its legal representative."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder = tmp_path_factory.mktemp("authority")
    made = made_authority(folder, name=f"taxbridge_test_authority_intake_{worker}")
    made.run("simulate_firms", 2, "--password", "demo-password")
    made.serve()
    Browser(made).sign_in("sara")
    yield made
    dropped(made)


@pytest.fixture
def parties(authority: Authority, keys: None, settings: Settings) -> Parties:
    """The connected firm in the portal; both sides have pinned each other's keys."""
    folder = authority.folder / "keys"
    settings.TAX_AUTHORITY_API_URL = authority.url
    settings.AUTHORITY_PUBLIC_KEYS = folder / "public" / "authority.json"
    settings.SIGNER_KEY = folder / "signer" / "signing.pem"
    settings.SIGNER_PUBLIC_KEYS = folder / "public" / "signer.json"
    settings.CLIENT_KEY = folder / "portal" / "client.pem"
    ((uscc,),) = authority.rows("SELECT uscc FROM taxauthority_firm WHERE name LIKE %s", ["% 1"])
    return _the_firm(uscc, authority.signatory(uscc))


def test_a_firm_is_fetched_whole_and_its_withdrawal_acknowledged(
    authority: Authority, parties: Parties
) -> None:
    consent, steps = granted(parties, first_month=FIRST), Steps()
    with as_intake():
        tasks.fetch(run_of(consent, steps))
    assert steps.seen == ["requested", "pages_read", "stored"]
    (view,) = imports_under(consent)
    assert (view.status, view.as_of_month, view.error) == ("stored", LAST, "")
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        found = [MonthSummary.from_json(chunk.data) for chunk in window.chunks()]
    assert len(found) + len(view.gaps) == len(months_between(FIRST, LAST))
    assert sum(month.sale.rows + month.purchase.rows for month in found) == view.records > 0
    stop_consent(parties.actor, consent_id=consent)
    with as_intake():
        tasks.notify(run_of(consent, Steps(), job=Job.NOTIFY_AUTHORITY))
    assert AuthorityNotice.objects.filter(consent_id=consent).exists()
    known = "SELECT count(*) FROM taxauthority_revocation WHERE consent = %s"
    assert authority.rows(known, [str(consent)]) == [(1,)]


def test_the_authority_refuses_what_it_knows_to_be_over(
    authority: Authority, parties: Parties
) -> None:
    """Its own list counts, whatever the portal says."""
    consent = granted(parties, first_month=FIRST)
    authority.rows(
        "INSERT INTO taxauthority_revocation (consent, artefact_sha256, acknowledgement, at)"
        " VALUES (%s, '', '', now())",
        [str(consent)],
    )
    with as_intake():
        tasks.fetch(run_of(consent, Steps()))
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert (outcome.is_complete, outcome.error) == (False, "consent_revoked")


def test_an_authority_that_is_down_is_waited_for(authority: Authority, parties: Parties) -> None:
    consent = granted(parties, first_month=FIRST)
    authority.kill()
    try:
        with as_intake(), pytest.raises(Retry):
            tasks.fetch(run_of(consent, Steps()))
        assert fetch_outcome(consent) is None
    finally:
        authority.serve()


_FIRMS: dict[str, Parties] = {}


def _the_firm(uscc: str, person: str) -> Parties:
    """A second account for one firm would be a second person: the parties are made once."""
    if uscc not in _FIRMS:
        _FIRMS[uscc] = new_parties(uscc=uscc, authority_person=person)
    return _FIRMS[uscc]
