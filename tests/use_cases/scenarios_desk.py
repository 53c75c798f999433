"""Officers' work on cases. What is nobody's business but the bank's leaves no event."""

from __future__ import annotations

from functools import partial

from django.db.models import F

from ledger.kinds import EventKind
from portal.applications.add_document import add_document
from portal.applications.add_note import add_note
from portal.applications.answer_question import answer_question
from portal.applications.ask_question import ask_question
from portal.applications.assign_case import assign_case
from portal.applications.document_models import DocumentKind
from portal.applications.erase_case_texts import KEPT, erase_case_texts
from portal.applications.models import Question
from portal.applications.open_document import open_document
from portal.applications.release_case import release_case
from portal.applications.set_working_days import set_working_days
from portal.applications.take_next_case import take_next_case
from portal.applications.withdraw_application import withdraw_application
from portal.consents.stop_consent import stop_consent
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job
from tests.applications.cases import SYSTEM, consent_of, submitted, under_review
from tests.applications.files import PICTURE
from tests.personas import People
from tests.use_cases.scenario import Case, scenario
from tests.use_cases.scenarios_applications import product_of


@scenario(take_next_case)
def the_next_case(people: People) -> Case:
    under_review(people.sara, product_of(people))
    return Case(
        run=partial(take_next_case, people.bo),
        refused=[(NotAllowed, partial(take_next_case, people.sara))],
    )


@scenario(assign_case)
def a_case_of_ones_own(people: People) -> Case:
    product = product_of(people)
    case, closed = (submitted(people.sara, product).id for _ in range(2))
    withdraw_application(people.sara, application_id=closed)
    bo, boss = people.bo, people.boss
    give = partial(assign_case, application_id=case)
    return Case(
        run=partial(give, bo, officer_id=bo.person_id),
        refused=[
            (NotAllowed, partial(give, people.sara, officer_id=bo.person_id)),
            (NotAllowed, partial(give, bo, officer_id=boss.person_id)),
            (NotFound, partial(give, people.ben, officer_id=people.ben.person_id)),
            (NotFound, partial(give, boss, officer_id=people.ben.person_id)),
            (
                InvalidTransition,
                partial(assign_case, bo, application_id=closed, officer_id=bo.person_id),
            ),
        ],
    )


@scenario(release_case)
def back_into_the_queue(people: People) -> Case:
    case = submitted(people.sara, product_of(people)).id
    assign_case(people.boss, application_id=case, officer_id=people.boss.person_id)
    release = partial(release_case, application_id=case)
    return Case(
        run=partial(release, people.boss),
        refused=[
            (NotAllowed, partial(release, people.bo)),
            (NotFound, partial(release, people.ben)),
        ],
    )


@scenario(add_note)
def a_remark(people: People) -> Case:
    note = partial(add_note, application_id=submitted(people.sara, product_of(people)).id)
    return Case(
        run=partial(note, people.bo, text="Called the firm."),
        refused=[
            (NotAllowed, partial(note, people.sara, text="Mine")),
            (NotFound, partial(note, people.ben, text="Another bank's")),
            (RuleBroken, partial(note, people.bo, text=" ")),
            (RuleBroken, partial(note, people.bo, text="x" * 2001)),
        ],
    )


@scenario(set_working_days)
def a_time_limit(people: People) -> Case:
    return Case(
        run=partial(set_working_days, people.boss, working_days=5, review_days=3),
        refused=[
            (NotAllowed, partial(set_working_days, people.bo, working_days=5, review_days=3)),
            (RuleBroken, partial(set_working_days, people.boss, working_days=0, review_days=3)),
            (RuleBroken, partial(set_working_days, people.boss, working_days=5, review_days=61)),
        ],
    )


@scenario(ask_question, EventKind.QUESTION_ASKED)
def something_to_know(people: People) -> Case:
    product = product_of(people)
    case = under_review(people.sara, product)
    early, sealed = submitted(people.sara, product).id, under_review(people.sara, product)
    stop_consent(people.sara, consent_id=consent_of(sealed))
    ask = partial(ask_question, people.bo, text="Who is the buyer?")
    return Case(
        run=partial(ask, application_id=case.id),
        about=case.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (NotAllowed, partial(ask_question, people.sara, application_id=case.id, text="Me?")),
            (NotFound, partial(ask_question, people.ben, application_id=case.id, text="Me?")),
            (InvalidTransition, partial(ask, application_id=early)),
            (RuleBroken, partial(ask, application_id=sealed.id)),
            (RuleBroken, partial(ask_question, people.bo, application_id=case.id, text=" ")),
        ],
        afterwards=[(InvalidTransition, partial(ask, application_id=case.id))],
    )


@scenario(answer_question, EventKind.QUESTION_ANSWERED)
def something_to_say(people: People) -> Case:
    product = product_of(people)
    case, unasked = under_review(people.sara, product), submitted(people.sara, product).id
    ask_question(people.bo, application_id=case.id, text="Who is the buyer?")
    answer = partial(answer_question, application_id=case.id, text="The harbour office.")
    return Case(
        run=partial(answer, people.sara),
        about=case.ref,
        jobs=frozenset({Job.SEND_MESSAGE, Job.ADVANCE_APPLICATION}),
        refused=[
            (NotAllowed, partial(answer, people.sam)),
            (NotAllowed, partial(answer, people.bo)),
            (NotFound, partial(answer, people.mallory)),
            (InvalidTransition, partial(answer, people.sara, application_id=unasked)),
            (RuleBroken, partial(answer, people.sara, text=" ")),
        ],
        afterwards=[(InvalidTransition, partial(answer, people.sara))],
    )


@scenario(add_document, EventKind.DOCUMENT_ADDED)
def a_picture_of_an_order(people: People) -> Case:
    product = product_of(people)
    case, closed = (submitted(people.sara, product) for _ in range(2))
    withdraw_application(people.sara, application_id=closed.id)
    add = partial(add_document, kind=DocumentKind.ORDER, name="order.png", data=PICTURE)
    return Case(
        run=partial(add, people.sara, application_id=case.id),
        about=case.ref,
        refused=[
            (NotAllowed, partial(add, people.sam, application_id=case.id)),
            (NotAllowed, partial(add, people.bo, application_id=case.id)),
            (NotFound, partial(add, people.mallory, application_id=case.id)),
            (InvalidTransition, partial(add, people.sara, application_id=closed.id)),
            (RuleBroken, partial(add, people.sara, application_id=case.id, data=b"<html>")),
        ],
    )


@scenario(open_document)
def a_look_at_a_document(people: People) -> Case:
    case = submitted(people.sara, product_of(people))
    document = add_document(
        people.sara,
        application_id=case.id,
        kind=DocumentKind.ORDER,
        name="order.png",
        data=PICTURE,
    )
    look = partial(open_document, document_id=document.id)
    return Case(
        run=partial(look, people.bo),
        refused=[(NotFound, partial(look, people.ben)), (NotFound, partial(look, people.mallory))],
    )


@scenario(erase_case_texts, EventKind.CASE_TEXTS_ERASED)
def what_need_not_be_kept(people: People) -> Case:
    case = under_review(people.sara, product_of(people))
    ask_question(people.bo, application_id=case.id, text="Where is the works?")
    withdraw_application(people.sara, application_id=case.id)
    questions = Question.objects.using("owner").filter(application_id=case.id)
    questions.update(asked_at=F("asked_at") - KEPT)
    return Case(run=partial(erase_case_texts, SYSTEM), about=case.ref)
