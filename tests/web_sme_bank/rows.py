"""Many rows of one kind for lists, without the work that each would take."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from scoring.models import Dispute, Score


def more_scores(score_id: UUID, number: int) -> list[Score]:
    """Older answers about the same application, each of another input."""
    like = Score.objects.get(id=score_id)
    rows = []
    for back in range(1, number + 1):
        row = Score.objects.get(id=score_id)
        row.id, row.input_digest = uuid4(), uuid4().hex
        row.created_at = like.created_at - timedelta(days=back)
        rows.append(row)
    return Score.objects.using("owner").bulk_create(rows)


def more_disputes(dispute: Dispute, number: int) -> list[Dispute]:
    """Open disputes of as many other scores, each due an hour after the one before."""
    return Dispute.objects.using("owner").bulk_create(
        Dispute(
            score=score,
            firm_id=dispute.firm_id,
            bank_id=dispute.bank_id,
            application_id=dispute.application_id,
            about=dispute.about,
            statement="Again.",
            opened_by=dispute.opened_by,
            opened_at=dispute.opened_at,
            answer_by=dispute.answer_by + timedelta(hours=hour),
        )
        for hour, score in enumerate(more_scores(dispute.score_id, number), start=1)
    )
