"""The link in a consent's notice: it stops this one consent, when asked twice, and nothing else."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core import mail, signing
from django.test import Client
from django.urls import reverse

from portal.consents.pause_consent import pause_consent
from portal.consents.queries import consent_state
from portal.consents.transitions import ConsentState
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from portal.jobs.registry import JobRun
from portal.notifications.stop_links import stop_token
from portal.notifications.tasks import send_message
from tests.gate.mandates import ended, joined
from tests.gate.parties import Parties, granted, new_parties
from tests.outbox import events_about
from tests.personas import new_person

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def parties(keys: None, transactional_db: None) -> Parties:
    return new_parties()


@pytest.fixture
def consent(parties: Parties) -> UUID:
    return granted(parties)


def page_of(consent: UUID) -> str:
    return reverse("public:consent_stop", args=[stop_token(consent)])


def words_on(path: str, client: Client | None = None) -> str:
    response = (client or Client()).get(path)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def withdrawals(consent: UUID) -> list[str]:
    return [
        event["actor"] for event in events_about(f"consent:{consent}", kind="consent.withdrawn")
    ]


def test_opening_the_link_shows_what_would_stop_and_stops_nothing(consent: UUID) -> None:
    """Programs that look through mails open every link in them."""
    for _ in range(3):
        words = words_on(page_of(consent))
    assert "Demo Bank from using your tax data?" in words
    assert "Deciding on one loan application of this firm." in words
    assert consent_state(consent) is ConsentState.ACTIVE
    assert Client().head(page_of(consent)).status_code == 200
    assert consent_state(consent) is ConsentState.ACTIVE


def test_pressing_the_button_stops_it_without_signing_in(consent: UUID) -> None:
    client = Client(enforce_csrf_checks=True)
    words_on(page_of(consent), client)
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    response = client.post(page_of(consent), {"csrfmiddlewaretoken": token})
    assert response.status_code == 302
    assert consent_state(consent) is ConsentState.WITHDRAWN
    assert withdrawals(consent) == ["system:stop_link"]
    assert "This consent has ended" in words_on(response["Location"], client)
    assert JobRow.objects.filter(subject=f"consent:{consent}", name=Job.NOTIFY_AUTHORITY).exists()


def test_a_form_from_elsewhere_stops_nothing(consent: UUID) -> None:
    assert Client(enforce_csrf_checks=True).post(page_of(consent)).status_code == 403
    assert consent_state(consent) is ConsentState.ACTIVE


def test_it_stops_a_paused_consent_and_twice_is_once(parties: Parties, consent: UUID) -> None:
    pause_consent(parties.actor, consent_id=consent)
    for _ in range(2):
        Client().post(page_of(consent))
    assert consent_state(consent) is ConsentState.WITHDRAWN
    assert len(withdrawals(consent)) == 1


def test_it_stops_no_other_consent(parties: Parties, consent: UUID) -> None:
    other = granted(parties)
    Client().post(page_of(consent))
    assert consent_state(other) is ConsentState.ACTIVE


def test_it_is_good_for_nothing_once_its_holder_has_left_the_firm(
    parties: Parties, consent: UUID
) -> None:
    officer = joined(parties, role="finance_officer")
    officers = granted(officer)
    ended(parties)
    assert Client().get(page_of(consent)).status_code == 404
    assert Client().post(page_of(consent)).status_code == 404
    assert consent_state(consent) is ConsentState.PAUSED
    assert "Demo Bank from using your tax data?" in words_on(page_of(officers))
    joined(parties, role="legal_representative", person=parties)
    assert "Demo Bank from using your tax data?" in words_on(page_of(consent))


@pytest.mark.parametrize(
    "forge",
    [
        str,
        lambda consent: stop_token(uuid4()).replace(":", f"{consent}:"),
        lambda consent: stop_token(consent)[:-1] + "!",
        lambda consent: signing.Signer(salt="portal.accounts.invite").sign(str(consent)),
        lambda consent: f"{consent}:{stop_token(uuid4()).split(':')[1]}",
        lambda consent: stop_token(uuid4()),
    ],
    ids=["bare", "moved", "altered", "another kind", "another's signature", "unknown consent"],
)
def test_any_other_link_leads_nowhere(consent: UUID, forge: object) -> None:
    assert callable(forge)
    path = reverse("public:consent_stop", args=[forge(consent)])
    assert Client().get(path).status_code == 404
    assert Client().post(path).status_code == 404
    assert consent_state(consent) is ConsentState.ACTIVE


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["needs no password", "November 2024", "October 2026", "22 December 2026"]),
        ("zh-hans", ["无需登录", "2024年11月", "2026年10月", "2026年12月22日"]),
    ],
)
def test_the_notice_carries_the_terms_and_the_link(
    consent: UUID, language: str, words: list[str]
) -> None:
    person = new_person("nadia")
    values = {
        "bank": "Lantern Demo Bank",
        "firm": "Demo Firm",
        "purpose": "Deciding on one loan application of this firm.",
        "consent": str(consent),
    }
    days = {"first_month": "2024-11", "last_month": "2026-10", "expires_at": "2026-12-22"}
    payload = {
        "message": "consent_granted",
        "to": "nadia@example.com",
        "language": language,
        "values": values | days,
    }
    send_message(JobRun(uuid4(), Job.SEND_MESSAGE, person.ref, payload, 1, lambda step: None))
    body = str(mail.outbox[-1].body)
    for said in (*values.values(), *words, f"{settings.PORTAL_URL}{page_of(consent)}"):
        assert said in body
