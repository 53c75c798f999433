"""The page of fairness: a bank's own decisions, all banks' for overseers, in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.core.actor import Actor
from portal.modelwatch.count_quarter import count_quarter
from tests.modelwatch.months import TIMER
from tests.modelwatch.quarters import (
    BEIJING,
    GUANGDONG,
    OLD,
    SICHUAN,
    TIBET,
    Planted,
    firm_in,
    new_bank_officer,
    plant,
)
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]
QUARTER = "2019-Q2"


@pytest.fixture
def officer(people: People) -> Actor:
    """Of a bank with two provinces that show and one that must not."""
    officer = new_bank_officer()
    plant(officer, [Planted(region=GUANGDONG, size="micro") for _ in range(30)])
    plant(officer, [Planted(region=SICHUAN, outcome="decline") for _ in range(20)])
    plant(officer, [Planted(region=TIBET, outcome="decline") for _ in range(4)])
    plant(officer, [Planted(region=BEIJING, firm=firm_in("G")) for _ in range(7)])
    plant(officer, [Planted(region=BEIJING, outcome="decline") for _ in range(6)])
    count_quarter(TIMER, first_day=OLD)
    return officer


def page(client: Client, path: str, **asked: str) -> str:
    answer = client.get(path, {"quarter": QUARTER} | asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_bank_reads_how_often_it_approved_each_class(
    browser_of: BrowserOf, officer: Actor
) -> None:
    text = page(browser_of(officer), "/bank/fairness/")
    assert "Quarter 2 of 2019" in text
    for cell in (
        "Guangdong",
        "Sichuan",
        "Micro: sales under",
        "Transport, storage and post",
        "Industry not known",
        "100%",
        "89%–100%",
        "0%–16%",
    ):
        assert cell in text


def test_a_small_class_is_named_and_not_counted(browser_of: BrowserOf, officer: Actor) -> None:
    text = page(browser_of(officer), "/bank/fairness/")
    assert "worked out: Beijing, Tibet" in " ".join(text.split())
    assert 'data-l="Firms">4<' not in text
    assert 'data-l="Firms">13<' not in text


def test_another_bank_and_an_overseer(browser_of: BrowserOf, officer: Actor) -> None:
    other = new_bank_officer()
    assert "Nothing to compare yet" in page(browser_of(other), "/bank/fairness/")
    assert "Guangdong" in page(browser_of("rita"), "/regulator/fairness/")


def test_in_chinese(browser_of: BrowserOf, officer: Actor) -> None:
    client = browser_of(officer)
    client.cookies["tb_language"] = "zh-hans"
    text = page(client, "/bank/fairness/")
    for words in ("2019 年第 2 季度", "广东", "四川", "微型", "交通运输"):
        assert words in text


@pytest.mark.parametrize("asked", ["", "x", "\x00", "2019-Q5", "9" * 5000, "' OR 1=1"])
def test_nonsense_in_the_address_counts_as_not_asked(
    browser_of: BrowserOf, officer: Actor, asked: str
) -> None:
    assert "Quarter 2 of 2019" in page(browser_of(officer), "/bank/fairness/", quarter=asked)


def test_it_costs_the_same_queries_however_many_classes(
    browser_of: BrowserOf, officer: Actor
) -> None:
    client = browser_of(officer)
    page(client, "/bank/fairness/")
    found = []
    for regions in ((), ("12", "13", "14", "15", "21")):
        plant(officer, [Planted(region=region) for region in regions for _ in range(6)])
        count_quarter(TIMER, first_day=OLD)
        with CaptureQueriesContext(connection) as captured:
            page(client, "/bank/fairness/")
        found.append(len(captured))
    assert found[0] == found[1]
