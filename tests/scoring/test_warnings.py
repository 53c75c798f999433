"""Early warnings: who got worse and why, for one bank, while the firm's consent lives."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.consents.stop_consent import stop_consent
from portal.core.actor import Actor, Role
from portal.core.errors import NotFound
from scoring.portfolio.comparing import falls_between
from scoring.portfolio.models import PortfolioRun
from scoring.portfolio.warnings import Sign, Wanted, warnings_for
from tests.personas import People, invited, new_bank
from tests.scoring.watched import Watch, item_of, work_off

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]


@pytest.fixture
def officer(cast: People) -> Actor:
    """Of a bank whose runs no other test begins."""
    bank = new_bank("Meadow Demo Bank", "草地演示银行")
    return invited("bo", bank.id, Role.BANK_OFFICER)


def watch_of(officer: Actor) -> Watch:
    assert officer.organisation_id is not None
    return Watch(officer.organisation_id)


def worse(watch: Watch, consent_id: UUID) -> PortfolioRun:
    """Scored with twelve customers, fetched anew with one, and scored again."""
    watch.fetch(consent_id, buyers=12)
    watch.rescored()
    watch.fetch(consent_id)
    return watch.rescored()


def shown(actor: Actor, run: PortfolioRun, wanted: Wanted = Wanted()) -> list[UUID]:  # noqa: B008
    return [one.consent_id for one in warnings_for(actor, run.id, wanted).rows]


def test_a_firm_that_fell_is_listed_with_what_cost_it_most(officer: Actor) -> None:
    watch = watch_of(officer)
    consent_id = watch.add()
    run = worse(watch, consent_id)
    (one,) = [
        found
        for found in warnings_for(officer, run.id, Wanted()).rows
        if found.consent_id == consent_id
    ]
    assert one.value < one.value_before
    assert one.points_lost == one.value_before - one.value
    assert sum(points for _feature, points in one.falls) > 0
    assert one.has_lost_band
    for sign in Sign:
        assert consent_id in shown(officer, run, Wanted(sign=sign))
    assert consent_id not in shown(officer, run, Wanted(sign=Sign.POINTS, least_points=550))


def test_it_is_gone_once_the_firm_stops_its_consent(officer: Actor) -> None:
    watch = watch_of(officer)
    consent_id = watch.add()
    run = worse(watch, consent_id)
    assert consent_id in shown(officer, run)
    stop_consent(watch.firms[consent_id].actor, consent_id=consent_id)
    assert consent_id not in shown(officer, run)


def test_another_bank_sees_nothing_of_it(people: People, officer: Actor) -> None:
    watch = watch_of(officer)
    watch.add()
    run = watch.started()
    work_off(run)
    with pytest.raises(NotFound):
        warnings_for(people.ben, run.id, Wanted())


def test_only_falls_count_and_the_three_largest_are_told() -> None:
    before = {"base": 500, "a": 10, "b": 50, "c": 30, "d": 40, "e": 5, "gone": 99}
    now = {"base": 300, "a": 20, "b": 10, "c": 5, "d": 30, "e": 1, "new": -50}
    assert falls_between(before, now) == [["b", 40], ["c", 25], ["d", 10]]


def page_of(browser: Client, run: PortfolioRun, name: str, **asked: str) -> str:
    response = browser.get(reverse(f"bank:{name}", args=[run.id]), asked)
    assert response.status_code == 200
    return b"".join(response).decode()  # a page or a stream


def test_the_page_and_the_file_say_the_same(
    officer: Actor, browser_of: Callable[[Actor], Client]
) -> None:
    watch = watch_of(officer)
    consent_id = watch.add()
    run = worse(watch, consent_id)
    browser = browser_of(officer)
    page = page_of(browser, run, "portfolio_run", sign="band")
    assert str(consent_id) in page
    rows = list(csv.reader(StringIO(page_of(browser, run, "portfolio_download"))))
    assert len(rows) == 1 + len(shown(officer, run))
    stop_consent(watch.firms[consent_id].actor, consent_id=consent_id)
    assert str(consent_id) not in page_of(browser, run, "portfolio_run", sign="band")


def test_the_page_renews_itself_until_the_run_is_over(
    officer: Actor, browser_of: Callable[[Actor], Client]
) -> None:
    watch = watch_of(officer)
    watch.add()
    run, browser = watch.started(), browser_of(officer)
    assert "hx-get" in page_of(browser, run, "portfolio_progress")
    work_off(run)
    over = browser.get(reverse("bank:portfolio_progress", args=[run.id]))
    assert over["HX-Refresh"] == "true"
    assert b"hx-get" not in over.content


def test_the_list_asks_as_often_for_one_firm_as_for_many(officer: Actor) -> None:
    watch = watch_of(officer)
    one = worse(watch, watch.add())
    with CaptureQueriesContext(connections["default"]) as few:
        warnings_for(officer, one.id, Wanted())
    for _ in range(3):
        worse(watch, watch.add())
    latest = PortfolioRun.objects.filter(bank_id=watch.bank_id).latest("started_at")
    with CaptureQueriesContext(connections["default"]) as many:
        warnings_for(officer, latest.id, Wanted())
    assert len(many) <= len(few)


def test_a_score_under_a_consent_that_was_taken_back_is_compared_with_no_more(
    officer: Actor,
) -> None:
    watch = watch_of(officer)
    first = watch.add(buyers=12)
    watch.rescored()
    firm = watch.firms[first]
    stop_consent(firm.actor, consent_id=first)
    second = watch.consented(firm)
    watch.fetch(second)
    item = item_of(watch.rescored(), second)
    assert item.score_id is not None
    assert (item.before_id, item.points_lost) == (None, None)
