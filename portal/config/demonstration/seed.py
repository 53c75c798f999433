"""Fill an empty portal through its own use cases; a second run finds everything there."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_DNS, UUID, uuid5

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.accept_invitation import accept_invitation
from portal.accounts.confirm_email import confirm_email
from portal.accounts.create_organisation import create_organisation
from portal.accounts.invite_person import invite_person
from portal.accounts.links import confirmation_token
from portal.accounts.models import Organisation, User
from portal.accounts.register_person import register_person
from portal.config.demonstration import cast, signins
from portal.config.demonstration.policies import put_in_force
from portal.consents.create_bank_entry import create_bank_entry
from portal.core.actor import OrganisationKind, Role, SystemActor
from portal.products.create_product import create_product
from portal.products.rules import ProductBounds, ProductTexts
from portal.servicing.bank_accounts import name_bank_account

SEED = SystemActor("seed")


def demonstration_id(key: str) -> UUID:
    """The same id on every machine, so that documents and tests may name it."""
    return uuid5(NAMESPACE_DNS, f"{key}.demo.taxbridge.example")


def seed(path: Path) -> dict[str, signins.SignIn]:
    """Make what is missing: organisations, products, people with their second factors, policies.

    Credentials are written to ``path`` before the people are made, so that a killed run can go on.
    """
    known = signins.load(path)
    for person in cast.PEOPLE:
        if person.key not in known:
            who = f"{person.real_name} – {person.about or person.role or ''}".strip(" –")
            known[person.key] = signins.new_sign_in(key=person.key, who=who, email=person.email)
    signins.store(path, known)
    _organisations()
    for person in cast.PEOPLE:
        _person(person, known[person.key])
    for bank in cast.BANKS:
        put_in_force(bank, bank_id=demonstration_id(bank.key))
    return known


def _organisations() -> None:
    _organisation("operator", OrganisationKind.OPERATOR, *cast.OPERATOR)
    _organisation("regulator", OrganisationKind.REGULATOR, *cast.REGULATOR)
    for bank in cast.BANKS:
        found = _organisation(
            bank.key, OrganisationKind.BANK, bank.name, bank.name_zh, bank.licence
        )
        create_bank_entry(
            bank_id=found,
            name=bank.name,
            name_zh=bank.name_zh,
            licence=bank.licence,
            using="owner",
        )
        name_bank_account(found, "ecny", bank.ecny_account, using="owner")
        name_bank_account(found, "bank_transfer", bank.transfer_account, using="owner")
        create_product(
            SEED,
            bank_id=found,
            texts=ProductTexts(
                name=bank.product,
                name_zh=bank.product_zh,
                summary=bank.summary,
                summary_zh=bank.summary_zh,
            ),
            bounds=ProductBounds(
                min_amount_fen=bank.min_amount_fen,
                max_amount_fen=bank.max_amount_fen,
                terms_months=bank.terms_months,
                annual_rate_bp=bank.annual_rate_bp,
            ),
        )


def _organisation(
    key: str, kind: OrganisationKind, name: str, name_zh: str, licence: str = ""
) -> UUID:
    found = demonstration_id(key)
    if not Organisation.objects.filter(id=found).exists():
        create_organisation(
            kind=kind, name=name, name_zh=name_zh, licence=licence, organisation_id=found
        )
    return found


def _person(person: cast.Person, sign_in: signins.SignIn) -> None:
    if not User.objects.filter(email=person.email, email_confirmed_at__isnull=False).exists():
        if person.role is None:
            _register(person, sign_in.password)
        else:
            _invite(person, person.role, sign_in.password)
    _enrol(User.objects.get(email=person.email).id, sign_in)


def _register(person: cast.Person, password: str) -> None:
    register_person(
        real_name=person.real_name,
        email=person.email,
        phone=person.phone,
        password=password,
        language=person.language,
    )
    confirm_email(token=confirmation_token(User.objects.get(email=person.email)))


def _invite(person: cast.Person, role: Role, password: str) -> None:
    token = invite_person(
        email=person.email,
        organisation_id=demonstration_id(person.place),
        role=role,
        language=person.language,
    )
    accept_invitation(
        token=token,
        real_name=person.real_name,
        phone=person.phone,
        password=password,
        language=person.language,
    )


def _enrol(person_id: UUID, sign_in: signins.SignIn) -> None:
    """A confirmed device with a known secret, made with the signer's own log-in."""
    devices = TOTPDevice.objects.using("signer")
    if devices.filter(user_id=person_id).exists():
        return
    with transaction.atomic(using="signer"):
        devices.create(
            user_id=person_id, name="demonstration", key=sign_in.totp_hex, confirmed=True
        )
        record(
            EventKind.SECOND_FACTOR_ENROLLED,
            actor=f"person:{person_id}",
            subject=f"person:{person_id}",
            payload={"method": "totp"},
            using="signer",
        )
