"""The page of calibration: a bank's own loans, all banks' for overseers, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import expect

from portal.core.actor import Actor
from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.modelwatch.months import new_model
from tests.modelwatch.vintages import counted
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]


@pytest.fixture
def model(people: People) -> str:
    """Two banks' loans: bank A's too often bad in one quarter, three loans in band E."""
    model, bank, other = new_model(), people.bo.organisation_id, people.ben.organisation_id
    assert bank is not None
    assert other is not None
    counted(bank=bank, model=model, loans=400, bad=36)
    counted(bank=bank, model=model, loans=3, bad=1, band="E")
    counted(bank=bank, model=model, loans=200, bad=6, first_day=date(2019, 7, 1))
    counted(bank=bank, model=model, loans=90, bad=1, first_day=this_quarter())
    counted(bank=other, model=model, loans=600, bad=18)
    return model


def this_quarter() -> date:
    today = timezone.now().date()
    return date(today.year, (today.month - 1) // 3 * 3 + 1, 1)


def page(client: Client, path: str, **asked: str) -> str:
    answer = client.get(path, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_bank_reads_which_quarter_does_not_fit(
    browser_of: BrowserOf, people: People, model: str
) -> None:
    text = page(browser_of(people.bo), "/bank/calibration/", model=model)
    quarter = text[text.index("Quarter 2 of 2019") :]
    assert quarter.index("More than foreseen") < quarter.index("</tr>")
    assert "As foreseen" in text
    assert "Year not over" in text
    assert "Of 603 loans whose year is over, 2.38 times as many" in " ".join(text.split())


def test_another_banks_loans_are_no_part_of_it(
    browser_of: BrowserOf, people: People, model: str
) -> None:
    text = " ".join(page(browser_of(people.ben), "/bank/calibration/", model=model).split())
    assert "Of 600 loans whose year is over, 1.00 times" in text
    both = " ".join(page(browser_of(people.rita), "/regulator/calibration/", model=model).split())
    assert "Of 1203 loans" in both


def test_of_a_handful_of_loans_overseers_read_only_that(
    browser_of: BrowserOf, people: People, model: str
) -> None:
    few = "fewer than 5"
    assert few in page(browser_of(people.rita), "/regulator/calibration/", model=model)
    assert few not in page(browser_of(people.bo), "/bank/calibration/", model=model)


@pytest.mark.parametrize("asked", ["x", "\x00", "' OR 1=1", "9" * 5000])
def test_nonsense_in_the_address_counts_as_not_asked(
    browser_of: BrowserOf, people: People, model: str, asked: str
) -> None:
    assert "By quarter of payout" in page(browser_of(people.bo), "/bank/calibration/", model=asked)


def test_it_costs_the_same_queries_however_many_quarters(
    browser_of: BrowserOf, people: People, model: str
) -> None:
    client, bank = browser_of(people.bo), people.bo.organisation_id
    assert bank is not None
    page(client, "/bank/calibration/", model=model)
    found = []
    for year in (2010, 2011, 2012):
        counted(bank=bank, model=model, loans=60, bad=2, first_day=date(year, 1, 1))
        with CaptureQueriesContext(connection) as captured:
            page(client, "/bank/calibration/", model=model)
        found.append(len(captured))
    assert len(set(found)) == 1


@pytest.mark.timeout(300)
def test_the_page_is_clean_in_a_browser(opened: Callable[..., Watched], model: str) -> None:
    for language, who in (("en", "boss"), ("zh-hans", "rita")):
        path = "/bank/calibration/" if who == "boss" else "/regulator/calibration/"
        check_page(opened(f"{path}?model={model}", who=who, language=language), language)

    watched = opened(f"/bank/calibration/?model={model}", who="boss", language="en")
    watched.page.get_by_role("link", name="Fairness").click()
    expect(watched.page.get_by_role("heading", name="Fairness", level=1)).to_be_visible()
    watched.page.get_by_role("link", name="Calibration").click()
    expect(watched.page.get_by_role("heading", name="Calibration", level=1)).to_be_visible()
