"""Complaints as sara's firm files them about a decided case at bo's bank."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from portal.applications.models import LoanApplication
from portal.core.actor import Actor
from portal.oversight.complaint_models import ANSWER_WITHIN, Complaint, ComplaintAbout
from portal.oversight.file_complaint import file_complaint
from tests.applications.cases import new_product, under_review
from tests.personas import People

WORDS = "The figures of March are not ours."


def case_of(people: People) -> LoanApplication:
    """With a consent and a score, and no decision yet."""
    return under_review(people.sara, new_product(people.bo.organisation_id))


def score_of(people: People) -> UUID:
    """Of such a case."""
    score_id = case_of(people).score_id
    assert score_id is not None
    return score_id


def filed(
    actor: Actor, subject_id: UUID, about: ComplaintAbout = ComplaintAbout.SCORE
) -> Complaint:
    """The actor's complaint about a thing that there is."""
    return file_complaint(actor, about=about, subject_id=subject_id, words=WORDS)


def more_complaints(like: Complaint, number: int) -> list[Complaint]:
    """As many others, each about another thing and a minute younger than the one before."""
    rows = []
    for minutes in range(1, number + 1):
        filed_at = like.filed_at + timedelta(minutes=minutes)
        rows.append(
            Complaint(
                about=like.about,
                subject_id=uuid4(),
                firm_id=like.firm_id,
                bank_id=like.bank_id,
                words=like.words,
                filed_by=like.filed_by,
                filed_at=filed_at,
                answer_by=filed_at + ANSWER_WITHIN,
            )
        )
    return Complaint.objects.using("owner").bulk_create(rows)


def days_ago(complaint: Complaint, days: int) -> None:
    """As if it had been filed so many days earlier."""
    filed_at = complaint.filed_at - timedelta(days=days)
    Complaint.objects.using("owner").filter(id=complaint.id).update(
        filed_at=filed_at, answer_by=filed_at + ANSWER_WITHIN
    )
