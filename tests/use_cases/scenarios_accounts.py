"""A signed-in person's own affairs: the second step, languages, connecting a firm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from ledger.kinds import EventKind
from portal.accounts.finish_firm_connection import finish_firm_connection
from portal.accounts.finish_second_step import PendingSignIn, finish_second_step
from portal.accounts.handover import Purpose, digest_of
from portal.accounts.save_language import save_language
from portal.accounts.start_firm_connection import start_firm_connection
from portal.accounts.start_second_step import start_second_step
from portal.accounts.start_signer_visit import start_signer_visit
from portal.core.actor import Actor
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.notifications.mark_messages_read import mark_messages_read
from tests.personas import People, confirmed_for, new_person, new_uscc, second_factor_assertion
from tests.use_cases.scenario import Case, scenario
from tests.use_cases.scenarios_people import registered

SECRET = "a portal session's secret"


@scenario(start_second_step)
def after_the_password(people: People) -> Case:
    person, newcomer = people.sara.person_id, registered().id
    session: dict[str, Any] = {"session_secret": SECRET, "language": "en"}
    return Case(
        run=lambda: start_second_step(person_id=person, **session),
        refused=[(NotAllowed, lambda: start_second_step(person_id=newcomer, **session))],
    )


@scenario(finish_second_step)
def back_from_the_signer(people: People) -> Case:
    person_id = people.sara.person_id
    step = start_second_step(person_id=person_id, session_secret=SECRET, language="en")
    stated = {"person": str(person_id), "step": str(step), "session": digest_of(SECRET)}
    good = second_factor_assertion(stated)
    strangers = second_factor_assertion({**stated, "person": str(uuid4())})

    def finish(assertion: str) -> object:
        pending = PendingSignIn(person_id, step, SECRET)
        return finish_second_step(assertion=assertion, pending=pending, address="10.0.0.1")

    return Case(
        run=lambda: finish(good),
        refused=[(RuleBroken, lambda: finish(strangers))],
        afterwards=[(RuleBroken, lambda: finish(good))],
    )


@scenario(start_signer_visit)
def to_the_devices(people: People) -> Case:
    stale = replace(people.sara, second_factor_at=None)

    def visit(actor: Actor, purpose: Purpose = Purpose.SECURITY) -> UUID:
        return start_signer_visit(actor, purpose=purpose, session_secret=SECRET)

    return Case(
        run=lambda: visit(people.sara),
        refused=[
            (NotAllowed, lambda: visit(stale)),
            (NotAllowed, lambda: visit(people.sara, Purpose.CONNECT)),
        ],
    )


@scenario(save_language)
def another_language(people: People) -> Case:
    person = new_person("nadia")
    return Case(
        run=lambda: save_language(person, language="zh-hans"),
        refused=[(RuleBroken, lambda: save_language(person, language="xx"))],
    )


@scenario(start_firm_connection)
def a_firm_to_connect(people: People) -> Case:
    newcomer = new_person("nadia")

    def start(actor: Actor, uscc: str) -> UUID:
        return start_firm_connection(actor, uscc=uscc, session_secret=SECRET)

    return Case(
        run=lambda: start(newcomer, new_uscc()),
        refused=[
            (NotAllowed, lambda: start(people.bo, new_uscc())),
            (RuleBroken, lambda: start(newcomer, "91330100MA0000000X")),
        ],
    )


@scenario(finish_firm_connection, EventKind.ORGANISATION_CREATED, EventKind.MEMBER_ADDED)
def the_first_to_connect(people: People) -> Case:
    newcomer = new_person("nadia")
    step = confirmed_for(newcomer, uscc=new_uscc(), role="legal_representative")
    return Case(
        run=lambda: finish_firm_connection(newcomer, step_id=step),
        about=lambda firm: (firm.ref, newcomer.ref),
        refused=[(NotFound, lambda: finish_firm_connection(people.mallory, step_id=step))],
    )


@scenario(finish_firm_connection, EventKind.MEMBER_ADDED)
def a_colleague_connects(people: People) -> Case:
    uscc, first, second = new_uscc(), new_person("nadia"), new_person("nora")
    step = confirmed_for(first, uscc=uscc, role="legal_representative")
    finish_firm_connection(first, step_id=step)
    joining = confirmed_for(second, uscc=uscc, role="clerk")
    return Case(run=lambda: finish_firm_connection(second, step_id=joining), about=second.ref)


@scenario(finish_firm_connection)
def the_page_loaded_again(people: People) -> Case:
    newcomer = new_person("nadia")
    step = confirmed_for(newcomer, uscc=new_uscc(), role="legal_representative")
    finish_firm_connection(newcomer, step_id=step)
    return Case(run=lambda: finish_firm_connection(newcomer, step_id=step))


@scenario(mark_messages_read)
def messages_that_were_seen(people: People) -> Case:
    # Another's are not refused, they just stay as they are (tests/accounts/test_messages.py).
    return Case(run=lambda: mark_messages_read(people.sara, message_ids=[uuid4()]))
