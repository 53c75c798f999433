"""What a dead consent does to a case at once, before any job has run: sealing is read-time."""

from __future__ import annotations

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from portal.applications.action_reasons import ActionReason
from portal.applications.transitions import IN_WORK, WITH_BANK, Status

# The gate's view is the one place that says what state a consent is in (portal/consents/sql).
# A scalar sub-query is asked row by row, for the few that a page shows; as ``IN`` it would be
# joined with every consent there is.
UNDER_LIVE_CONSENT = Q(
    RawSQL(
        "coalesce((SELECT s.state FROM gate.consent_status s"
        " WHERE s.id = applications_application.consent_id), '') = 'active'",
        (),
        output_field=BooleanField(),
    )
)


def effective_status(status: str, *, is_live: bool) -> Status:
    """The status that pages show: an undecided case without a live consent waits for its firm."""
    known = Status(status)
    if known in IN_WORK and not is_live:
        return Status.ACTION_REQUIRED
    return known


# Before the bank, also while the bank waits for an answer to its own question.
BEFORE_BANK = Q(status__in=sorted(WITH_BANK)) | Q(action_reason=ActionReason.QUESTION)


def is_score_open(status: str, *, is_live: bool, is_asked: bool = False) -> bool:
    """Whether the bank may see the score itself (a decided case shows its frozen record)."""
    return (Status(status) in WITH_BANK or is_asked) and is_live
