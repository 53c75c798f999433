"""The net under the erasing of figures: a job that was lost or gave up is asked for again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db import connections, transaction
from django.utils import timezone

from portal.consents.transitions import STANDING
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from portal.jobs.models import OPEN

PATIENCE: Final = timedelta(minutes=5)
# Starts from what is kept: the figures of every consent ever given are long erased.
_LEFT = """
    SELECT DISTINCT s.consent_id
    FROM (SELECT v.score_id FROM scoring_feature_vector v
        UNION SELECT f.score_id FROM scoring_figures f
        UNION SELECT m.score_id FROM scoring_monthly_sales m
        UNION SELECT n.score_id FROM scoring_signals n) AS kept
        JOIN scoring_score s ON s.id = kept.score_id
        JOIN gate.consent_status c ON c.id = s.consent_id
    WHERE c.state <> ALL (%s)
        AND NOT EXISTS (SELECT FROM jobs_job j
            WHERE j.subject = 'consent:' || s.consent_id AND j.name = %s
                AND (j.status = ANY (%s) OR j.created_at > %s))
    LIMIT 100
"""


def renew_erasing(*, using: str = "default") -> int:
    """Ask again for figures to be erased that an ended consent still has; how many consents.

    Not while a job for them is open, nor within five minutes of the last. For the watchdog's
    log-in.
    """
    asked: list[Any] = [list(STANDING), Job.ERASE_FEATURES, list(OPEN), timezone.now() - PATIENCE]
    with transaction.atomic(using=using, durable=True):
        with connections[using].cursor() as cursor:
            cursor.execute(_LEFT, asked)
            left = [row[0] for row in cursor.fetchall()]
        for consent_id in left:
            enqueue(Job.ERASE_FEATURES, subject=f"consent:{consent_id}", using=using)
    return len(left)
