"""What the signer's process does with its own log-in: phones, recovery codes, mandates."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from uuid import UUID, uuid4

from django_otp.plugins.otp_totp.models import TOTPDevice

from ledger.kinds import EventKind
from portal.accounts.start_firm_connection import start_firm_connection
from portal.core.errors import RuleBroken
from portal.core.jobs import Job
from portal.signer.connect_firm import Assertion, connect_firm
from portal.signer.phones import check_code, confirm_phone, new_phone
from portal.signer.recovery import keep_codes, new_codes, start_new_codes, use_code
from portal.signer.steps import step_for
from portal.signer.visitors import Person, person_for
from tests.personas import People, new_person, new_uscc
from tests.signer.visiting import Phone
from tests.use_cases.scenario import Call, Case, logged_in, running_as, scenario

as_signer = partial(running_as, "signer")


def nadia() -> Person:
    """A person as the signer knows one."""
    person_id = new_person("nadia").person_id
    with logged_in("signer"):
        return person_for(person_id)


def shown(person: Person) -> tuple[TOTPDevice, Phone]:
    """A phone that waits for its first code."""
    with logged_in("signer"):
        device = new_phone(person_id=person.id)
    return device, Phone(device.bin_key)


def kept_codes(person_id: UUID) -> list[str]:
    with logged_in("signer"):
        codes = new_codes(person_id=person_id)
        keep_codes(person_id=person_id)
    return codes


@scenario(new_phone)
def a_secret(people: People) -> Case:
    person = nadia()
    return Case(run=as_signer(lambda: new_phone(person_id=person.id)))


def confirming(person: Person, device: TOTPDevice, code: str) -> Call:
    return as_signer(lambda: confirm_phone(person=person, phone_id=device.id, code=code))


@scenario(confirm_phone, EventKind.SECOND_FACTOR_ENROLLED)
def its_first_code(people: People) -> Case:
    person = nadia()
    device, phone = shown(person)
    return Case(
        run=confirming(person, device, phone.next_code()),
        about=person.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
    )


@scenario(confirm_phone)
def a_wrong_first_code(people: People) -> Case:
    person = nadia()
    device, phone = shown(person)
    return Case(run=confirming(person, device, phone.wrong_code()))


@scenario(check_code)
def a_code(people: People) -> Case:
    person = nadia()
    device, phone = shown(person)
    confirming(person, device, phone.next_code())()
    return Case(run=as_signer(lambda: check_code(person_id=person.id, code=phone.wrong_code())))


@scenario(new_codes)
def codes_to_show(people: People) -> Case:
    person = nadia()
    return Case(run=as_signer(lambda: new_codes(person_id=person.id)))


@scenario(start_new_codes)
def codes_asked_for(people: People) -> Case:
    person = nadia()
    return Case(run=as_signer(lambda: start_new_codes(person_id=person.id)))


@scenario(keep_codes)
def codes_kept(people: People) -> Case:
    person = nadia()
    with logged_in("signer"):
        new_codes(person_id=person.id)
    return Case(run=as_signer(lambda: keep_codes(person_id=person.id)))


@scenario(use_code)
def a_code_spent(people: People) -> Case:
    person = nadia()
    first, *_ = kept_codes(person.id)
    return Case(run=as_signer(lambda: use_code(person_id=person.id, code=first)))


@scenario(connect_firm, EventKind.FIRM_CONNECTED)
def the_authoritys_word(people: People) -> Case:
    actor, uscc = new_person("nadia"), new_uscc()
    asked = start_firm_connection(actor, uscc=uscc, session_secret="secret")
    with logged_in("signer"):
        step, person = step_for(asked), person_for(actor.person_id)

    def connect(nonce: str = "nonce", firm: str = uscc, name: str = person.real_name) -> UUID:
        said = Assertion(
            jti=str(uuid4()),
            nonce="nonce",
            authority_person=f"authority-{person.id}",
            person_name=name,
            role="legal_representative",
            uscc=firm,
            firm_name="Demo Firm",
            firm_name_zh="演示企业",
            asserted_at=datetime.now(UTC),
        )
        return connect_firm(person=person, step=step, nonce=nonce, assertion=said)

    return Case(
        run=as_signer(connect),
        about=lambda firm: f"firm:{firm}",
        refused=[
            (RuleBroken, as_signer(lambda: connect(nonce="another"))),
            (RuleBroken, as_signer(lambda: connect(firm=new_uscc()))),
            (RuleBroken, as_signer(lambda: connect(name="Somebody Else"))),
        ],
    )
