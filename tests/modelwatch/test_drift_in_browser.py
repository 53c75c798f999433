"""The page of drift in a real browser: axe, overflow, policy, both languages, by its links."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from playwright.sync_api import expect

from portal.modelwatch.count_month import count_month
from scoring.engine.model import shipped_model
from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.modelwatch.months import TIMER, month, new_model, score_of, write
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def drifted(people: People) -> str:
    """Fourteen months of all figures of the shipped card; in the last two buyers have moved."""
    model, bank, random = new_model(), people.bo.organisation_id, Random(8)
    assert bank is not None
    for number in range(14):
        for _firm in range(130):
            points = {scale.name: random.choice(scale.points) for scale in shipped_model().scales}
            if number >= 12:
                points["buyers"] = -9 if random.random() < 0.8 else points["buyers"]
            write([score_of(bank=bank, model=model, at=month(number), points=points)])
        count_month(TIMER, as_of_month=month(number))
    return model


@pytest.mark.timeout(600)
def test_the_page_is_clean_and_leads_from_a_month_to_a_figure(
    opened: Callable[..., Watched], drifted: str
) -> None:
    for language, who in (("en", "boss"), ("zh-hans", "rita")):
        path = "/bank/drift/" if who == "boss" else "/regulator/drift/"
        watched = opened(f"{path}?model={drifted}", who=who, language=language)
        check_page(watched, language)

    watched = opened(f"/bank/drift/?model={drifted}", who="boss", language="en")
    row = watched.page.get_by_role("row").filter(has_text="January 2025")
    row.get_by_role("link", name="Number of buyers").click()

    caption = watched.page.locator("caption").first
    expect(caption).to_contain_text("Share of the firms in January 2025")
    expect(watched.page.get_by_role("heading", name="Number of buyers")).to_be_visible()
    check_page(watched, "en")
