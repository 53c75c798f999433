"""The page of fairness in a real browser: axe, overflow, policy, both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.modelwatch.count_quarter import count_quarter
from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.modelwatch.months import TIMER
from tests.modelwatch.quarters import GUANGDONG, OLD, SICHUAN, TIBET, Planted, plant
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.mark.timeout(600)
def test_the_page_is_clean(opened: Callable[..., Watched], people: People) -> None:
    plant(people.bo, [Planted(region=GUANGDONG, size="micro") for _ in range(30)])
    plant(people.bo, [Planted(region=SICHUAN, outcome="decline") for _ in range(20)])
    plant(people.bo, [Planted(region=TIBET) for _ in range(4)])
    count_quarter(TIMER, first_day=OLD)
    for language, who in (("en", "boss"), ("zh-hans", "rita")):
        path = "/bank/fairness/" if who == "boss" else "/regulator/fairness/"
        check_page(opened(f"{path}?quarter=2019-Q2", who=who, language=language), language)
