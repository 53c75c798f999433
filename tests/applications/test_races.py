"""Two at once: one wins, the other is told; each race has a control without the lock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connections

from portal.applications.access import application_for
from portal.applications.decide_application import decide_application
from portal.applications.models import Decision, LoanApplication
from portal.applications.start_application import start_application
from portal.applications.submit_application import submit_application
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, RuleBroken
from portal.products.models import Product
from portal.products.reason_codes import Outcome
from tests.applications.cases import consent_of, consented, drafted, events_of, under_review
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
WAIT = 20


def at_once(*calls: Callable[[], object]) -> list[str]:
    """How each of the calls ended, made in threads of their own at the same moment."""
    ready = Barrier(len(calls))

    def run(call: Callable[[], object]) -> str:
        try:
            connections["default"].ensure_connection()
            ready.wait(timeout=WAIT)
            call()
        except (InvalidTransition, IntegrityError) as error:
            return type(error).__name__
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def without_the_lock(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Both look before either writes: what would happen if nobody locked the row."""
    both_looked = Barrier(2)

    def look(actor: Actor, application_id: UUID) -> LoanApplication:
        found = application_for(actor, application_id)
        both_looked.wait(timeout=WAIT)
        return found

    monkeypatch.setattr(f"portal.applications.{module}.lock_application", look)


def decisions(people: People, application: LoanApplication) -> list[Callable[[], object]]:
    """bo declines while boss approves."""
    case: dict[str, Any] = {"application_id": application.id}
    return [
        lambda: decide_application(
            people.bo, **case, outcome=Outcome.DECLINE, reasons=["score_too_low"]
        ),
        lambda: decide_application(
            people.boss, **case, outcome=Outcome.APPROVE, reasons=["score_sufficient"]
        ),
    ]


def test_two_officers_decide_at_once(people: People, product: Product) -> None:
    application = under_review(people.sara, product)
    assert at_once(*decisions(people, application)) == ["InvalidTransition", "done"]
    assert Decision.objects.filter(application=application).count() == 1
    assert events_of(application).count("decision.recorded") == 1


def test_control_without_the_lock_both_get_past_the_check(
    people: People, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = under_review(people.sara, product)
    without_the_lock(monkeypatch, "decide_application")
    # The constraint stops the second, unless it came late enough to pass for a review of the first.
    assert at_once(*decisions(people, application))[0] in {"IntegrityError", "done"}


def test_a_withdrawal_in_the_middle_of_a_decision_wins(
    people: People, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is held up by nothing, so the decision looks for it before it commits."""
    application = under_review(people.sara, product)

    def withdraw_meanwhile(application: LoanApplication, _message: str) -> None:
        stop = partial(stop_consent, people.sara, consent_id=consent_of(application))
        assert at_once(stop) == ["done"]

    monkeypatch.setattr("portal.applications.deciding.tell_firm", withdraw_meanwhile)
    with pytest.raises(RuleBroken) as refused:
        decisions(people, application)[0]()
    assert refused.value.code == "consent_ended"
    assert not Decision.objects.filter(application=application).exists()
    assert "decision.recorded" not in events_of(application)


def test_a_double_click_sends_once(people: People, product: Product) -> None:
    draft = drafted(people.sara, product)
    consented(people.sara, draft)
    send = [lambda: submit_application(people.sara, application_id=draft.id)] * 2
    assert at_once(*send) == ["InvalidTransition", "done"]
    assert events_of(draft) == ["application.submitted"]


def test_control_without_the_lock_it_is_sent_twice(
    people: People, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = drafted(people.sara, product)
    consented(people.sara, draft)
    without_the_lock(monkeypatch, "submit_application")
    send = [lambda: submit_application(people.sara, application_id=draft.id)] * 2
    assert at_once(*send) == ["done", "done"]
    assert events_of(draft) == ["application.submitted"] * 2


def test_two_starts_at_once_make_one_draft(people: People, product: Product) -> None:
    start = [lambda: start_application(people.sara, product_id=product.id)] * 4
    assert at_once(*start) == ["done"] * 4
    assert LoanApplication.objects.filter(product=product).count() == 1
