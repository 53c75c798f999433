"""The page of drift: a bank's own firms, all banks' for overseers, in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.core.actor import Actor
from portal.modelwatch.count_month import count_month
from tests.modelwatch.months import LATE, TIMER, month, new_model, score_of, scored_month, write
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]


@pytest.fixture
def drifted(people: People) -> str:
    """A model whose third month at bank A is another one."""
    model, bank = new_model(), people.bo.organisation_id
    assert bank is not None
    for number in range(2):
        scored_month(number, bank=bank, model=model, firms=120)
    scored_month(2, bank=bank, model=model, firms=120, shapes=LATE)
    return model


def page(client: Client, path: str, **asked: str) -> str:
    answer = client.get(path, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_bank_reads_which_figure_moved_and_in_which_month(
    browser_of: BrowserOf, people: People, drifted: str
) -> None:
    text = page(browser_of(people.bo), "/bank/drift/", model=drifted)

    assert "As of March 2024" in text
    assert "Number of buyers (" in text
    assert "Shifted" in text
    assert "January 2024 to February 2024: 240 firms" in text


def test_a_figure_of_a_month_shows_its_classes(
    browser_of: BrowserOf, people: People, drifted: str
) -> None:
    text = page(
        browser_of(people.boss), "/bank/drift/", model=drifted, part="buyers", month="2024-03"
    )

    assert "Share of the firms in March 2024" in text
    assert "-9 points" in text
    assert text.count("stroke-dasharray") == 4


def test_another_banks_firms_are_no_part_of_it(
    browser_of: BrowserOf, people: People, drifted: str
) -> None:
    choice = f'<option value="{drifted}"'

    assert choice not in page(browser_of(people.ben), "/bank/drift/", model=drifted)
    assert choice in page(browser_of(people.rita), "/regulator/drift/", model=drifted)


def test_a_handful_of_firms_in_a_class_is_not_counted_out(
    browser_of: BrowserOf, people: People, drifted: str
) -> None:
    bank = people.bo.organisation_id
    assert bank is not None
    write([score_of(bank=bank, model=drifted, at=month(2), points={"buyers": 99})])
    count_month(TIMER, as_of_month=month(2))

    text = page(browser_of(people.rita), "/regulator/drift/", model=drifted, part="buyers")

    assert "+99 points" in text
    assert "fewer than 5 firms" in text


@pytest.mark.parametrize(
    "asked",
    [
        {"model": "x"},
        {"part": "\x00"},
        {"month": "2024-99"},
        {"month": "9" * 5000, "part": "score"},
        {"model": "' OR 1=1"},
    ],
)
def test_nonsense_in_the_address_counts_as_not_asked(
    browser_of: BrowserOf, people: People, drifted: str, asked: dict[str, str]
) -> None:
    assert "Model drift" in page(browser_of(people.bo), "/bank/drift/", **asked)


def test_it_costs_the_same_queries_however_many_months(
    browser_of: BrowserOf, people: People, drifted: str
) -> None:
    client, bank = browser_of(people.bo), people.bo.organisation_id
    assert bank is not None
    page(client, "/bank/drift/", model=drifted)
    found = []
    for months in (range(3, 4), range(4, 12)):
        for number in months:
            scored_month(number, bank=bank, model=drifted, firms=60)
        with CaptureQueriesContext(connection) as captured:
            page(client, "/bank/drift/", model=drifted)
        found.append(len(captured))

    assert found[0] == found[1]
