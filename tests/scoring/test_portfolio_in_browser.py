"""The pages of a portfolio in a real browser: axe, overflow, policy, both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.personas import People
from tests.scoring.watched import Watch

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.mark.timeout(300)
def test_the_pages_are_clean(opened: Callable[..., Watched], people: People) -> None:
    assert people.boss.organisation_id is not None
    watch = Watch(people.boss.organisation_id)
    consent_id = watch.add(buyers=12)
    watch.rescored()
    watch.fetch(consent_id)
    run = watch.rescored()
    for language in ("en", "zh-hans"):
        for path in ("/bank/portfolio/", f"/bank/portfolio/{run.id}/"):
            check_page(opened(path, who="boss", language=language), language)
