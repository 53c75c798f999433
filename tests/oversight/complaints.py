"""Complaints as sara's firm files them about a decided case at bo's bank."""

from __future__ import annotations

from uuid import UUID

from portal.applications.models import LoanApplication
from portal.core.actor import Actor
from portal.oversight.complaint_models import Complaint, ComplaintAbout
from portal.oversight.file_complaint import file_complaint
from tests.applications.cases import new_product, under_review
from tests.personas import People

WORDS = "The figures of March are not ours."


def case_of(people: People) -> LoanApplication:
    """With a consent and a score, and no decision yet."""
    return under_review(people.sara, new_product(people.bo.organisation_id))


def filed(
    actor: Actor, subject_id: UUID | None, about: ComplaintAbout = ComplaintAbout.SCORE
) -> Complaint:
    """The actor's complaint about a thing that there is."""
    assert subject_id is not None
    return file_complaint(actor, about=about, subject_id=subject_id, words=WORDS)
