"""The people of the tests, with their organisations, made through use cases.

``cast`` lasts for the whole session of a worker; ``people`` are the same banks and offices, with a
firm and its people new for each test. ``browser_of`` gives a Django test client signed in as one
of them the way a person signs in: password, second step, signed assertion. sara owns a firm, sam
may only read it, mallory owns another; bo and his approver boss work for bank A, ben for bank B;
rita is the regulator and olga the operator, where dora develops models and vera validates them.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker
from stdnum.cn import uscc as uscc_number

from portal.accounts.accept_invitation import accept_invitation
from portal.accounts.actors import actor_of_person
from portal.accounts.confirm_email import confirm_email
from portal.accounts.create_organisation import create_organisation
from portal.accounts.finish_firm_connection import finish_firm_connection
from portal.accounts.handover import PORTAL_AUDIENCE, SIGNER_ISSUER, digest_of
from portal.accounts.invite_person import invite_person
from portal.accounts.links import confirmation_token
from portal.accounts.models import Organisation, User
from portal.accounts.register_person import register_person
from portal.accounts.start_firm_connection import start_firm_connection
from portal.config.keys import make_keys
from portal.consents.create_bank_entry import create_bank_entry
from portal.core.actor import Actor, OrganisationKind, Role
from portal.core.wire import SigningKey, Typ, load_signing_key, sign
from portal.web.account.sign_in import PENDING

PASSWORD = "correct horse battery staple"
NAMES = ("sara", "sam", "mallory", "bo", "boss", "ben", "rita", "olga")


@dataclass(frozen=True)
class People:
    """Everybody, as actors who have proved a second factor just now.

    ``firm`` is the code of sara's firm. sam and mallory are made when they are first asked for,
    as most tests don't need them.
    """

    firm: str
    sara: Actor
    bo: Actor
    boss: Actor
    ben: Actor
    rita: Actor
    olga: Actor

    @cached_property
    def sam(self) -> Actor:
        return connected(new_person("sam"), uscc=self.firm, role="clerk")

    @cached_property
    def mallory(self) -> Actor:
        return connected(new_person("mallory"), uscc=new_uscc(), role="legal_representative")

    @cached_property
    def dora(self) -> Actor:
        return self._of_operator("dora", Role.MODEL_DEVELOPER)

    @cached_property
    def vera(self) -> Actor:
        return self._of_operator("vera", Role.MODEL_VALIDATOR)

    def _of_operator(self, name: str, role: Role) -> Actor:
        assert self.olga.organisation_id is not None
        return invited(name, self.olga.organisation_id, role)

    def by_name(self) -> dict[str, Actor]:
        """For parametrised tests; all of them are made then."""
        return {name: getattr(self, name) for name in NAMES}


@pytest.fixture(scope="session")
def keys() -> None:
    """The key files of this worker, as `make_keys` makes them for a real installation."""
    list(make_keys(settings.KEYS_DIR))


@pytest.fixture(scope="session")
def cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker, keys: None) -> People:
    """Made for real and committed: they stay for the whole session."""
    with django_db_blocker.unblock():
        firm = new_uscc()
        bank_a = new_bank("Lantern Demo Bank", "灯笼演示银行")
        bank_b = new_bank("Harbour Demo Bank", "港湾演示银行")
        regulator = create_organisation(
            kind=OrganisationKind.REGULATOR, name="Demo Regulator", name_zh="演示监管机构"
        )
        operator = create_organisation(
            kind=OrganisationKind.OPERATOR, name="Demo Operator", name_zh="演示运营方"
        )
        return People(
            firm=firm,
            sara=owner_of(firm),
            bo=invited("bo", bank_a.id, Role.BANK_OFFICER),
            boss=invited("boss", bank_a.id, Role.BANK_APPROVER),
            ben=invited("ben", bank_b.id, Role.BANK_OFFICER),
            rita=invited("rita", regulator.id, Role.REGULATOR),
            olga=invited("olga", operator.id, Role.OPERATOR),
        )


@pytest.fixture
def people(cast: People, transactional_db: None) -> People:
    """Banks and offices of the whole session, and sara, sam and mallory at firms of this test's
    own, which have let no bank in: a consent that another test left standing would mislead."""
    return at_a_new_firm(cast)


@pytest.fixture
def browser_of(people: People) -> Callable[[str | Actor], Client]:
    """A signed-in browser of a persona by name, or of any actor."""

    def open_browser(who: str | Actor) -> Client:
        return signed_in_client(getattr(people, who) if isinstance(who, str) else who)

    return open_browser


def new_person(name: str) -> Actor:
    """A registered person with a confirmed address, who acts for nobody yet."""
    email = f"{name}-{uuid4()}@example.com"
    register_person(
        real_name=f"{name.title()} Demo",
        email=email,
        phone="138 0000 0000",
        password=PASSWORD,
        language="en",
    )
    user = User.objects.get(email=email)
    confirm_email(token=confirmation_token(user))
    return present(user.id)


def present(person_id: UUID) -> Actor:
    """The person's actor as it is now, with a second factor just proved."""
    user = User.objects.get(id=person_id)
    return actor_of_person(user, second_factor_at=datetime.now(UTC))


def at_a_new_firm(cast: People) -> People:
    """The same banks and offices, and sara, sam and mallory anew."""
    firm = new_uscc()
    return replace(cast, firm=firm, sara=owner_of(firm))


def owner_of(firm: str) -> Actor:
    """sara, new, at a firm of this code."""
    return connected(new_person("sara"), uscc=firm, role="legal_representative")


def invited(name: str, organisation_id: UUID, role: Role) -> Actor:
    """A person who took up an invitation."""
    token = invite_person(
        email=f"{name}-{uuid4()}@example.com",
        organisation_id=organisation_id,
        role=role,
        language="en",
    )
    person_id = accept_invitation(
        token=token,
        real_name=f"{name.title()} Demo",
        phone="138 0000 0000",
        password=PASSWORD,
        language="en",
    )
    return present(person_id)


def connected(actor: Actor, *, uscc: str, role: str) -> Actor:
    """The person with a mandate for a firm, acting for it."""
    step = confirmed_for(actor, uscc=uscc, role=role)
    firm = finish_firm_connection(actor, step_id=step)
    return replace(present(actor.person_id), organisation_id=firm.id)


def confirmed_for(actor: Actor, *, uscc: str, role: str) -> UUID:
    """A step at whose end the signer has recorded what the tax authority said; returns its id."""
    step = start_firm_connection(actor, uscc=uscc, session_secret=secrets.token_urlsafe())
    with transaction.atomic(using="signer"), connections["signer"].cursor() as cursor:
        cursor.execute(
            "SELECT refusal FROM sign.record_mandate(%s, %s, %s, %s, %s, %s, 365)",
            [
                actor.person_id,
                uscc,
                f"Demo Firm {uscc[-5:]}",
                f"演示企业{uscc[-5:]}",
                f"authority-{actor.person_id}",
                role,
            ],
        )
        assert cursor.fetchone() == (None,)
    return step


def new_bank(name: str, name_zh: str) -> Organisation:
    """A bank as `create_bank` makes it: the organisation, and the signer's own entry."""
    licence = f"DEMO-{uuid4().hex[:12].upper()}"
    bank = create_organisation(
        kind=OrganisationKind.BANK, name=name, name_zh=name_zh, licence=licence
    )
    create_bank_entry(bank_id=bank.id, name=name, name_zh=name_zh, licence=licence, using="owner")
    return bank


def new_uscc() -> str:
    """A code with a valid check digit that no other test uses."""
    first = "91330100MA" + "".join(
        secrets.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in "1234567"
    )
    return first + uscc_number.calc_check_digit(first)


def second_factor_assertion(stated: Mapping[str, object], *, key: SigningKey | None = None) -> str:
    """What the signer would state; ``stated`` may falsify it, ``key`` signs it by another."""
    now = int(time.time())
    claims = {
        "iss": SIGNER_ISSUER,
        "aud": PORTAL_AUDIENCE,
        "iat": now,
        "exp": now + 120,
        "jti": str(uuid4()),
        "method": "totp",
    }
    signing = key or load_signing_key(settings.SIGNER_KEY)
    return sign({**claims, **stated}, typ=Typ.SECOND_FACTOR, key=signing)


def after_password(email: str, **form: str) -> tuple[Client, dict[str, str]]:
    """A browser between password and second factor, and what an honest signer would assert."""
    client = Client()
    response = client.post(
        reverse("account:sign_in"), {"email": email, "password": PASSWORD, "next": "", **form}
    )
    assert response.status_code == 302, response.content.decode()
    pending = client.session[PENDING]
    step = urlsplit(response["Location"])
    assert step.path == f"/steps/{pending['step']}/"
    assert parse_qs(step.query)["language"]
    return client, {**pending, "session": digest_of(client.session["handover"])}


def signed_in_client(actor: Actor) -> Client:
    """Password, second step, assertion, return: signed in, acting for the actor's organisation."""
    client, asserted = after_password(User.objects.get(id=actor.person_id).email)
    response = client.get(
        reverse("account:second_factor_return"),
        {"assertion": second_factor_assertion(asserted)},
    )
    assert response.status_code == 302, response.content.decode()
    return client
