"""What a firm can complain of: the thing itself, in the firm's own scope."""

from __future__ import annotations

from uuid import UUID

from ledger.queries import entry_of_event
from portal.applications.access import application_for
from portal.consents.queries import consent_for
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.oversight.complaint_models import ComplaintAbout
from portal.oversight.looks import RECORDED_AS
from scoring.dispute_queries import bank_of_score


def bank_concerned(
    actor: Actor, *, about: ComplaintAbout, subject_id: UUID, look: UUID | None
) -> UUID:
    """The bank that the thing was made for or by.

    NotFound for another firm's, for none at all, for an application without a decision, and for a
    look that is no look under that consent.
    """
    if not _is_look_or_none(about, subject_id, look):
        raise NotFound(code="look_not_found")
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


def _is_look_or_none(about: ComplaintAbout, consent_id: UUID, look: UUID | None) -> bool:
    if about is not ComplaintAbout.LOOK or look is None:
        return about is not ComplaintAbout.LOOK and look is None
    entry = entry_of_event(look)
    if entry is None or entry.kind not in RECORDED_AS.values():
        return False
    return entry.subject == f"consent:{consent_id}"
