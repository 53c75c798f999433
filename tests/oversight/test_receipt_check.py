"""Receipts checked by the server, and by its script in a real browser: the same answers."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ledger.format.policy import Policy
from portal.oversight.receipt_check import examine
from portal.web.receipt_place import place_of_flaw
from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.oversight.receipt_cases import CASES, GOOD, POLICY, ReceiptCase

in_the_browser = pytest.mark.django_db(transaction=True, databases="__all__")
SCRIPT = """async (cases) => {
  const { checkReceipt } = await import("/static/check_receipt.js");
  const answers = [];
  for (const [text, policy] of cases) {
    const { verdict, failed, reason } = await checkReceipt(text, policy);
    answers.push([verdict, failed ?? "", reason ?? ""]);
  }
  return answers;
}"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_server_answers(case: ReceiptCase) -> None:
    found = examine(case.text, Policy.parse(case.policy))
    assert (found.verdict, found.failed or "") == (case.verdict, case.failed), found.reason


@in_the_browser
def test_the_browser_answers_the_same(opened: Callable[..., Watched]) -> None:
    page = opened("/check/", who=None, language="en").page
    answers = page.evaluate(SCRIPT, [[case.text, case.policy] for case in CASES])
    got = {case.name: tuple(answer[:2]) for case, answer in zip(CASES, answers, strict=True)}
    assert got == {case.name: (case.verdict, case.failed) for case in CASES}, answers


@in_the_browser
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_is_clean_and_its_button_checks_here(
    opened: Callable[..., Watched], language: str
) -> None:
    watched = opened("/check/", who=None, language=language)
    page = watched.page
    page.locator("textarea[name=text]").fill(GOOD)
    page.locator("summary").first.click()
    page.locator("#policy").fill(POLICY)
    page.locator("[data-run]").click()
    expect(page.locator("[data-outcome] .banner.done")).to_be_visible()
    expect(page.locator("[data-outcome] li.holds")).to_have_count(5)
    check_page(watched, language)
    page.locator("textarea[name=text]").fill(json.dumps({"granted": GOOD, "receipts": [GOOD]}))
    page.locator("[data-run]").click()
    expect(page.locator("[data-outcome] .banner.info")).to_be_visible()
    page.locator("textarea[name=text]").fill(GOOD.replace("index 5", "index 4"))
    page.locator("[data-run]").click()
    expect(page.locator("[data-outcome] .banner.refused")).to_be_visible()
    expect(page.locator("[data-outcome] li.fails")).to_have_count(1)


@in_the_browser
def test_a_file_is_read_here_as_the_server_reads_it(opened: Callable[..., Watched]) -> None:
    page = opened("/check/", who=None, language="en").page
    page.locator("summary").first.click()
    page.locator("#policy").fill(POLICY)
    bundle = json.dumps({"granted": GOOD, "receipts": [], "note": "@"}).encode()
    token = b"eyJ.eyJwcm9vZnMiOlsiIl19.eyJ"
    for content, tone in (
        (GOOD.encode(), "done"),
        (b"\xef\xbb\xbf" + GOOD.encode(), "refused"),
        (bundle.replace(b"@", b"\xff"), "refused"),
        (bundle, "info"),
        (b"\xef\xbb\xbf" + token, "refused"),
    ):
        file = {"name": "TB.txt", "mimeType": "text/plain", "buffer": content}
        page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        page.locator("[data-outcome]").evaluate("one => one.replaceChildren()")
        page.locator("[data-run]").click()
        expect(page.locator(f"[data-outcome] .banner.{tone}")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "Line 1 should read"),
        (GOOD.replace("\n", "\r\n"), "Another program saved this file anew"),
        ("\ufeff" + GOOD, "Another program saved this file anew"),
        (GOOD.replace("index 5", "index five"), "Line 3 should be the entry's number"),
        (GOOD.partition("\n\n")[0], "The empty line before the signed state is missing."),
        (GOOD.replace("=\n", "\n", 1), "Line 4 should be a hash"),
        (GOOD.replace("\n13\n", "\n"), "From line 9 on"),
        (GOOD, ""),
    ],
    ids=["nonsense", "windows", "mark", "number", "gap", "hash", "state", "none"],
)
def test_the_place_of_a_flaw_is_named(text: str, words: str) -> None:
    assert words in place_of_flaw(text)
