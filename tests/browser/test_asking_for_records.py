"""The form that asks for records: what one answer asks for comes with that answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.site import Watched

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_day_and_reason_are_asked_for_where_telling_waits(opened: Callable[..., Watched]) -> None:
    page = opened("/regulator/requests/ask/", who="rita", language="en", width=390).page
    day = page.get_by_label("The party is told on")
    expect(day).to_be_hidden()
    page.get_by_label("Not before a certain day").check()
    expect(day).to_be_visible()
    expect(page.get_by_role("group", name="Why not before?")).to_be_visible()
    page.get_by_label("Yes, as soon as the request is approved").check()
    expect(day).to_be_hidden()
