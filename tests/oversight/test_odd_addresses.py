"""Lists of complaints, looks and requests, asked for a place or a filter that nobody prints."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from portal.core.actor import Actor
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]
LISTS = {
    "rita": ("regulator:complaints", "regulator:disclosures"),
    "bo": ("bank:complaints", "bank:events"),
    "sara": ("sme:complaints", "sme:looks", "sme:events", "account:records"),
}
PLACES = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999-14:00",
    "2026-01-01T00:00:00+23:59:59.999999",
    "2026-01-01",
    "-infinity",
    "\x00",
)
ODD = ("\x00", "%00", "\U0001f600" * 500, "'; DROP TABLE", "-1", "9" * 30, "NaN", "[]", "\u202e")
NAMES = ("show", "about", "text", "kind", "bank", "consent", "since", "until", "before")


@pytest.mark.parametrize("who", LISTS)
def test_no_place_and_no_filter_breaks_a_list(
    people: People, browser_of: BrowserOf, who: str
) -> None:
    browser = browser_of(who)
    answers = set()
    for name in LISTS[who]:
        asked = [{"after": f"{place}_{uuid4()}"} for place in PLACES]
        asked += [dict.fromkeys(NAMES, value) for value in ODD]
        asked += [{"after": value} for value in ODD]
        answers |= {browser.get(reverse(name), one).status_code for one in asked}
    assert answers <= {200, 404}
