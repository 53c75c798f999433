"""What was computed from a firm's records goes with them; the commitment stays."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from ledger.kinds import EventKind
from ledger.recording import record
from portal.consents.queries import consent_state
from portal.consents.transitions import STANDING
from portal.core.actor import SystemActor
from portal.core.errors import RuleBroken
from scoring.models import ChallengerScore, FeatureVector, Figures, MonthlySales, Score, SignalSet


@transaction.atomic(durable=True)
def erase_features(actor: SystemActor, *, consent_id: UUID) -> int:
    """Erase all that an ended consent's scores rest on: vectors, figures, sales, signals, rivals.

    Returns how many there were; none the second time, and then nothing is recorded. Refuses
    (RuleBroken, consent_not_ended) a consent that lives or can live again, and an unknown one.
    """
    state = consent_state(consent_id)
    if state is None or state in STANDING:
        raise RuleBroken(code="consent_not_ended")
    # An ended consent publishes nothing (`require_live`), so no row can come in between.
    behind = (
        Q(featurevector__isnull=False)
        | Q(figures__isnull=False)
        | Q(monthlysales__isnull=False)
        | Q(signals__isnull=False)
    )
    erased = Score.objects.filter(behind, consent_id=consent_id).count()
    FeatureVector.objects.filter(score__consent_id=consent_id).delete()
    Figures.objects.filter(score__consent_id=consent_id).delete()
    MonthlySales.objects.filter(score__consent_id=consent_id).delete()
    SignalSet.objects.filter(score__consent_id=consent_id).delete()
    ChallengerScore.objects.filter(score__consent_id=consent_id).delete()
    if erased:
        record(
            EventKind.FEATURES_ERASED,
            actor=actor.ref,
            subject=f"consent:{consent_id}",
            payload={"scores": erased},
        )
    return erased
