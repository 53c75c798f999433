"""Asking the vault worker to compute a score again: by an operator's command."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.core.actor import SystemActor
from portal.core.errors import NotFound
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from scoring.models import Score


@transaction.atomic(durable=True)
def ask_replay(actor: SystemActor, *, score_id: UUID) -> UUID:
    """Enqueue one replay and return its id; NotFound for a score that there isn't."""
    if not Score.objects.filter(id=score_id).exists():
        raise NotFound(code="score_not_found")
    return enqueue(Job.REPLAY_SCORE, subject=f"score:{score_id}")
