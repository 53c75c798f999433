"""People and organisations: registering, inviting, confirming, passwords, lost phones."""

from __future__ import annotations

from uuid import uuid4

from django.core import signing
from django.db import IntegrityError

from ledger.kinds import EventKind
from portal.accounts.accept_invitation import accept_invitation
from portal.accounts.confirm_email import confirm_email, send_confirmation_again
from portal.accounts.create_organisation import create_organisation
from portal.accounts.invite_person import invite_person
from portal.accounts.limits import PER_MAILBOX, count_refused_sign_in, count_refused_token
from portal.accounts.links import confirmation_token, reset_token
from portal.accounts.models import Organisation, User
from portal.accounts.register_person import register_person
from portal.accounts.reset_password import person_for_reset, reset_password, start_password_reset
from portal.accounts.reset_second_factor import reset_second_factor
from portal.core.actor import OrganisationKind, Role
from portal.core.errors import NotFound, RuleBroken, TooMany
from portal.core.jobs import Job
from tests.personas import PASSWORD, People, new_person
from tests.use_cases.scenario import Case, running_as, scenario

MAIL = frozenset({Job.SEND_MESSAGE})
FORM = {"real_name": "Nadia Demo", "phone": "138 0000 0000", "password": PASSWORD}


def address() -> str:
    return f"nadia-{uuid4()}@example.com"


def registered() -> User:
    """Not confirmed yet."""
    email = address()
    register_person(**FORM, email=email, language="en")
    return User.objects.get(email=email)


def nadia() -> User:
    """Confirmed."""
    return User.objects.get(id=new_person("nadia").person_id)


@scenario(register_person, EventKind.PERSON_REGISTERED)
def a_new_address(people: People) -> Case:
    return Case(
        run=lambda: register_person(**FORM, email=address(), language="en"),
        about=lambda person_id: f"person:{person_id}",
        jobs=MAIL,
        refused=[
            (IntegrityError, lambda: register_person(**FORM, email=address(), language="xx")),
        ],
    )


@scenario(register_person)
def a_taken_address(people: People) -> Case:
    email = nadia().email
    return Case(run=lambda: register_person(**FORM, email=email, language="en"), jobs=MAIL)


@scenario(confirm_email, EventKind.EMAIL_CONFIRMED)
def the_mailed_link(people: People) -> Case:
    user = registered()
    token = confirmation_token(user)
    return Case(
        run=lambda: confirm_email(token=token),
        about=user.ref,
        refused=[(NotFound, lambda: confirm_email(token="forged"))],
        afterwards=[(NotFound, lambda: confirm_email(token=token))],
    )


@scenario(send_confirmation_again)
def not_confirmed_yet(people: People) -> Case:
    user = registered()
    return Case(
        run=lambda: send_confirmation_again(person_id=user.id),
        jobs=MAIL,
        refused=[(User.DoesNotExist, lambda: send_confirmation_again(person_id=uuid4()))],
    )


@scenario(send_confirmation_again)
def confirmed_already(people: People) -> Case:
    user = nadia()
    return Case(run=lambda: send_confirmation_again(person_id=user.id))


@scenario(create_organisation, EventKind.ORGANISATION_CREATED)
def a_bank(people: People) -> Case:
    licensed = f"DEMO-{uuid4().hex[:8]}"

    def create(kind: OrganisationKind, licence: str = "") -> Organisation:
        return create_organisation(
            kind=kind, name="Pier Demo Bank", name_zh="码头演示银行", licence=licence
        )

    return Case(
        run=lambda: create(OrganisationKind.BANK, licensed),
        about=lambda bank: bank.ref,
        refused=[
            (RuleBroken, lambda: create(OrganisationKind.FIRM)),
            (RuleBroken, lambda: create(OrganisationKind.BANK)),
        ],
        afterwards=[(RuleBroken, lambda: create(OrganisationKind.BANK, licensed))],
    )


@scenario(invite_person, EventKind.PERSON_INVITED)
def an_officer(people: People) -> Case:
    bank = people.bo.organisation_id
    assert bank is not None

    def invite(role: Role) -> str:
        return invite_person(email=address(), organisation_id=bank, role=role, language="en")

    return Case(
        run=lambda: invite(Role.BANK_OFFICER),
        about=lambda token: f"invitation:{signing.loads(token, salt='portal.accounts.invite')}",
        jobs=MAIL,
        refused=[(RuleBroken, lambda: invite(Role.REGULATOR))],
    )


@scenario(accept_invitation, EventKind.PERSON_REGISTERED, EventKind.MEMBER_ADDED)
def an_open_invitation(people: People) -> Case:
    bank = people.bo.organisation_id
    assert bank is not None
    officer = Role.BANK_OFFICER
    taken = invite_person(email=nadia().email, organisation_id=bank, role=officer, language="en")
    token = invite_person(email=address(), organisation_id=bank, role=officer, language="en")
    return Case(
        run=lambda: accept_invitation(token=token, **FORM, language="en"),
        about=lambda person_id: f"person:{person_id}",
        refused=[
            (NotFound, lambda: accept_invitation(token="forged", **FORM, language="en")),
            (RuleBroken, lambda: accept_invitation(token=taken, **FORM, language="en")),
        ],
        afterwards=[(NotFound, lambda: accept_invitation(token=token, **FORM, language="en"))],
    )


@scenario(start_password_reset)
def a_known_address(people: People) -> Case:
    email, flooded = nadia().email, nadia().email
    for _ in range(PER_MAILBOX.count):
        start_password_reset(email=flooded)
    return Case(
        run=lambda: start_password_reset(email=email),
        jobs=MAIL,
        refused=[(TooMany, lambda: start_password_reset(email=flooded))],
    )


@scenario(start_password_reset)
def an_unknown_address(people: People) -> Case:
    return Case(run=lambda: start_password_reset(email=address()))


@scenario(count_refused_sign_in)
def a_wrong_password(people: People) -> Case:
    return Case(run=lambda: count_refused_sign_in(network="2001:db8::7"))


@scenario(count_refused_token)
def a_wrong_token(people: People) -> Case:
    return Case(run=lambda: count_refused_token(network="2001:db8::7"))


@scenario(person_for_reset)
def a_look_at_the_link(people: People) -> Case:
    token = reset_token(nadia())
    return Case(
        run=lambda: person_for_reset(token=token),
        refused=[(NotFound, lambda: person_for_reset(token="forged"))],
    )


@scenario(reset_password, EventKind.PASSWORD_RESET)
def a_new_password(people: People) -> Case:
    user = nadia()
    token, password = reset_token(user), "a different battery staple"
    return Case(
        run=lambda: reset_password(token=token, password=password),
        about=user.ref,
        jobs=MAIL,
        refused=[(NotFound, lambda: reset_password(token="forged", password=password))],
        afterwards=[(NotFound, lambda: reset_password(token=token, password=password))],
    )


@scenario(reset_second_factor, EventKind.SECOND_FACTOR_RESET)
def a_lost_phone(people: People) -> Case:
    user = nadia()
    return Case(
        run=running_as("owner", lambda: reset_second_factor(email=user.email)),
        about=user.ref,
        jobs=MAIL,
        refused=[
            (NotFound, running_as("owner", lambda: reset_second_factor(email=address()))),
        ],
    )
