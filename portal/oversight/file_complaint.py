"""A firm complains of something that was done to it here."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import RuleBroken, TooMany
from portal.oversight.complaint_models import ANSWER_WITHIN, Complaint, ComplaintAbout
from portal.oversight.complaint_things import bank_concerned
from portal.oversight.complaints import check_words
from portal.oversight.telling import tell_of_complaint

# Each goes to the operator's and a bank's people by mail, and taking one back makes room again.
MOST_A_DAY: Final = 50


@transaction.atomic(durable=True)
def file_complaint(
    actor: Actor, *, about: ComplaintAbout, subject_id: UUID, words: str, look: UUID | None = None
) -> Complaint:
    """File a complaint; operator and bank are told, and it has to be answered within 20 days.

    ``look`` is the event that a look at the data left on the ledger, ``subject_id`` its consent.
    Sent twice in the same words it is filed once. NotAllowed for anybody who may not act for a
    firm, NotFound for what is not the firm's, RuleBroken for an empty or overlong text and while
    another one of the same thing waits for its answer, TooMany beyond `MOST_A_DAY`.
    """
    require(actor, Permission.COMPLAINT_FILE)
    bank_id = bank_concerned(actor, about=about, subject_id=subject_id, look=look)
    complaint = _fresh(actor, about, subject_id, look)
    complaint.bank_id, complaint.words = bank_id, check_words(words)
    _check_not_flooded(complaint)
    # ON CONFLICT DO NOTHING waits for a concurrent twin to commit, so the look-up below sees it.
    Complaint.objects.bulk_create([complaint], ignore_conflicts=True)
    if not Complaint.objects.filter(id=complaint.id).exists():
        return _twin_of(complaint)
    record(
        EventKind.COMPLAINT_FILED,
        actor=actor.ref,
        subject=complaint.ref,
        payload={
            "firm": str(complaint.firm_id),
            "bank": str(bank_id),
            "about": about.value,
            "complained_of": complaint.subject_ref,
            "look": None if look is None else str(look),
            "answer_by": f"{complaint.answer_by.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
            "text_digest": complaint.digest_of(complaint.words),
        },
    )
    tell_of_complaint(complaint)
    return complaint


def _fresh(actor: Actor, about: ComplaintAbout, subject_id: UUID, look: UUID | None) -> Complaint:
    now = timezone.now()
    return Complaint(
        about=about,
        subject_id=subject_id,
        look=look,
        firm_id=str(actor.organisation_id),
        filed_by=actor.person_id,
        filed_at=now,
        answer_by=now + ANSWER_WITHIN,
    )


def _check_not_flooded(complaint: Complaint) -> None:
    since = complaint.filed_at - timedelta(days=1)
    filed = Complaint.objects.filter(firm_id=complaint.firm_id, filed_at__gt=since)
    if filed.count() >= MOST_A_DAY:
        raise TooMany(
            _("Your firm has sent too many complaints today. Those that are sent are looked at."),
            code="too_many_complaints",
        )


def _twin_of(complaint: Complaint) -> Complaint:
    same = Complaint.objects.filter(
        firm_id=complaint.firm_id,
        about=complaint.about,
        subject_id=complaint.subject_id,
        look=complaint.look,
        words=complaint.words,
    )
    twin = same.waiting().first()
    if twin is None:
        raise RuleBroken(
            _("A complaint about this is open already; it has to be answered first."),
            code="complaint_open",
        )
    return twin
