"""What a firm can complain of: the thing itself, in the firm's own scope."""

from __future__ import annotations

from uuid import UUID

from portal.applications.access import application_for
from portal.consents.queries import consent_for
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.oversight.complaint_models import ComplaintAbout
from scoring.dispute_queries import bank_of_score


def bank_concerned(actor: Actor, *, about: ComplaintAbout, subject_id: UUID) -> UUID:
    """The bank that the thing was made for or by.

    NotFound for another firm's, for none at all, and for an application without a decision.
    """
    match about:
        case ComplaintAbout.SCORE:
            return bank_of_score(actor, subject_id)
        case ComplaintAbout.DECISION:
            application = application_for(actor, subject_id)
            if application.decision is None:
                raise NotFound(code="decision_not_found")
            return application.bank_id
        case ComplaintAbout.CONSENT | ComplaintAbout.DATA | ComplaintAbout.LOOK:
            return consent_for(actor, subject_id).bank_id
