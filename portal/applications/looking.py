"""Looking at what was learnt from a firm's tax data is put on the ledger."""

from __future__ import annotations

from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.look_models import CaseLook, Through
from portal.applications.models import LoanApplication
from portal.core.actor import Actor
from portal.core.months import SHANGHAI


def note_look(actor: Actor, application: LoanApplication, through: Through) -> None:
    """Record the look under the case's consent, in the caller's transaction.

    At most once for each actor, case, way and day, so that reloading a page doesn't flood the
    ledger. A case without a consent shows nothing that came from tax data.
    """
    if application.consent_id is None:
        return
    today = timezone.now().astimezone(SHANGHAI).date()
    look = CaseLook(application=application, actor=actor.ref, through=through, day=today)
    # ON CONFLICT DO NOTHING waits for a twin to commit: only one of two finds its own row.
    CaseLook.objects.bulk_create([look], ignore_conflicts=True)
    if not CaseLook.objects.filter(id=look.id).exists():
        return
    record(
        EventKind.DATA_VIEWED,
        actor=actor.ref,
        subject=f"consent:{application.consent_id}",
        payload={
            "bank": str(application.bank_id),
            "application": str(application.id),
            "through": through.value,
        },
    )
