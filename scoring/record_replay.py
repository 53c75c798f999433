"""What a replay found is kept and recorded."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import SystemActor
from scoring.code_version import engine_version
from scoring.models import Replay
from scoring.replaying import Replayed


@transaction.atomic(durable=True)
def record_replay(
    actor: SystemActor, *, score_id: UUID, replay_id: UUID, found: Replayed
) -> Replay:
    """Store the outcome under the id that was asked with; a second call changes nothing.

    Refuses (IntegrityError) a score that there isn't.
    """
    replay, created = Replay.objects.get_or_create(
        id=replay_id,
        defaults={
            "score_id": score_id,
            "extent": found.extent,
            "records_refused": found.records_refused,
            "compared": list(found.compared),
            "differing": list(found.differing),
            "code_version": engine_version(),
        },
    )
    if created:
        record(
            EventKind.SCORE_REPLAYED,
            actor=actor.ref,
            subject=f"score:{score_id}",
            payload={"extent": f"from_{found.extent}", "outcome": found.outcome},
        )
    return replay
