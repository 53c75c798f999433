"""From a new person to a stopped consent, in Chromium on the whole running system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, StorageState

from tests.browser import walks
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.running import Running
from tests.browser.words import Words

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("whole system in Chromium"),
    pytest.mark.timeout(400),
]


@dataclass(frozen=True, slots=True)
class Way:
    """How the journey is walked, and the reason for which the officer approves."""

    hands: type[Hands]
    say: Words
    has_script: bool
    reason: str
    told: str


WAYS = [
    Way(
        Mouse,
        Words("en"),
        has_script=True,
        reason="Turnover supports the instalments",
        told="Your invoiced sales are large and steady enough for the instalments.",
    ),
    Way(
        Mouse,
        Words("zh-hans"),
        has_script=False,
        reason="Steady buyers and suppliers",
        told="You have traded with the same buyers and suppliers over a long time.",
    ),
    Way(
        Keyboard,
        Words("en"),
        has_script=False,
        reason="The officer's own review supports it",
        told="An officer looked at your case and found that it supports the loan.",
    ),
    Way(
        Keyboard,
        Words("zh-hans"),
        has_script=True,
        reason="The score meets the product's bar",
        told="Your score meets what the bank asks for this product.",
    ),
]
NAMES = [
    "English, mouse",
    "Chinese, no script",
    "English, keyboard alone, no script",
    "Chinese, keyboard alone",
]


@pytest.fixture
def hands_of(
    chromium: Browser, running: Running
) -> Iterator[Callable[[Way, StorageState | None], Hands]]:
    """Hands at a fresh browser; with the cookies of somebody who has signed in before."""
    contexts: list[BrowserContext] = []

    def sit_down(way: Way, cookies: StorageState | None = None) -> Hands:
        context = chromium.new_context(
            locale=way.say.locale, java_script_enabled=way.has_script, storage_state=cookies
        )
        if cookies:
            name, value = settings.LANGUAGE_COOKIE_NAME, way.say.language
            context.add_cookies([{"name": name, "value": value, "url": running.portal}])
        contexts.append(context)
        return way.hands(context.new_page())

    yield sit_down
    for context in contexts:
        context.close()


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
def test_from_registration_to_a_stopped_consent(
    running: Running,
    officials: dict[str, StorageState],
    hands_of: Callable[..., Hands],
    way: Way,
) -> None:
    say = way.say
    person, account = running.newcomer()
    owner = hands_of(way)
    walks.register(owner, say, running, person)
    walks.set_up_phone(owner, say, person)
    firm = walks.connect_firm(owner, say, account)
    application = walks.answer_questions(owner, say)
    presses_to_allow = walks.allow(owner, say, person)
    walks.send(owner, say, has_script=way.has_script)

    walks.approve(hands_of(way, officials["bo"]), say, running, firm, way.reason)

    owner.page.reload()
    owner.sees(say("Why the bank approved it"))
    owner.reads(say(way.told))

    regulator = hands_of(way, officials["rita"])
    decision = (f"application:{application}", "Decision recorded")
    walks.find_in_ledger(regulator, say, running, *decision)

    assert walks.stop(owner, say, running) <= presses_to_allow
    owner.reads(say("Withdrawn"))
