"""The two jobs of the intake worker against the sandbox authority, over real HTTP."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from portal.consents.door import reading
from portal.consents.purposes import Category
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Cancelled, Job, Retry
from portal.core.months import months_between
from portal.invoices import tasks as invoices
from portal.invoices.models import KnownStatuses
from portal.invoices.statuses import known_list
from portal.taxdata import tasks
from portal.taxdata.models import AuthorityNotice
from portal.taxdata.queries import fetch_outcome, imports_under
from scoring.engine.summary import MonthSummary
from tests.gate.parties import LAST, Parties, granted
from tests.invoices.desk import forget_lists
from tests.personas import keys
from tests.sandbox.authority import Authority
from tests.taxdata.fetched import in_vault
from tests.taxdata.intake import Steps, as_intake, run_of
from tests.taxdata.sandboxed import authority, firm

__all__ = ["authority", "firm", "keys"]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.xdist_group("sandbox-intake"),
]
FIRST = LAST - 23


def test_a_firm_is_fetched_whole_and_its_withdrawal_acknowledged(
    authority: Authority, firm: Parties
) -> None:
    consent, steps = granted(firm, first_month=FIRST), Steps()
    with as_intake():
        tasks.fetch(run_of(consent, steps))
    assert steps.seen == ["requested", "pages_read", "stored"]
    (view,) = imports_under(consent)
    assert (view.status, view.as_of_month, view.error) == ("stored", LAST, "")
    with reading(
        consent_id=consent, bank_id=firm.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        found = [MonthSummary.from_json(chunk.data) for chunk in window.chunks()]
    assert len(found) + len(view.gaps) == len(months_between(FIRST, LAST))
    assert sum(month.sale.rows + month.purchase.rows for month in found) == view.records > 0
    stop_consent(firm.actor, consent_id=consent)
    with as_intake():
        tasks.notify(run_of(consent, Steps(), job=Job.NOTIFY_AUTHORITY))
    assert AuthorityNotice.objects.filter(consent_id=consent).exists()
    known = "SELECT count(*) FROM taxauthority_revocation WHERE consent = %s"
    assert authority.rows(known, [str(consent)]) == [(1,)]


def test_all_four_categories_come_typed_and_every_month_is_accounted_for(firm: Parties) -> None:
    consent = granted(firm, first_month=FIRST, categories=[*Category])
    with as_intake():
        tasks.fetch(run_of(consent, Steps()))
    views = {view.category: view for view in imports_under(consent)}
    assert {view.status for view in views.values()} == {"stored"}
    found = _records(firm, consent)
    for category, view in views.items():
        assert len(found[category]) == view.records > 0
    assert {record["grade"] for record in found["tax_rating"]} <= set("ABMCD")
    for view in views.values():
        told = {_month_of(record) for record in found[view.category]} | set(map(str, view.gaps))
        assert set(view.gaps.values()) <= {"not_filed", "provider_omitted", "not_covered"}
        assert str(LAST) in told, "the last month has a record or a cause"
    assert views["tax_rating"].gaps[FIRST] == "not_covered"


def test_declared_and_invoiced_agree(firm: Parties) -> None:
    """VAT returns of a month and the vault's own roll-up of its invoices are one story."""
    consent = granted(firm, first_month=FIRST, categories=["vat_invoices", "vat_returns"])
    with as_intake():
        tasks.fetch(run_of(consent, Steps()))
    with reading(
        consent_id=consent, bank_id=firm.bank_id, purpose="underwriting", job_id=consent
    ) as window:
        rolled = [MonthSummary.from_json(chunk.data) for chunk in window.chunks("summary")]
    declared = _records(firm, consent)["vat_returns"]
    invoiced = {month.month: month.sale.net_fen for month in rolled}
    assert declared
    for told in declared:
        first, last = told["first_month"], told["last_month"]
        assert told["sales_fen"] == sum(
            net for month, net in invoiced.items() if first <= month <= last
        )


def _month_of(record: dict[str, Any]) -> str:
    if "issued_on" in record:
        return str(record["issued_on"])[:7]
    return str(record.get("last_month", f"{record.get('year')}-12"))


def _records(firm: Parties, consent: UUID) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {category: [] for category in Category}
    with reading(
        consent_id=consent, bank_id=firm.bank_id, purpose="underwriting", job_id=consent
    ) as window:
        for chunk in window.chunks("records"):
            found[chunk.category] += [json.loads(line) for line in chunk.data.splitlines()]
    return found


def test_the_authority_refuses_what_it_knows_to_be_over(
    authority: Authority, firm: Parties
) -> None:
    """Its own list counts, whatever the portal says."""
    consent = granted(firm, first_month=FIRST)
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
    assert in_vault(consent) == 0


def test_an_authority_that_is_down_is_waited_for(authority: Authority, firm: Parties) -> None:
    consent = granted(firm, first_month=FIRST)
    authority.kill()
    try:
        with as_intake(), pytest.raises(Retry):
            tasks.fetch(run_of(consent, Steps()))
        assert fetch_outcome(consent) is None
    finally:
        authority.serve()


def test_the_status_list_comes_over_http_and_an_older_one_is_refused(
    authority: Authority, firm: Parties
) -> None:
    forget_lists()
    with as_intake():
        invoices.fetch(run_of(uuid4(), Steps(), job=Job.FETCH_INVOICE_STATUSES))
        row = KnownStatuses.objects.get(issuer="tax-authority-sandbox")
        KnownStatuses.objects.update(serial=row.serial + 1)
        with pytest.raises(Cancelled, match="rolled_back"):
            invoices.fetch(run_of(uuid4(), Steps(), job=Job.FETCH_INVOICE_STATUSES))
    known = known_list()
    assert known is not None
    assert known.serial == row.serial


def test_an_authority_that_is_down_is_asked_again_later(firm: Parties, settings: Settings) -> None:
    settings.TAX_AUTHORITY_API_URL = "http://127.0.0.1:9"
    with as_intake(), pytest.raises(Retry):
        invoices.fetch(run_of(uuid4(), Steps(), job=Job.FETCH_INVOICE_STATUSES))
