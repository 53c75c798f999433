"""Registration, confirmation, invitations and forgotten passwords."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core import signing
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.accept_invitation import accept_invitation
from portal.accounts.confirm_email import confirm_email
from portal.accounts.invite_person import invite_person
from portal.accounts.links import confirmation_token, invitation_token, reset_token
from portal.accounts.models import Invitation, Membership, User
from portal.accounts.register_person import register_person
from portal.accounts.reset_password import reset_password
from portal.core.actor import Role
from portal.core.errors import NotFound, RuleBroken
from portal.jobs.models import JobRow
from tests.outbox import events_about
from tests.personas import PASSWORD, People, new_person, signed_in_client

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]

FORM = {"real_name": "Nadia  Demo", "phone": "138 0000 0000", "password": PASSWORD}


def fresh_address() -> str:
    return f"Nadia-{uuid4()}@Example.com"


def mails_about(subject: str) -> list[str]:
    rows = JobRow.objects.filter(name="notifications.send", subject=subject)
    return [row.payload["message"] for row in rows.order_by("created_at")]


def test_registering_records_the_fact_and_mails_a_link() -> None:
    email = fresh_address()
    response = Client().post(reverse("account:register"), {**FORM, "email": email})
    assert response["Location"] == reverse("account:email_sent")
    user = User.objects.get(email=email.lower())
    assert user.real_name == "Nadia Demo"
    assert user.email_confirmed_at is None
    assert [event["kind"] for event in events_about(user.ref)] == ["person.registered"]
    assert mails_about(user.ref) == ["confirm_email"]


def test_a_taken_address_gets_the_same_page_and_a_mail_to_its_owner() -> None:
    actor = new_person("nadia")
    user = User.objects.get(id=actor.person_id)
    browser = Client()
    response = browser.post(reverse("account:register"), {**FORM, "email": user.email.upper()})
    assert response["Location"] == reverse("account:email_sent")
    free = Client()
    free.post(reverse("account:register"), {**FORM, "email": fresh_address()})
    pages = [b.get(reverse("account:email_sent")) for b in (browser, free)]
    assert [page.status_code for page in pages] == [200, 200]
    assert mails_about(user.ref)[-1] == "already_registered"
    assert len(events_about(user.ref, kind="person.registered")) == 1
    user.refresh_from_db()
    assert user.real_name == actor.person_name


def test_two_accounts_for_one_address_are_impossible_in_the_database() -> None:
    email = fresh_address().lower()
    User.objects.create(email=email, real_name="One")
    with pytest.raises(IntegrityError, match="accounts_user_email_unique"):
        User.objects.create(email=email, real_name="Two")
    with pytest.raises(IntegrityError, match="accounts_user_email_lower_case"):
        User.objects.create(email=email.upper(), real_name="Two")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("real_name", "", "Enter your full name."),
        ("phone", "call me", "Enter a phone number with digits only"),
        ("email", "nobody", "Enter an e-mail address such as"),
        ("password", "short", "at least 10 characters"),
        ("password", "password123", "too common"),
    ],
)
def test_a_mistake_is_named_at_its_field(field: str, value: str, words: str) -> None:
    form = {**FORM, "email": fresh_address(), field: value}
    page = Client().post(reverse("account:register"), form)
    assert page.status_code == 200
    assert page.content.decode().count(words) == 2  # in the summary and at the field


def test_opening_the_link_alone_confirms_nothing_and_the_button_does_once() -> None:
    email = fresh_address().lower()
    register_person(
        real_name="Nadia", email=email, phone="1380000000", password=PASSWORD, language="en"
    )
    link = reverse("account:confirm", args=[confirmation_token(User.objects.get(email=email))])
    assert Client().get(link).status_code == 200
    assert not User.objects.get(email=email).email_confirmed_at
    assert Client().post(link).status_code == 200
    assert User.objects.get(email=email).email_confirmed_at
    assert Client().post(link).status_code == 404


def test_a_link_for_another_address_or_by_another_key_confirms_nothing() -> None:
    email = fresh_address().lower()
    user = User.objects.create(email=email, real_name="Nadia")
    token = confirmation_token(user)
    User.objects.filter(id=user.id).update(email=f"other-{email}")
    forged = signing.dumps(
        [str(user.id), user.email], key="guessed", salt="portal.accounts.confirm"
    )
    for bad in (token, forged, "nonsense"):
        with pytest.raises(NotFound):
            confirm_email(token=bad)


def test_an_invitation_makes_person_and_membership_once(people: People) -> None:
    assert people.bo.organisation_id
    token = invitation(people.bo.organisation_id)
    link = reverse("account:invitation", args=[token])
    browser = Client()
    assert "Lantern Demo Bank" in browser.get(link).content.decode()
    assert browser.post(link, FORM).status_code == 200
    made = Invitation.objects.get(id=signing.loads(token, salt="portal.accounts.invite"))
    assert made.accepted_by
    membership = Membership.objects.get(user=made.accepted_by)
    assert (membership.organisation_id, membership.role) == (
        people.bo.organisation_id,
        Role.BANK_OFFICER,
    )
    kinds = [event["kind"] for event in events_about(made.accepted_by.ref)]
    assert kinds == ["person.registered", "member.added"]
    assert browser.get(link).status_code == 404
    assert browser.post(link, FORM).status_code == 404


def invitation(organisation_id: UUID, email: str = "") -> str:
    return invite_person(
        email=email or fresh_address(),
        organisation_id=organisation_id,
        role=Role.BANK_OFFICER,
        language="en",
    )


def test_an_invitation_ends(people: People) -> None:
    assert people.bo.organisation_id
    token = invitation(people.bo.organisation_id)
    found = signing.loads(token, salt="portal.accounts.invite")
    Invitation.objects.filter(id=found).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(reverse("account:invitation", args=[token])).status_code == 404


def test_an_address_with_an_account_is_not_taken_over_by_an_invitation(people: People) -> None:
    assert people.bo.organisation_id
    email = User.objects.get(id=new_person("nadia").person_id).email
    token = invitation(people.bo.organisation_id, email)
    with pytest.raises(RuleBroken) as refusal:
        accept_invitation(token=token, **FORM, language="en")
    assert refusal.value.code == "already_registered"
    assert User.objects.get(email=email).check_password(PASSWORD)


@pytest.mark.parametrize("role", [Role.REGULATOR, Role.FIRM_LEGAL_REPRESENTATIVE, Role.OPERATOR])
def test_a_role_of_another_kind_of_organisation_is_refused(people: People, role: Role) -> None:
    assert people.bo.organisation_id
    with pytest.raises(RuleBroken) as refusal:
        invite_person(
            email=fresh_address(),
            organisation_id=people.bo.organisation_id,
            role=role,
            language="en",
        )
    assert refusal.value.code == "role_not_of_kind"


def test_a_firm_invites_nobody(people: People) -> None:
    assert people.sara.organisation_id
    with pytest.raises(RuleBroken):
        invitation(people.sara.organisation_id)


def test_a_new_password_ends_other_sessions_and_the_link() -> None:
    actor = new_person("nadia")
    user = User.objects.get(id=actor.person_id)
    elsewhere = signed_in_client(actor)
    token = reset_token(user)
    link = reverse("account:password_reset", args=[token])
    assert Client().post(link, {"password": "a different battery staple"}).status_code == 200
    user.refresh_from_db()
    assert user.check_password("a different battery staple")
    assert mails_about(user.ref)[-1] == "password_changed"
    assert elsewhere.get(reverse("account:security")).status_code == 302
    with pytest.raises(NotFound):
        reset_password(token=token, password="yet another battery staple")


def test_forgetting_looks_the_same_for_every_address() -> None:
    user = User.objects.get(id=new_person("nadia").person_id)
    pages = []
    for email in (user.email, fresh_address()):
        response = Client().post(reverse("account:password_forgotten"), {"email": email})
        pages.append((response.status_code, response["Location"]))
    assert pages[0] == pages[1]
    assert mails_about(user.ref)[-1] == "password_reset"


def test_an_invitation_token_confirms_no_address(people: People) -> None:
    """Each kind of link has a salt of its own."""
    assert people.bo.organisation_id
    token = invitation(people.bo.organisation_id)
    with pytest.raises(NotFound):
        confirm_email(token=token)
    found = Invitation.objects.get(id=signing.loads(token, salt="portal.accounts.invite"))
    assert invitation_token(found).split(":")[0] == token.split(":")[0]


@pytest.mark.parametrize("login", ["web", "scorer", "intake", "vault", "watchdog"])
@pytest.mark.parametrize("table", ["otp_totp_totpdevice", "otp_static_statictoken"])
def test_second_factors_are_closed_to_all_log_ins_but_the_signers(login: str, table: str) -> None:
    for statement in (f"SELECT * FROM public.{table}", f"DELETE FROM public.{table}"):
        with (
            transaction.atomic(using=login),
            connections[login].cursor() as cursor,
            pytest.raises(Exception, match="permission denied"),
        ):
            cursor.execute(statement)


def test_the_signer_cannot_read_password_hashes() -> None:
    with connections["signer"].cursor() as cursor:
        cursor.execute("SELECT id, real_name FROM accounts_user LIMIT 1")
        with pytest.raises(Exception, match="permission denied"):
            cursor.execute("SELECT password FROM accounts_user LIMIT 1")
