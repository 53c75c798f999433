"""What axe-core says against a page."""

from __future__ import annotations

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What passes is not asked for: to report it takes three times as long as to find out.
OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations"]}
RUN = "options => axe.run(options).then(found => ({violations: found.violations}))"


def violations_on(page: Page) -> str:
    """A report of all that is wrong with the page as it stands; empty if nothing is."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = AxeResults(page.evaluate(RUN, OPTIONS))
    return str(found.generate_report()) if found.violations_count else ""
