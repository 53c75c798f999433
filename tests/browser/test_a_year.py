"""A firm with three people, two banks and their consents, from day 0 to day 366.

The owner and the clerk read Chinese, the finance officer and the next owner English, and nobody
has a mouse.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from portal.config.demonstration.cast import BANKS
from portal.sandbox.journey.people import Person
from tests.browser import walks, year
from tests.browser.hands import Keyboard
from tests.browser.later import Later
from tests.browser.running import Running
from tests.browser.words import Words
from tests.browser.year import Somebody
from tests.embedded.prepared import prepared_folder
from tests.embedded.whole_system import start

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("a year"),
    pytest.mark.timeout(600),
]
LANTERN, HARBOUR = BANKS
ENGLISH, CHINESE = Words("en"), Words("zh-hans")


@pytest.fixture
def later(tmp_path_factory: pytest.TempPathFactory) -> Later:
    return Later.made_in(tmp_path_factory.mktemp("later"))


@pytest.fixture
def living(
    chromium: Browser, later: Later, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """A whole system of its own, because all its people grow older."""
    run = start(prepared_folder(tmp_path_factory, "living"), given=later.environment)
    try:
        run.wait_until_ready()
        yield Running(run.folder, run.base_port, later.environment)
    finally:
        run.process.send_signal(signal.SIGTERM)
        run.process.wait(90)


@pytest.fixture
def sits_down(chromium: Browser, living: Running) -> Iterator[Callable[[Person, Words], Somebody]]:
    """A person at a browser of their own."""
    contexts: list[BrowserContext] = []

    def open_browser(person: Person, say: Words) -> Somebody:
        contexts.append(chromium.new_context(locale=say.locale))
        return Somebody(person, Keyboard(contexts[-1].new_page()), say, living)

    yield open_browser
    for context in contexts:
        context.close()


def test_three_people_two_banks_and_a_year(
    living: Running, later: Later, sits_down: Callable[[Person, Words], Somebody]
) -> None:
    dora, account = living.newcomer()
    finn = living.colleague(account, "Finn Officer", role="finance_officer")
    cleo = living.colleague(account, "Cleo Clerk", role="clerk")
    owner = sits_down(year.newcomer(later, account, dora.name), CHINESE)
    officer = sits_down(year.newcomer(later, finn, "Finn Officer"), ENGLISH)
    clerk = sits_down(year.newcomer(later, cleo, "Cleo Clerk"), CHINESE)
    firm_zh = owner.joins(account)
    firm = officer.joins(finn)
    assert clerk.joins(cleo) == firm_zh

    bo = sits_down(year.known(living, later, "bo"), ENGLISH)
    ben = sits_down(year.known(living, later, "ben"), CHINESE)
    apply_at_lantern(owner, bo, firm)
    watched_by_harbour(ben, officer, account.uscc)
    clerk.reads("/firm/looks/", "Used")

    # Day 20 and day 32: a reminder, the end of the first, its acknowledgement.
    later.go_on(days=20)
    officer.signs_in()
    officer.reads("/account/messages/", f"Your consent for {LANTERN.name} ends on")

    later.go_on(days=12)
    officer.signs_in()
    officer.lists("Ran out", LANTERN)
    officer.lists("In force", HARBOUR)
    bo.signs_in()
    bo.acknowledges(firm)

    # Day 60: the finance officer leaves the firm.
    later.go_on(days=28)
    officer.signs_in()
    officer.reads("/firm/", "Who can use your tax data")
    living.manage("end_mandate", account.uscc, finn.login)
    officer.loses("/firm/consents/")

    # Day 100: the firm has another owner.
    later.go_on(days=40)
    nora = living.successor(account, "Nora Next")
    ben.signs_in()
    ben.reads("/bank/consents/", "Paused", "Legal representative")
    owner.signs_in()
    owner.loses("/firm/consents/")
    successor = sits_down(year.newcomer(later, nora, "Nora Next"), ENGLISH)
    successor.joins(nora)
    successor.lists("Paused", HARBOUR)
    successor.confirms(HARBOUR)
    successor.lists("In force", HARBOUR)
    ben.reads("/bank/consents/", "Active")

    # Day 366: what was to last a year has ended, and so have the mandates.
    later.go_on(days=266)
    successor.signs_in()
    successor.lists("Ran out", HARBOUR)
    successor.lists("Ran out", LANTERN)
    clerk.signs_in()
    clerk.loses("/firm/consents/")


def apply_at_lantern(owner: Somebody, bo: Somebody, firm: str) -> None:
    """A consent for 30 days, to decide on one application; the decision."""
    walks.answer_questions(owner.hands, owner.say)
    walks.allow(owner.hands, owner.say, owner.person)
    walks.send(owner.hands, owner.say, has_script=True)
    bo.signs_in()
    walks.approve(bo.hands, bo.say, bo.running, firm, "Turnover supports the instalments")


def watched_by_harbour(ben: Somebody, officer: Somebody, uscc: str) -> None:
    """A consent for a year, to watch over a loan."""
    ben.signs_in()
    ben.asks_to_watch(uscc, months=12, days=365)
    officer.allows(HARBOUR)
