"""Passkeys at the signer: drawn challenges, set-up, proof and removal."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings

from ledger.kinds import EventKind
from portal.core.errors import NotFound, RuleBroken
from portal.core.jobs import Job
from portal.signer.challenges import new_challenge, new_consent_challenge
from portal.signer.factors import factors_of
from portal.signer.passkey_checks import check_passkey, request_options
from portal.signer.passkeys import MOST, confirm_passkey, enrolment_options
from portal.signer.removing import remove_passkey, remove_phone
from portal.signer.visitors import Person
from tests.personas import People
from tests.signer.authenticator import Authenticator
from tests.use_cases.scenario import Call, Case, logged_in, running_as, scenario
from tests.use_cases.scenarios_signer import confirming, nadia, shown

as_signer = partial(running_as, "signer")
OCCASION = "step:test"


def device() -> Authenticator:
    return Authenticator(settings.SIGNER_URL, urlsplit(settings.SIGNER_URL).hostname or "")


def set_up(person: Person, made_by: Authenticator) -> Call:
    """A set-up whose challenge is drawn and answered, and which only has to be confirmed."""
    with logged_in("signer"):
        answer = made_by.make(enrolment_options(person=person, occasion=OCCASION))
    return as_signer(
        lambda: confirm_passkey(person=person, occasion=OCCASION, name="laptop", response=answer)
    )


@scenario(new_challenge)
def a_challenge(people: People) -> Case:
    person = nadia()
    return Case(run=as_signer(lambda: new_challenge(person_id=person.id, occasion=OCCASION)))


@scenario(new_consent_challenge)
def a_challenge_over_terms(people: People) -> Case:
    person = nadia()

    def draw() -> object:
        return new_consent_challenge(
            person_id=person.id, occasion=OCCASION, request_id=uuid4(), terms_digest="ab" * 32
        )

    return Case(run=as_signer(draw))


@scenario(confirm_passkey, EventKind.SECOND_FACTOR_ENROLLED)
def a_new_passkey(people: People) -> Case:
    person, full = nadia(), nadia()
    for _ in range(MOST):
        set_up(full, device())()
    return Case(
        run=set_up(person, device()),
        about=person.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[(RuleBroken, set_up(full, device()))],
    )


@scenario(check_passkey)
def its_answer(people: People) -> Case:
    person, made_by = nadia(), device()
    set_up(person, made_by)()
    with logged_in("signer"):
        drawn = new_challenge(person_id=person.id, occasion=OCCASION)
        answer = made_by.sign(request_options(drawn))
    return Case(
        run=as_signer(
            lambda: check_passkey(person_id=person.id, occasion=OCCASION, response=answer)
        )
    )


@scenario(remove_passkey, EventKind.SECOND_FACTOR_REMOVED)
def one_of_two_passkeys(people: People) -> Case:
    person = nadia()
    for _ in range(2):
        set_up(person, device())()
    with logged_in("signer"):
        first, last = (passkey.id for passkey in factors_of(person.id).passkeys)

    def remove(passkey_id: UUID, whose: Person = person) -> Call:
        return as_signer(lambda: remove_passkey(person=whose, passkey_id=passkey_id))

    return Case(
        run=remove(first),
        about=person.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[(NotFound, remove(first, nadia()))],
        afterwards=[(RuleBroken, remove(last))],
    )


@scenario(remove_phone, EventKind.SECOND_FACTOR_REMOVED)
def a_phone_beside_a_passkey(people: People) -> Case:
    person, without_passkey = nadia(), nadia()
    for one in (person, without_passkey):
        phone, app = shown(one)
        confirming(one, phone, app.next_code())()
    set_up(person, device())()
    return Case(
        run=as_signer(lambda: remove_phone(person=person)),
        about=person.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[(RuleBroken, as_signer(lambda: remove_phone(person=without_passkey)))],
        afterwards=[(NotFound, as_signer(lambda: remove_phone(person=person)))],
    )
