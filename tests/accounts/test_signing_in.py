"""Signing in: what must come together, and what must not be enough."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from joserfc.jwk import OKPKey

from portal.accounts import handover
from portal.accounts.activity import Activity
from portal.accounts.models import ActivityRow, Membership, User
from portal.core.actor import Actor, Role
from portal.core.wire import SigningKey
from tests.personas import (
    PASSWORD,
    People,
    after_password,
    connected,
    new_person,
    present,
    second_factor_assertion,
    signed_in_client,
)

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]

BrowserOf = Callable[[str | Actor], Client]
RETURN = "account:second_factor_return"


@pytest.fixture
def email() -> str:
    return User.objects.get(id=new_person("nadia").person_id).email


def come_back(client: Client, assertion: str) -> int:
    return client.get(reverse(RETURN), {"assertion": assertion}).status_code


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("account:security")).status_code == 200


def test_the_paths_the_signer_knows_are_the_portals() -> None:
    assert reverse(RETURN) == handover.SECOND_FACTOR_RETURN
    assert reverse("account:second_factor_consent") == handover.STEP_UP
    assert reverse("sme:firm_connected") == handover.FIRM_CONNECTED
    assert reverse("sme:consent_return") == handover.CONSENT_RETURN
    assert reverse("sme:consents") == handover.CONSENTS
    assert reverse("sme:offer_return") == handover.OFFER_RETURN


def test_password_and_assertion_together_sign_in_under_a_new_session_key(email: str) -> None:
    client, pending = after_password(email)
    before = client.session.session_key
    assert not is_signed_in(client)
    response = client.get(reverse(RETURN), {"assertion": second_factor_assertion(pending)})
    assert response["Location"] == reverse("sme:firm_connect")
    assert is_signed_in(client)
    assert client.session.session_key != before
    person = f"person:{pending['person']}"
    assert ActivityRow.objects.filter(actor=person, activity=Activity.SIGNED_IN).count() == 1


FALSE: dict[str, dict[str, object]] = {
    "expired": {"exp": 1},
    "for another audience": {"aud": "taxbridge-bank"},
    "by another issuer": {"iss": "somebody"},
    "another person": {"person": str(uuid4())},
    "another session": {"session": "0" * 64},
    "another step": {"step": str(uuid4())},
    "without an id": {"jti": ""},
}


@pytest.mark.parametrize("case", FALSE)
def test_an_assertion_that_does_not_fit_signs_nobody_in(email: str, case: str) -> None:
    client, pending = after_password(email)
    assert come_back(client, second_factor_assertion({**pending, **FALSE[case]})) == 422
    assert not is_signed_in(client)
    assert come_back(client, second_factor_assertion(pending)) == 302


def test_an_assertion_by_another_key_signs_nobody_in(email: str) -> None:
    client, pending = after_password(email)
    key = OKPKey.generate_key("Ed25519")
    forged = second_factor_assertion(pending, key=SigningKey(kid=key.thumbprint(), key=key))
    assert come_back(client, forged) == 422
    assert come_back(client, "nonsense") == 422
    assert not is_signed_in(client)


def test_an_assertion_counts_once(email: str) -> None:
    """Two sign-ins of one session secret, as a thief of the cookie would have it."""
    client, pending = after_password(email)
    assertion = second_factor_assertion(pending)
    thief, stolen = Client(), dict(client.session.items())
    assert come_back(client, assertion) == 302
    thief_session = thief.session
    thief_session.update(stolen)
    thief_session.save()
    thief.cookies["tb_portal"] = str(thief_session.session_key)
    assert come_back(thief, assertion) == 422
    assert not is_signed_in(thief)


def test_an_assertion_does_not_help_a_browser_that_typed_no_password(email: str) -> None:
    """What a phisher gets who sends a victim the link of his own second step."""
    _, pending = after_password(email)
    victim = Client()
    response = victim.get(reverse(RETURN), {"assertion": second_factor_assertion(pending)})
    assert response["Location"] == reverse("account:sign_in")
    assert not is_signed_in(victim)


def test_a_planted_session_does_not_become_the_victims(email: str) -> None:
    planted = Client()
    planted.get(reverse("account:sign_in"))
    session = planted.session
    session.save()
    victim = Client()
    victim.cookies["tb_portal"] = str(session.session_key)
    victim.post(reverse("account:sign_in"), {"email": email, "password": PASSWORD, "next": ""})
    assert victim.session.session_key != session.session_key


def test_wrong_address_and_wrong_password_get_the_same_words(email: str) -> None:
    pages = []
    for attempt in ((email, "wrong password"), (f"{uuid4()}@example.com", PASSWORD)):
        page = Client(REMOTE_ADDR="10.1.1.1").post(
            reverse("account:sign_in"), {"email": attempt[0], "password": attempt[1], "next": ""}
        )
        assert page.status_code == 200
        pages.append(page.content.decode().split("<ul>")[1].split("</ul>")[0])
    assert pages[0] == pages[1]
    assert "is not right" in pages[0]


def test_guessing_locks_the_account_for_the_guesser_even_with_the_right_password(
    email: str,
) -> None:
    guesser, owner = Client(REMOTE_ADDR="10.9.9.9"), Client(REMOTE_ADDR="10.1.1.1")
    url = reverse("account:sign_in")
    for _ in range(8):
        page = guesser.post(url, {"email": email.upper(), "password": "wrong", "next": ""})
    assert page.status_code == 429
    right = {"email": email, "password": PASSWORD, "next": ""}
    assert guesser.post(url, right).status_code == 429
    assert owner.post(url, right).status_code == 302


def test_an_unconfirmed_address_does_not_reach_the_second_step(email: str) -> None:
    User.objects.filter(email=email).update(email_confirmed_at=None)
    response = Client().post(
        reverse("account:sign_in"), {"email": email, "password": PASSWORD, "next": ""}
    )
    assert response["Location"] == reverse("account:email_sent")


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_next_never_leads_to_another_site(email: str, address: str) -> None:
    client, pending = after_password(email, next=address)
    response = client.get(reverse(RETURN), {"assertion": second_factor_assertion(pending)})
    assert response["Location"] == reverse("sme:firm_connect")


def test_next_leads_on_within_the_portal(email: str) -> None:
    client, pending = after_password(email, next="/account/security/?from=mail")
    response = client.get(reverse(RETURN), {"assertion": second_factor_assertion(pending)})
    assert response["Location"] == "/account/security/?from=mail"


@pytest.mark.parametrize(
    ("who", "home"),
    [
        ("sara", "sme:overview"),
        ("sam", "sme:overview"),
        ("bo", "bank:queue"),
        ("rita", "regulator:ledger"),
        ("olga", "account:security"),
    ],
)
def test_everybody_arrives_at_the_own_start_page(people: People, who: str, home: str) -> None:
    address = User.objects.get(id=getattr(people, who).person_id).email
    client, pending = after_password(address)
    response = client.get(reverse(RETURN), {"assertion": second_factor_assertion(pending)})
    assert response["Location"] == reverse(home)


def test_signing_out_ends_the_session_here_and_at_the_signer(browser_of: BrowserOf) -> None:
    client = browser_of("sara")
    response = client.post(reverse("account:sign_out"))
    assert response["Location"].endswith("/sign-out/")
    assert not is_signed_in(client)


def test_an_ended_membership_gives_nothing(people: People) -> None:
    actor, firm = new_person("nadia"), people.sara.organisation_id
    assert firm
    client = signed_in_client(actor)
    at_firm = Membership.objects.filter(user_id=actor.person_id, organisation_id=firm)
    Membership.objects.create(user_id=actor.person_id, organisation_id=firm, role="firm_clerk")
    assert present(actor.person_id).roles == frozenset(), "for a firm none counts without mandate"
    at_firm.update(ends_at=timezone.now())
    connected(actor, uscc=people.firm, role="clerk")
    assert present(actor.person_id).roles == {Role.FIRM_CLERK}
    at_firm.update(ends_at=timezone.now())
    ended = present(actor.person_id)
    assert (ended.organisation_id, ended.roles) == (None, frozenset())
    page = client.post(reverse("account:organisation"), {"organisation": str(firm)})
    assert page["Location"] == reverse("sme:firm_connect")
    refused = client.get(reverse("sme:consents"))
    assert refused.status_code == 403
    assert reverse("sme:firm_connect") in refused.content.decode(), "it says what to do"
