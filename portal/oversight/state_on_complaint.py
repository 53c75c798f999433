"""The bank concerned says its side of a complaint."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition
from portal.oversight.complaint_models import Complaint
from portal.oversight.complaints import check_waiting, check_words, lock_complaint
from portal.oversight.telling import tell_of_statement


@transaction.atomic(durable=True)
def state_on_complaint(actor: Actor, *, complaint_id: UUID, statement: str) -> Complaint:
    """Put the bank's words beside the firm's, once; firm and answerer are told and read them.

    The same words sent again change nothing. NotAllowed for anybody but a bank's officers,
    NotFound for another bank's complaint, InvalidTransition once it is answered, taken back, or
    has the bank's statement, RuleBroken for an empty or overlong one.
    """
    require(actor, Permission.DISPUTE_ANSWER)
    complaint = lock_complaint(actor, complaint_id)
    words = check_words(statement)
    check_waiting(complaint)
    if complaint.statement:
        return _same_or_refused(complaint, words)
    complaint.statement = words
    complaint.stated_by, complaint.stated_at = actor.person_id, timezone.now()
    complaint.save(update_fields=["statement", "stated_by", "stated_at"])
    record(
        EventKind.COMPLAINT_STATED,
        actor=actor.ref,
        subject=complaint.ref,
        payload={"text_digest": complaint.digest_of(words)},
    )
    tell_of_statement(complaint)
    return complaint


def _same_or_refused(complaint: Complaint, words: str) -> Complaint:
    if complaint.statement != words:
        raise InvalidTransition(
            _("Your bank has made its statement on this complaint already."),
            code="complaint_stated",
        )
    return complaint
