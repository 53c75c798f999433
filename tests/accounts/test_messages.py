"""Messages to people: sent once per job, in the person's language, with working links."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import translation

from portal.accounts.mail import queue_mail
from portal.accounts.models import User
from portal.core.actor import Actor
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.jobs.registry import JobRun
from portal.notifications.inbox import inbox_of
from portal.notifications.mark_messages_read import mark_messages_read
from portal.notifications.models import Message
from portal.notifications.tasks import send_message
from portal.notifications.texts import TEXTS, rendered
from tests.personas import PASSWORD, new_person, signed_in_client

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]

VALUES = {
    "number": "2",
    "token": "token",
    "name": "my phone",
    "consent": str(uuid4()),
    "organisation": "Lantern Demo Bank",
    "bank": "Lantern Demo Bank",
    "firm": "Demo Weaving Ltd",
    "purpose": "Deciding.",
    "application": str(uuid4()),
    "reference": "LA-1",
    "complaint": str(uuid4()),
    "disclosure": str(uuid4()),
    "dispute": str(uuid4()),
    "incident": str(uuid4()),
    "until": "2026-01-20",
    "month": "2025-11",
    "quarter": "2026-Q2",
    "first_month": "2024-01",
    "last_month": "2025-12",
    "expires_at": "2026-01-01",
    "why": "Its time had run out.",
}


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("en", "20 January 2026", "January 2024"),
        ("zh-hans", "2026年1月20日", "2024年1月"),
    ],
)
def test_days_and_months_are_in_the_reader_s_words(language: str, day: str, month: str) -> None:
    with translation.override(language):
        title, _ = rendered("consent_ends_soon", VALUES, "http://portal")
        _, body = rendered("consent_granted", VALUES, "http://portal")
    assert day in title
    assert month in body


def test_a_firm_named_like_no_day_keeps_its_name() -> None:
    title, _ = rendered("mandate_ends_soon", {**VALUES, "firm": "2026-13-45"}, "http://portal")
    assert "2026-13-45" in title


def run_of(row: JobRow) -> JobRun:
    return JobRun(row.id, Job(row.name), row.subject, row.payload, 1, lambda step: None)


def test_a_job_that_runs_twice_sends_one_mail() -> None:
    person = new_person("nadia")
    row = JobRow.objects.get(subject=person.ref, payload__message="confirm_email")
    for _ in range(2):
        send_message(run_of(row))
    address = User.objects.get(id=person.person_id).email
    assert [m.to for m in mail.outbox] == [[address]]
    message = Message.objects.get(id=row.id)
    assert (message.kind, message.address) == ("confirm_email", address)
    assert message.sent_at


def test_the_mailed_link_confirms_the_address() -> None:
    email = f"nadia-{uuid4()}@example.com"
    Client().post(
        reverse("account:register"),
        {"real_name": "Nadia", "phone": "1380000000", "email": email, "password": PASSWORD},
    )
    user = User.objects.get(email=email)
    send_message(run_of(JobRow.objects.get(subject=user.ref)))
    link = re.search(rf"{settings.PORTAL_URL}\S+", str(mail.outbox[-1].body))
    assert link
    assert Client().post(urlsplit(link[0]).path).status_code == 200
    assert User.objects.get(email=email).email_confirmed_at


@pytest.mark.parametrize("kind", TEXTS)
def test_every_message_leads_to_a_page_and_names_no_empty_place(kind: str) -> None:
    title, body = rendered(kind, VALUES, settings.PORTAL_URL)
    link = re.search(rf"{settings.PORTAL_URL}(\S+)", body)
    assert link
    assert resolve(link[1]).view_name
    assert "%(" not in title + body


def test_a_message_speaks_the_persons_language() -> None:
    person = new_person("nadia")
    client = signed_in_client(person)
    client.post(reverse("public:language"), {"language": "zh-hans", "next": "/"})
    user = User.objects.get(id=person.person_id)
    assert user.language == "zh-hans"
    client.post(reverse("account:password_forgotten"), {"email": user.email})
    row = JobRow.objects.get(subject=person.ref, payload__message="password_reset")
    send_message(run_of(row))
    assert mail.outbox[-1].subject == "重设密码"


def test_a_language_we_do_not_have_is_not_kept() -> None:
    person = new_person("nadia")
    signed_in_client(person).post(reverse("public:language"), {"language": "xx", "next": "/"})
    assert User.objects.get(id=person.person_id).language == "en"


def told(person: Actor, kind: str, **values: str) -> Message:
    """A message as the worker leaves it."""
    user = User.objects.get(id=person.person_id)
    with transaction.atomic():
        job_id = queue_mail(user, message=kind, **values)
    send_message(run_of(JobRow.objects.get(id=job_id)))
    return Message.objects.get(id=job_id)


def test_what_was_mailed_is_read_in_the_portal_once_as_new() -> None:
    person, stranger = new_person("nadia"), new_person("nils")
    path = f"/firm/applications/{VALUES['application']}/"
    told(person, "application_decided", **VALUES)
    client, address = signed_in_client(person), reverse("account:messages")
    assert (
        'Messages</span> <span class="figures">(1)</span>' in client.get("/account/security/").text
    )
    first, second = client.get(address).text, client.get(address).text
    assert f'<a href="{path}">Lantern Demo Bank decided on application LA-1</a>' in first
    assert ">New<" in first
    assert ">New<" not in second
    assert "(1)" not in second
    assert "LA-1" not in signed_in_client(stranger).get(address).text


def test_nobody_marks_anothers_message_as_read() -> None:
    person, stranger = new_person("nadia"), new_person("nils")
    message = told(person, "application_decided", **VALUES)
    assert mark_messages_read(stranger, message_ids=[message.id]) == 0
    assert mark_messages_read(person, message_ids=[message.id]) == 1
    assert mark_messages_read(person, message_ids=[message.id]) == 0


def test_what_opens_something_is_in_the_mail_alone() -> None:
    person = new_person("nadia")
    message = told(person, "password_reset", token="secret")
    assert message.values is None
    assert "secret" not in str(Message.objects.filter(id=message.id).values())
    assert "Set a new password" not in [line.title for line in inbox_of(person).rows]


def test_the_page_costs_the_same_for_one_message_and_for_many() -> None:
    person = new_person("nadia")
    client, address = signed_in_client(person), reverse("account:messages")
    for count in (1, 24):
        for _ in range(count):
            told(person, "application_decided", **VALUES)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        if count == 1:
            at_one = len(captured)
    assert len(captured) == at_one
    page = client.get(address).text
    following = re.search(r'href="(\?after=[^"]+)"', page)
    assert following
    assert client.get(address + following[1].replace("&amp;", "&")).text.count("LA-1") == 5
