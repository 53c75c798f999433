"""The page behind the stop link of a consent's notice: clean, and one press stops."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.consents.queries import consent_state
from portal.consents.transitions import ConsentState
from portal.notifications.stop_links import stop_token
from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.gate.parties import granted, new_parties

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.browser,
    pytest.mark.usefixtures("keys"),
]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_one_press_stops_and_both_pages_are_clean(
    opened: Callable[..., Watched], language: str
) -> None:
    consent = granted(new_parties())
    path = reverse("public:consent_stop", args=[stop_token(consent)])
    watched = opened(path, who=None, language=language)
    check_page(watched, language)
    assert consent_state(consent) is ConsentState.ACTIVE
    with watched.page.expect_navigation():
        watched.page.locator("main form button").click()
    expect(watched.page.locator("main form")).to_have_count(0)
    check_page(watched, language)
    assert consent_state(consent) is ConsentState.WITHDRAWN
