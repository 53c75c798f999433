"""What every page keeps, whichever of the three sites it is of."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.axe import violations_on
from tests.browser.site import Watched

WIDTHS = [1280, 390, 320]
PHONE = 390
# Below 720 px the layout is one, and another language changes words only.
WIDTHS_FOR_AXE = {"en": [1280, 390], "zh-hans": [390]}
# What is pressed on a phone is as tall as a thumb; links within a sentence are not meant.
SHORT = """() => [...document.querySelectorAll(
    ".header :is(a, button), .acting :is(a, button, summary), .nav a,"
    + "main :is(.button, summary, .go > a, .links a, .pager a, .back a)"
)].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
.map(e => `${e.textContent.trim()}: ${e.getBoundingClientRect().height} px`)"""
EXPECTED_ERROR = "Failed to load resource: the server responded with a status of 4"


def check_page(watched: Watched, language: str) -> None:
    """One h1, the right language, one primary button; at each width no overflow, axe silent.

    On a phone nothing that is pressed is lower than a thumb.
    """
    page = watched.page
    expect(page.locator("h1")).to_have_count(1)
    assert (page.locator("html").get_attribute("lang") or "").lower() == language
    assert page.locator("main .button:not(.secondary, .danger, .choice)").count() <= 1
    name = urlsplit(page.url).path.strip("/").replace("/", "-") or "home"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        surplus = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert surplus <= 0, f"{surplus} px too wide at {width}"
        assert width > PHONE or page.evaluate(SHORT) == []
        watched.keep_picture(f"{name}-{language}-{width}")
    for width in WIDTHS_FOR_AXE[language]:
        page.set_viewport_size({"width": width, "height": 900})
        assert not (report := violations_on(page)), report
    assert [text for text in watched.complaints if EXPECTED_ERROR not in text] == []
