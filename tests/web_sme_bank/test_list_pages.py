"""Long lists come in pages of 20: nothing twice, nothing left out, no query more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.applications.queries import application_waiting_for
from portal.applications.withdraw_application import withdraw_application
from portal.consents.ask_firm import ask_firm
from portal.consents.purposes import Category, Purpose
from portal.consents.queries import consents_visible_to
from portal.core.actor import Actor, Role
from portal.core.paging import Place
from portal.products.queries import products_to_compare
from portal.taxdata.models import ImportStatus, TaxImport
from tests.applications.cases import consent_of, drafted, new_product, submitted
from tests.personas import People, invited, new_bank, new_uscc
from tests.web_sme_bank.test_bank_pages import BrowserOf

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
MANY = 23


def pages(client: Client, name: str, rows: str, links: str = "links") -> list[list[Any]]:
    """The rows of every page, as the pager leads through them."""
    address, found = reverse(name), []
    while address:
        shown = client.get(address)
        assert shown.status_code == 200
        found.append(list(shown.context[rows]))
        following = shown.context[links]["next"]
        address = reverse(name) + following if following else ""
        assert not following or following.replace("&", "&amp;") in shown.content.decode()
    return found


def sizes(found: list[list[Any]]) -> list[int]:
    return [len(page) for page in found]


def queries_of(client: Client, name: str) -> int:
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse(name))
    return len(captured)


def test_applications_and_consents_come_in_pages(people: People, browser_of: BrowserOf) -> None:
    bank = new_bank("Long Demo Bank", "长列演示银行")
    officer = browser_of(invited("lena", bank.id, Role.BANK_OFFICER))
    sara = browser_of("sara")
    lists = [("sme:overview", sara), ("sme:applications", sara), ("sme:consents", sara)]
    lists.append(("bank:consents", officer))
    sent = [submitted(people.sara, new_product(bank.id))]
    few = [queries_of(client, name) for name, client in lists]
    sent += [submitted(people.sara, new_product(bank.id)) for _ in range(MANY - 1)]
    assert [queries_of(client, name) for name, client in lists] == few
    found = pages(sara, "sme:applications", "applications")
    assert sizes(found) == [20, 3]
    shown = [entry.application.id for page in found for entry in page]
    assert shown == [application.id for application in reversed(sent)]
    consents = [consent_of(application) for application in reversed(sent)]
    listed = pages(officer, "bank:consents", "lines", "consent_links")
    assert [line.consent.id for page in listed for line in page] == consents
    (live,) = sara.get(reverse("sme:consents")).context["sections"]
    assert [line.consent.id for line in live.lines] == consents, (
        "what can be stopped is on one page"
    )
    overview = sara.get(reverse("sme:overview")).context
    assert (len(overview["applications"]), len(overview["consents"])) == (5, 5)


def test_a_place_in_the_address_opens_nobody_elses_list(people: People) -> None:
    bank = new_bank("Strange Demo Bank", "陌生演示银行")
    submitted(people.sara, new_product(bank.id))
    place = Place(timezone.now() + timedelta(days=1), uuid4())
    assert len(consents_visible_to(people.sara, after=place).rows) == 1
    for stranger in (people.mallory, people.ben, people.rita):
        shown = consents_visible_to(stranger, after=place, size=1000).rows
        assert all(view.firm_id != people.sara.organisation_id for view in shown)


def test_what_waits_for_the_firm_is_found_beyond_the_first_page(
    people: People, browser_of: BrowserOf
) -> None:
    waiting = drafted(people.sara, new_product(people.bo.organisation_id))
    for _ in range(6):
        later = drafted(people.sara, new_product(people.bo.organisation_id))
        withdraw_application(people.sara, application_id=later.id)
    found = application_waiting_for(people.sara)
    assert found is not None
    assert found.application.id == waiting.id
    assert waiting.reference in browser_of("sara").get(reverse("sme:overview")).content.decode()
    assert application_waiting_for(people.mallory) is None


def test_asks_of_a_bank_come_in_pages(browser_of: BrowserOf) -> None:
    officer = invited("asta", new_bank("Asking Demo Bank", "询问演示银行").id, Role.BANK_OFFICER)
    asked(officer)
    client = browser_of(officer)
    few = queries_of(client, "bank:consents")
    for _ in range(MANY - 1):
        asked(officer)
    assert queries_of(client, "bank:consents") == few
    found = pages(client, "bank:consents", "asks", "ask_links")
    assert sizes(found) == [20, 3]
    assert len({ask.id for page in found for ask in page}) == MANY


def asked(officer: Actor) -> None:
    ask_firm(
        officer,
        uscc=new_uscc(),
        purpose=Purpose.UNDERWRITING,
        categories=[Category.VAT_INVOICES],
        months=12,
        days=30,
    )


def test_imports_come_in_pages(people: People, browser_of: BrowserOf) -> None:
    assert people.sara.organisation_id is not None
    now = timezone.now()
    rows = [
        TaxImport(
            firm_id=people.sara.organisation_id,
            consent_id=uuid4(),
            category="vat_invoices",
            status=ImportStatus.FAILED,
            first_month=now.date().replace(day=1),
            last_month=now.date().replace(day=1),
            error="bad_signature",
            started_at=now - timedelta(hours=hour),
            finished_at=now,
        )
        for hour in range(MANY)
    ]
    TaxImport.objects.using("intake").bulk_create(rows)
    found = pages(browser_of("sara"), "sme:tax_data", "imports")
    assert [source.fetched.id for page in found for source in page] == [row.id for row in rows]
    assert sizes(found) == [20, 3]
    assert sizes(pages(browser_of("mallory"), "sme:tax_data", "imports")) == [0]


def test_products_come_in_pages(people: People, browser_of: BrowserOf) -> None:
    for _ in range(MANY):
        new_product(people.bo.organisation_id)
    every = [offer.product.id for offer in products_to_compare(size=10_000).rows]
    found = pages(browser_of("sara"), "sme:products", "offers")
    assert [offer.product.id for page in found for offer in page] == every
    assert set(sizes(found)[:-1]) == {20}


@pytest.mark.parametrize("after", ["", "x", "2026-01-01T00:00:00_x", "2026-01-01T00:00:00", "_"])
def test_a_mangled_place_is_the_first_page(browser_of: BrowserOf, after: str) -> None:
    for name in ("sme:applications", "sme:consents", "sme:products", "sme:tax_data", "sme:score"):
        assert browser_of("sara").get(reverse(name), {"after": after}).status_code == 200
