"""One wish, two banks: a question, a second approval, two offers, one accepted, one closed loan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from portal.config.demonstration.cast import BANKS
from tests.browser import lending, walks
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.running import Running
from tests.browser.words import Words

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("whole system in Chromium"),
    pytest.mark.timeout(400),
]
LANTERN, HARBOUR = BANKS
# Above what one officer approves alone, and within what both banks lend.
ASKED, OFFERED_ALONE = "1,500,000", "900,000"


@pytest.fixture
def sit_down(chromium: Browser) -> Iterator[Callable[[type[Hands], Words], Hands]]:
    """Hands at a fresh browser."""
    contexts: list[BrowserContext] = []

    def open_browser(kind: type[Hands], say: Words) -> Hands:
        contexts.append(chromium.new_context(locale=say.locale))
        return kind(contexts[-1].new_page())

    yield open_browser
    for context in contexts:
        context.close()


def test_the_cheaper_offer_of_two_banks_becomes_a_loan_that_is_paid_back(
    running: Running, sit_down: Callable[[type[Hands], Words], Hands]
) -> None:
    say = Words("zh-hans")
    person, account = running.newcomer()
    owner = sit_down(Keyboard, say)
    walks.register(owner, say, running, person)
    walks.set_up_phone(owner, say, person)
    firm = walks.connect_firm(owner, say, account)
    lending.ask_banks(owner, say, (LANTERN, HARBOUR), amount=ASKED)
    for bank in (LANTERN, HARBOUR):
        lending.allow_bank(owner, say, person, bank)
    request = lending.send_to(owner, say, banks=2)
    for bank in (LANTERN, HARBOUR):
        lending.wait_for_bank(owner, say, request, bank)

    bo, boss, ben = (
        lending.official(sit_down(Mouse, say), say, running, key) for key in ("bo", "boss", "ben")
    )
    lending.ask_firm(bo, say, running, firm, "三笔订单是什么？")
    lending.answer(owner, say, request, LANTERN, "三笔订单都是纺织品。")
    lending.propose(bo, say, running, firm)
    lending.second(boss, say, running, firm)
    lending.offer(ben, say, running, firm, amount=OFFERED_ALONE)

    owner.page.goto(request)
    owner.sees(say("Offers side by side"))
    lending.accept(owner, say, person, LANTERN)
    owner.reads(say("You accepted the offer of %(bank)s.", bank=say.name_of(LANTERN)))
    owner.reads(say("What you had asked of other banks in this request is closed."))

    lending.sign(bo, say, running, firm, running.known("bo"))
    ben.page.reload()
    ben.reads(say("The firm withdrew this application."))
    owner.page.reload()
    owner.reads(say("Agreed"))

    lending.look_at_loan(owner, say, running)
    lending.pay(owner, say, amount="500,000")
    lending.pay_back(owner, say, amount="100万元")
    lending.reads_closed(bo, say, running, firm)
    with owner.page.expect_download() as file:
        owner.press("link", say("Download the statement (JSON)"))
    statement = json.loads(file.value.path().read_text())
    assert [one["amount_fen"] for one in statement["payments"]] == [50_000_000, 100_000_000]
    assert statement["total"]["principal_fen"] == statement["amount_fen"] == 150_000_000
