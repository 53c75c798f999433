"""A firm puts a score before a person."""

from __future__ import annotations

from datetime import UTC
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import NotFound, RuleBroken
from scoring.dispute_rules import ANSWER_WITHIN, check_text
from scoring.models import Dispute, DisputeAbout, DisputeStatus, Score
from scoring.telling import tell_bank


@transaction.atomic(durable=True)
def open_dispute(actor: Actor, *, score_id: UUID, about: DisputeAbout, statement: str) -> Dispute:
    """Dispute one of the firm's scores; the bank's people are told and have 20 days to answer.

    NotAllowed for anybody who may not act for a firm, NotFound for another firm's score,
    RuleBroken for a score that belongs to no application, while a dispute of this score is open,
    and for an empty or overlong statement.
    """
    require(actor, Permission.SCORE_DISPUTE)
    score = Score.objects.filter(id=score_id, firm_id=str(actor.organisation_id)).first()
    if score is None:
        raise NotFound(code="score_not_found")
    if score.application_id is None:
        raise RuleBroken(
            _("This score belongs to no application: write to the bank, or file a complaint."),
            code="score_without_case",
        )
    now = timezone.now()
    dispute, created = Dispute.objects.get_or_create(
        score=score,
        status=DisputeStatus.OPEN,
        defaults={
            "firm_id": score.firm_id,
            "bank_id": score.bank_id,
            "application_id": score.application_id,
            "about": about,
            "statement": check_text(statement),
            "opened_by": actor.person_id,
            "opened_at": now,
            "answer_by": now + ANSWER_WITHIN,
        },
    )
    if not created:
        raise RuleBroken(_("This score is disputed already."), code="dispute_open")
    record(
        EventKind.DISPUTE_OPENED,
        actor=actor.ref,
        subject=dispute.ref,
        payload={
            "score_id": str(score.id),
            "firm": str(score.firm_id),
            "bank": str(score.bank_id),
            "about": about.value,
            "answer_by": f"{dispute.answer_by.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
        },
    )
    tell_bank(dispute)
    return dispute
