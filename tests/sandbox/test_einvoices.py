"""Downloading e-invoices at the authority, over HTTP: what the portal would make of them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from joserfc.jwk import OKPKey

from portal.core.months import SHANGHAI, Month
from portal.invoices.checking.examine import Examined, examine
from portal.invoices.checking.status_list import Status, StatusList, read_status_list
from tests.sandbox.authority import Authority
from tests.sandbox.talking import PASSWORD, Answer, Browser

pytestmark = pytest.mark.xdist_group("sandbox-http")
LAST = Month.of(datetime.now(UTC)) - 1


@pytest.fixture
def browser(authority: Authority) -> Browser:
    """Sara's, signed in for downloads."""
    found = Browser(authority)
    page = found.open("/invoices/sign-in")
    assert found.submit("/invoices/sign-in", page, login="sara", password=PASSWORD).status == 302
    return found


def uscc_of(page: Answer) -> str:
    found = re.search(r'name="uscc" value="(\w{18})"', page.body)
    assert found is not None
    return found[1]


def rows_of(page: Answer) -> list[tuple[str, bool]]:
    """Numbers on a page, and whether each still stands."""
    items = re.findall(r'name="number" value="(\d{20})">(.*?)</li>', page.body, re.DOTALL)
    return [(number, "<em>" not in rest) for number, rest in items]


def file_of(browser: Browser, page: Answer, number: str, **changes: str) -> Answer:
    asked = {"uscc": uscc_of(page), "month": str(LAST), "side": "sale", "number": number}
    return browser.submit("/invoices/file", page, **asked | changes)


def examined(authority: Authority, page: Answer, file: Answer) -> Examined:
    keys = authority.public_keys("authority.json")
    today = datetime.now(SHANGHAI).date()
    return examine(file.body.encode(), keys=keys, firm_uscc=uscc_of(page), today=today)


def statuses(authority: Authority, browser: Browser) -> StatusList:
    token = browser.open("/api/invoices/statuses").body
    keys = authority.public_keys("authority.json")
    issuer = "tax-authority-sandbox"
    return read_status_list(token, keys=keys, issuer=issuer, now=datetime.now(UTC))


def test_files_of_a_whole_month_pass_every_check(authority: Authority, browser: Browser) -> None:
    page = browser.open("/invoices/")
    rows = rows_of(page)
    assert len(rows) > 10
    for number, _stands in rows[:40]:
        file = file_of(browser, page, number)
        assert file.headers["Content-Disposition"] == f'attachment; filename="{number}.xml"'
        found = examined(authority, page, file)
        assert found.invoice is not None, found
        assert found.invoice.number == number
        assert found.codes in {(), ("red_letter",)}
    listed = statuses(authority, browser)
    for number, stands in rows[:40]:
        assert (listed.statuses[number] is Status.VALID) == stands


def test_the_same_file_has_the_same_number_and_a_voided_one_is_said_to_be(
    authority: Authority, browser: Browser
) -> None:
    page = browser.open("/invoices/")
    number = next(number for number, stands in rows_of(page) if stands)
    assert file_of(browser, page, number).status == 200
    before = statuses(authority, browser)
    assert before.statuses[number] is Status.VALID
    authority.run("void_einvoice", number)
    after = statuses(authority, browser)
    assert after.statuses[number] is Status.VOID
    assert after.serial > before.serial
    assert (number, False) in rows_of(browser.open("/invoices/"))
    assert "was handed out" in authority.run("void_einvoice", "2" * 20, fails=True)


def test_another_firm_s_or_an_unknown_number_is_not_handed_out(
    authority: Authority, browser: Browser
) -> None:
    page = browser.open("/invoices/")
    ((other,),) = authority.rows("SELECT uscc FROM taxauthority_firm WHERE name LIKE %s", ["% 5"])
    number = rows_of(page)[0][0]
    assert file_of(browser, page, number, uscc=other).status == 404
    assert file_of(browser, page, "2" * 20).status == 404
    assert file_of(browser, page, number, month="2026-13").status == 404


def test_nobody_sees_anything_without_signing_in(authority: Authority) -> None:
    stranger = Browser(authority)
    assert stranger.open("/invoices/").headers["Location"] == "/invoices/sign-in"
    page = stranger.open("/invoices/sign-in")
    wrong = stranger.submit("/invoices/sign-in", page, login="sara", password="guess")
    assert wrong.status == 403
    assert stranger.open("/invoices/").status == 302


def test_its_keys_are_published(authority: Authority, browser: Browser) -> None:
    (stated,) = json.loads(browser.open("/.well-known/jwks.json").body)["keys"]
    (pinned,) = authority.public_keys("authority.json").keys
    assert OKPKey.import_key(stated).thumbprint() == pinned.thumbprint()
    assert "d" not in stated
