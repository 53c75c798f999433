"""Complaints: filed once, taken by one, answered once, taken back."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import uuid4

from ledger.kinds import EventKind
from portal.core.actor import Actor, SystemActor
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job
from portal.oversight.answer_complaint import answer_complaint
from portal.oversight.complaint_models import (
    ANSWER_WITHIN,
    Complaint,
    ComplaintAbout,
    ComplaintOutcome,
)
from portal.oversight.erase_complaint_texts import KEPT, erase_complaint_texts
from portal.oversight.file_complaint import file_complaint
from portal.oversight.remind_of_overdue import remind_of_overdue
from portal.oversight.state_on_complaint import state_on_complaint
from portal.oversight.take_complaint import take_complaint
from portal.oversight.withdraw_complaint import withdraw_complaint
from tests.oversight.complaints import WORDS, case_of, days_ago, filed, score_of
from tests.personas import People
from tests.use_cases.scenario import Case, scenario


@scenario(file_complaint, EventKind.COMPLAINT_FILED)
def about_an_own_score(people: People) -> Case:
    application = case_of(people)
    assert application.score_id is not None
    file = partial(
        file_complaint,
        about=ComplaintAbout.SCORE,
        subject_id=application.score_id,
        words=WORDS,
    )
    undecided = partial(file, about=ComplaintAbout.DECISION, subject_id=application.id)
    return Case(
        run=lambda: file(people.sara),
        about=lambda complaint: str(complaint.ref),
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (NotAllowed, lambda: file(people.sam)),
            (NotAllowed, lambda: file(people.bo)),
            (NotFound, lambda: file(people.mallory)),
            (NotFound, lambda: undecided(people.sara)),
            (NotFound, lambda: file(people.sara, about=ComplaintAbout.DATA, subject_id=uuid4())),
            (RuleBroken, lambda: file(people.sara, words="  ")),
            (RuleBroken, lambda: file(people.sara, words="x" * 2001)),
        ],
        afterwards=[(RuleBroken, lambda: file(people.sara, words="Something else."))],
    )


@scenario(file_complaint)
def the_same_words_again(people: People) -> Case:
    score_id = score_of(people)
    filed(people.sara, score_id)
    return Case(run=lambda: filed(people.sara, score_id))


@scenario(take_complaint, EventKind.COMPLAINT_TAKEN)
def by_the_operator(people: People) -> Case:
    complaint = filed(people.sara, score_of(people))
    take = partial(take_complaint, complaint_id=complaint.id)
    return Case(
        run=lambda: take(people.olga),
        about=complaint.ref,
        refused=[
            (NotAllowed, lambda: take(people.rita)),
            (NotAllowed, lambda: take(people.sara)),
            (NotFound, lambda: take_complaint(people.olga, complaint_id=uuid4())),
        ],
        afterwards=[(InvalidTransition, lambda: take(people.olga))],
    )


@scenario(answer_complaint, EventKind.COMPLAINT_ANSWERED)
def the_operator_answers_it(people: People) -> Case:
    complaint = filed(people.sara, score_of(people))

    def answer(actor: Actor = people.olga, text: str = "You are right.") -> Complaint:
        outcome = ComplaintOutcome.UPHELD
        return answer_complaint(actor, complaint_id=complaint.id, outcome=outcome, answer=text)

    return Case(
        run=answer,
        about=complaint.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (NotAllowed, partial(answer, people.rita)),
            (NotAllowed, partial(answer, people.bo)),
            (RuleBroken, partial(answer, text=" ")),
        ],
        afterwards=[
            (InvalidTransition, answer),
            (InvalidTransition, lambda: take_complaint(people.olga, complaint_id=complaint.id)),
        ],
    )


@scenario(withdraw_complaint, EventKind.COMPLAINT_WITHDRAWN)
def the_firm_takes_it_back(people: People) -> Case:
    complaint = filed(people.sara, score_of(people))
    withdraw = partial(withdraw_complaint, complaint_id=complaint.id)
    return Case(
        run=lambda: withdraw(people.sara),
        about=complaint.ref,
        refused=[
            (NotAllowed, lambda: withdraw(people.sam)),
            (NotAllowed, lambda: withdraw(people.olga)),
            (NotFound, lambda: withdraw(people.mallory)),
        ],
        afterwards=[(InvalidTransition, lambda: withdraw(people.sara))],
    )


@scenario(erase_complaint_texts, EventKind.COMPLAINT_TEXTS_ERASED)
def of_one_that_ended_years_ago(people: People) -> Case:
    old, young = (filed(people.sara, score_of(people)) for _ in range(2))
    for complaint in (old, young):
        withdraw_complaint(people.sara, complaint_id=complaint.id)
    filed_at = old.filed_at - KEPT - timedelta(days=1)
    ended = {"filed_at": filed_at, "answer_by": filed_at + ANSWER_WITHIN, "ended_at": filed_at}
    Complaint.objects.using("owner").filter(id=old.id).update(**ended)
    return Case(run=lambda: erase_complaint_texts(SystemActor("tests")), about=old.ref)


@scenario(state_on_complaint, EventKind.COMPLAINT_STATED)
def the_bank_says_its_side(people: People) -> Case:
    complaint = filed(people.sara, score_of(people))
    say = partial(state_on_complaint, complaint_id=complaint.id, statement="We asked twice.")
    return Case(
        run=lambda: say(people.bo),
        about=complaint.ref,
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (NotAllowed, lambda: say(people.sara)),
            (NotAllowed, lambda: say(people.olga)),
            (NotFound, lambda: say(people.ben)),
            (RuleBroken, lambda: say(people.bo, statement=" ")),
        ],
        afterwards=[(InvalidTransition, lambda: say(people.boss, statement="Or three times."))],
    )


@scenario(remind_of_overdue)
def one_is_overdue(people: People) -> Case:
    days_ago(filed(people.sara, score_of(people)), 21)
    return Case(
        run=lambda: remind_of_overdue(SystemActor("timer")), jobs=frozenset({Job.SEND_MESSAGE})
    )
