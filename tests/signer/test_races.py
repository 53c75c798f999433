"""Two requests at one instant; each time with a control without the guard: both get through."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core.errors import RuleBroken
from portal.signer import removing
from portal.signer.challenges import new_challenge, take_challenge
from portal.signer.factors import factors_of
from portal.signer.phones import check_code
from portal.signer.removing import remove_passkey, remove_phone
from portal.signer.visitors import Person
from tests.signer.visiting import Phone
from tests.use_cases.scenario import logged_in
from tests.use_cases.scenarios_passkeys import OCCASION, device, set_up
from tests.use_cases.scenarios_signer import confirming, nadia, shown

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
GUARDED = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])


class Meeting:
    """A place where two threads wait for each other; one that comes alone goes on after a while."""

    def __init__(self) -> None:
        self.barrier = Barrier(2)

    def wait(self) -> None:
        with suppress(BrokenBarrierError):
            self.barrier.wait(1.5)


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Takes every row lock away."""

    def take_away() -> None:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)

    return take_away


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each returns, or the code of its refusal; each as the signer, on its own connection."""

    def run(call: Callable[[], Any]) -> Any:
        with logged_in("signer"):
            try:
                return call()
            except RuleBroken as refusal:
                return refusal.code
            finally:
                connections["signer"].close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [answer.result() for answer in [pool.submit(run, call) for call in calls]]


def enrolled() -> tuple[Person, Phone]:
    person = nadia()
    phone, app = shown(person)
    confirming(person, phone, app.next_code())()
    return person, app


@GUARDED
def test_one_code_sent_twice_counts_once(
    monkeypatch: pytest.MonkeyPatch, without_locks: Callable[[], None], *, guarded: bool
) -> None:
    person, app = enrolled()
    code, meeting, judge = app.next_code(), Meeting(), TOTPDevice.verify_token

    def judged_together(phone: TOTPDevice, token: str) -> bool:
        meeting.wait()
        return bool(judge(phone, token))

    monkeypatch.setattr(TOTPDevice, "verify_token", judged_together)
    if not guarded:
        without_locks()
    answers = at_once(*[lambda: check_code(person_id=person.id, code=code)] * 2)
    assert sum(answer.is_right for answer in answers) == (1 if guarded else 2)


@GUARDED
def test_one_challenge_is_taken_once(monkeypatch: pytest.MonkeyPatch, *, guarded: bool) -> None:
    person, meeting = nadia(), Meeting()
    with logged_in("signer"):
        new_challenge(person_id=person.id, occasion=OCCASION)

    def take() -> bool:
        with transaction.atomic():
            taken = take_challenge(person_id=person.id, occasion=OCCASION)
            meeting.wait()
        return taken is not None

    if not guarded:
        remove = QuerySet.delete
        monkeypatch.setattr(QuerySet, "delete", lambda rows: (1, remove(rows)[1]))
    assert sum(at_once(take, take)) == (1 if guarded else 2)


@GUARDED
def test_two_removals_leave_one_factor(
    monkeypatch: pytest.MonkeyPatch, without_locks: Callable[[], None], *, guarded: bool
) -> None:
    person, _ = enrolled()
    set_up(person, device())()
    with logged_in("signer"):
        (passkey,) = factors_of(person.id).passkeys
    meeting, check = Meeting(), removing._check_not_last

    def checked_together(factors: Any) -> None:
        check(factors)
        meeting.wait()

    monkeypatch.setattr(removing, "_check_not_last", checked_together)
    if not guarded:
        without_locks()
    answers = at_once(
        lambda: remove_phone(person=person),
        lambda: remove_passkey(person=person, passkey_id=passkey.id),
    )
    with logged_in("signer"):
        left = factors_of(person.id).count
    assert (left, answers.count("last_factor")) == ((1, 1) if guarded else (0, 0))
