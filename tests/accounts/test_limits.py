"""How often strangers may have mail sent and passwords judged, and what they are told then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import limits
from portal.accounts.invite_person import invite_person
from portal.accounts.limits import Mail, count_mail, count_refused_sign_in
from portal.accounts.models import CountedAct, User
from portal.core.actor import Role
from portal.core.errors import TooMany
from portal.jobs.models import JobRow
from tests.personas import PASSWORD, People, new_person

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]


def fresh() -> str:
    return f"nadia-{uuid4()}@example.com"


def network() -> str:
    """One that no other test comes from."""
    return f"2001:db8::{uuid4().hex[:4]}:{uuid4().hex[:4]}"


def register(browser: Client, email: str) -> Any:
    form = {"real_name": "Nadia Demo", "phone": "138 0000 0000", "password": PASSWORD}
    return browser.post(reverse("account:register"), {**form, "email": email})


def forget(browser: Client, email: str) -> Any:
    return browser.post(reverse("account:password_forgotten"), {"email": email})


def sign_in(browser: Client, email: str) -> Any:
    form = {"email": email, "password": PASSWORD, "next": ""}
    return browser.post(reverse("account:sign_in"), form)


def unconfirmed() -> str:
    email = User.objects.get(id=new_person("nadia").person_id).email
    User.objects.filter(email=email).update(email_confirmed_at=None)
    CountedAct.objects.all().delete()
    return email


@pytest.mark.parametrize(
    ("ask", "whose"),
    [(register, fresh), (forget, fresh), (sign_in, unconfirmed)],
    ids=["register", "forgotten", "sign_in"],
)
def test_a_mailbox_is_not_flooded(
    ask: Callable[[Client, str], Any], whose: Callable[[], str]
) -> None:
    email = whose()
    for _ in range(limits.PER_MAILBOX.count):
        assert ask(Client(REMOTE_ADDR=network()), email).status_code == 302
    before = JobRow.objects.count()
    refused = ask(Client(REMOTE_ADDR=network()), email.upper())
    assert refused.status_code == 429
    assert "Several e-mails were asked for" in refused.content.decode()
    assert JobRow.objects.count() == before
    assert forget(Client(REMOTE_ADDR=network()), fresh()).status_code == 302


def test_the_refusal_is_in_the_readers_language() -> None:
    email = fresh()
    for _ in range(limits.PER_MAILBOX.count):
        forget(Client(REMOTE_ADDR=network()), email)
    page = Client(headers={"accept-language": "zh-hans"}).post(
        reverse("account:password_forgotten"), {"email": email}
    )
    assert page.status_code == 429
    assert "操作过于频繁" in page.content.decode()


def test_a_network_does_not_try_many_addresses() -> None:
    here, elsewhere = network(), network()
    with transaction.atomic():
        for _ in range(limits.PER_NETWORK.count):
            count_mail(Mail.CONFIRMATION, address=fresh(), network=here)
    assert register(Client(REMOTE_ADDR=here), fresh()).status_code == 429
    assert forget(Client(REMOTE_ADDR=here), fresh()).status_code == 429
    assert register(Client(REMOTE_ADDR=elsewhere), fresh()).status_code == 302


def test_an_invitation_is_not_sent_again_and_again(people: People) -> None:
    email, bank = fresh(), people.bo.organisation_id
    assert bank is not None

    def invite() -> str:
        return invite_person(
            email=email, organisation_id=bank, role=Role.BANK_OFFICER, language="en"
        )

    for _ in range(limits.PER_MAILBOX.count):
        invite()
    with pytest.raises(TooMany):
        invite()


def test_after_an_hour_it_is_forgotten() -> None:
    email, long_ago = fresh(), timezone.now() - timedelta(minutes=61)
    for _ in range(limits.PER_MAILBOX.count):
        forget(Client(REMOTE_ADDR=network()), email)
    CountedAct.objects.update(at=long_ago)
    assert forget(Client(REMOTE_ADDR=network()), email).status_code == 302
    assert not CountedAct.objects.filter(at__lte=long_ago).exists()


def test_no_address_is_kept() -> None:
    email, here = fresh(), network()
    forget(Client(REMOTE_ADDR=here), email)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT string_agg(c::text, ' ') FROM accounts_countedact c")
        (kept,) = cursor.fetchone() or ("",)
    assert email not in kept
    assert here not in kept


def passed(act: Callable[[], None], at_once: int = 6) -> int:
    """How many of these calls, made at the same moment, were not refused."""
    ready, through = Barrier(at_once), []

    def call() -> None:
        try:
            connections["default"].ensure_connection()
            ready.wait(timeout=20)
            with transaction.atomic():
                act()
            through.append(1)
        except TooMany:
            pass
        finally:
            connections.close_all()

    threads = [Thread(target=call) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(through)


@pytest.fixture
def nearly_full() -> str:
    email = fresh()
    with transaction.atomic():
        for _ in range(limits.PER_MAILBOX.count - 1):
            count_mail(Mail.INVITATION, address=email)
    return email


def test_of_many_at_once_one_gets_the_last_place(nearly_full: str) -> None:
    assert passed(lambda: count_mail(Mail.INVITATION, address=nearly_full)) == 1


def test_control_without_the_lock_several_get_it(nearly_full: str) -> None:
    looked = Barrier(6)

    def careless() -> None:
        full = limits._recent(f"{Mail.INVITATION}:{nearly_full}", limits.PER_MAILBOX)
        looked.wait(timeout=20)
        if full >= limits.PER_MAILBOX.count:
            raise TooMany

    assert passed(careless) > 1


def test_wrong_passwords_for_many_accounts_lock_the_network_that_sends_them() -> None:
    email = User.objects.get(id=new_person("nadia").person_id).email
    here, elsewhere = Client(REMOTE_ADDR=(guesser := network())), Client(REMOTE_ADDR=network())
    for _ in range(limits.REFUSED_PER_NETWORK.count - 1):
        count_refused_sign_in(network=guesser)
    wrong = {"email": fresh(), "password": "wrong", "next": ""}
    assert here.post(reverse("account:sign_in"), wrong).status_code == 200
    refused = sign_in(here, email)
    assert refused.status_code == 429
    assert "Too many wrong passwords came from your network" in refused.content.decode()
    assert sign_in(elsewhere, email).status_code == 302
    CountedAct.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert sign_in(here, email).status_code == 302
