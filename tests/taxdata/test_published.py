"""A firm of the published data, fetched: its invoices come, the rest is said to be absent."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from portal.consents.purposes import Category
from portal.core.months import months_between
from portal.taxdata import tasks
from portal.taxdata.queries import imports_under
from tests.gate.parties import LAST, Parties, granted, new_parties
from tests.personas import keys
from tests.sandbox.authority import Authority
from tests.sandbox.talking import Browser
from tests.taxdata.intake import Steps, as_intake, run_of
from tests.taxdata.sandboxed import authority, firm

__all__ = ["authority", "firm", "keys"]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.xdist_group("sandbox-intake"),
    pytest.mark.slow,
]
PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "sme-invoices"
LARGEST = """
    SELECT f.uscc, f.code, (SELECT sum(q.rows)::int FROM taxauthority_packet q
        WHERE q.firm_id = f.id AND q.month > f.as_of_month - interval '24 months'
        AND q.month <= f.as_of_month)
    FROM taxauthority_firm f JOIN taxauthority_packet p ON p.firm_id = f.id
    WHERE NOT f.is_simulated GROUP BY f.id ORDER BY sum(p.rows) DESC LIMIT 1
"""


@pytest.fixture
def largest(authority: Authority, firm: Parties) -> tuple[Parties, int]:
    """The firm with most invoices, connected, and how many there are of its last 24 months."""
    if not PUBLISHED.exists():
        pytest.skip("the published invoices are not on this machine (../shared/data)")
    authority.run("import_tax_data", PUBLISHED, "--shift")
    ((uscc, code, invoices),) = authority.rows(LARGEST)
    account = ("--add", uscc, "--login", code, "--name", "Demo", "--password", "demo-password")
    authority.run("authority_accounts", *account)
    Browser(authority).sign_in(code)
    return new_parties(uscc=uscc, authority_person=authority.signatory(uscc)), invoices


def test_a_published_firm_has_its_invoices_and_a_cause_for_everything_else(
    largest: tuple[Parties, int],
) -> None:
    parties, invoices = largest
    consent = granted(parties, first_month=LAST - 23, categories=[*Category])
    started = time.monotonic()
    with as_intake():
        tasks.fetch(run_of(consent, Steps()))
    assert time.monotonic() - started < 60
    views = {view.category: view for view in imports_under(consent)}
    came = views.pop("vat_invoices")
    assert (came.status, came.records, came.as_of_month) == ("stored", invoices, LAST)
    assert came.shifted_months > 0
    for view in views.values():
        assert (view.status, view.error) == ("unavailable", "not_available")
        assert view.gaps == dict.fromkeys(months_between(LAST - 23, LAST), "provider_omitted")
