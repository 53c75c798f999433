"""Every page that needs no object: axe, overflow, console, policy, one h1, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from pytest_django import DjangoDbBlocker

from ledger.kinds import EventKind
from ledger.verification import check_and_store
from portal.core.actor import SystemActor
from portal.oversight.models import Cause
from portal.oversight.open_incident import open_incident
from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.ledger.facts import drain, write
from tests.personas import People, at_a_new_firm

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

PUBLIC = ["/", "/scores/", "/privacy/", "/accessibility/", "/help/", "/nowhere/"]
ACCOUNT = ["/account/register/", "/account/sign-in/", "/account/password/"]
PAGES = [
    *((None, path) for path in [*PUBLIC, *ACCOUNT]),
    *(
        ("sara", path)
        for path in ["/firm/", "/firm/tax-data/", "/firm/consents/", "/firm/connect/"]
    ),
    *(("sara", path) for path in ["/firm/products/", "/firm/applications/", "/account/security/"]),
    ("sam", "/firm/"),
    ("sara", "/firm/events/"),
    ("sara", "/firm/looks/"),
    ("sara", "/firm/people/"),
    ("sara", "/firm/confirmations/"),
    ("bo", "/bank/"),
    ("boss", "/bank/systems/"),
    ("boss", "/bank/systems/let-in/"),
    ("rita", "/regulator/"),
    ("rita", "/regulator/?q=wrong"),
    ("boss", "/bank/drift/"),
    ("rita", "/regulator/drift/"),
    ("rita", "/regulator/requests/"),
    ("rita", "/regulator/requests/ask/"),
    ("rita", "/account/records/"),
    ("rita", "/regulator/incidents/"),
    ("rita", "/regulator/checkpoints/"),
    ("rita", "/regulator/consistency/?old=2&new=1"),
    ("rita", "/bank/"),
]


LANGUAGES = ["en", "zh-hans"]


@pytest.fixture(scope="module")
def people(cast: People, django_db_blocker: DjangoDbBlocker) -> People:
    """The same for all these pages, which only look."""
    with django_db_blocker.unblock():
        return at_a_new_firm(cast)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("who", "path"), PAGES, ids=str)
def test_page_is_clean(
    opened: Callable[..., Watched], who: str | None, path: str, language: str
) -> None:
    check_page(opened(path, who=who, language=language), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ledger_with_entries_is_clean(opened: Callable[..., Watched], language: str) -> None:
    for kind in (EventKind.APPLICATION_SUBMITTED, EventKind.DECISION_RECORDED):
        write(kind)
    drain()
    check_and_store()
    watched = opened("/regulator/", who="rita", language=language)
    check_page(watched, language)
    watched.page.locator(".lead-cell a").first.click()
    watched.page.wait_for_url("**/regulator/entries/**")
    check_page(watched, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_incident_is_clean(opened: Callable[..., Watched], language: str) -> None:
    open_incident(SystemActor("test"), cause=Cause.PROOF, place=0, detail="root_changed")
    watched = opened("/regulator/incidents/", who="rita", language=language)
    check_page(watched, language)
    watched.page.locator(".lead-cell a").first.click()
    watched.page.wait_for_url("**/regulator/incidents/*-*/")
    check_page(watched, language)


def test_chinese_pages_hold_no_english_sentence(opened: Callable[..., Watched]) -> None:
    text = opened("/", who=None, language="zh-hans").page.locator("main").inner_text()
    assert [line for line in text.splitlines() if line.isascii() and len(line.split()) > 3] == []


def test_language_switch_keeps_the_page_and_is_kept(opened: Callable[..., Watched]) -> None:
    page = opened("/help/", who=None, language="en").page
    page.get_by_role("button", name="中文").click()
    page.get_by_role("link", name="隐私").click()
    page.wait_for_url("**/privacy/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_keyboard_reaches_the_main_content_first(opened: Callable[..., Watched]) -> None:
    page = opened("/", who=None, language="en").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_policy_stops_inline_script(opened: Callable[..., Watched]) -> None:
    watched = opened("/", who=None, language="en")
    watched.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.in = 1';"
        " document.body.append(s) }"
    )
    assert watched.page.evaluate("window.in") is None
    assert any("Content Security Policy" in text for text in watched.complaints)
