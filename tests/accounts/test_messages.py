"""Messages to people: sent once per job, in the person's language, with working links."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import resolve, reverse

from portal.accounts.models import User
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.jobs.registry import JobRun
from portal.notifications.models import Message
from portal.notifications.tasks import send_message
from portal.notifications.texts import TEXTS, rendered
from tests.personas import PASSWORD, new_person, signed_in_client

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]

VALUES = {
    "token": "token",
    "name": "my phone",
    "consent": str(uuid4()),
    "organisation": "Lantern Demo Bank",
    "bank": "Lantern Demo Bank",
    "firm": "Demo Weaving Ltd",
    "purpose": "Deciding.",
    "application": str(uuid4()),
    "reference": "LA-1",
    "dispute": str(uuid4()),
    "until": "2026-01-20",
    "first_month": "2024-01",
    "last_month": "2025-12",
    "expires_at": "2026-01-01",
    "why": "Its time had run out.",
}


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
