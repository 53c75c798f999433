"""The scores of a month are counted by the model's classes."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.modelwatch.models import SCORE, STEP

LOCK: Final = 7_202_611_230_001
# A score may be committed a little later than its own time says.
_TO_COUNT = """
    SELECT s.as_of_month FROM scoring_score s
    LEFT JOIN modelwatch_counted_month c ON c.as_of_month = s.as_of_month
    GROUP BY s.as_of_month, c.counted_at
    HAVING c.counted_at IS NULL OR max(s.created_at) >= c.counted_at - interval '10 minutes'
    ORDER BY s.as_of_month
"""
_EMPTIED = "UPDATE modelwatch_month_count SET firms = 0 WHERE as_of_month = %s"
_COUNTED = """
WITH newest AS (
  SELECT DISTINCT ON (bank_id, model_sha256, firm_id)
    bank_id, model_sha256, model_version, value, points
  FROM scoring_score WHERE as_of_month = %(month)s
  ORDER BY bank_id, model_sha256, firm_id, created_at DESC, id
), classed AS (
  SELECT bank_id, model_sha256, model_version, %(score)s AS part,
    coalesce(value / %(step)s * %(step)s, 0) AS of
  FROM newest
  UNION ALL
  SELECT n.bank_id, n.model_sha256, n.model_version, p.key, p.value::smallint
  FROM newest n CROSS JOIN jsonb_each_text(n.points) p
)
INSERT INTO modelwatch_month_count
  (as_of_month, model_sha256, model_version, bank_id, part, of, firms)
SELECT %(month)s, model_sha256, max(model_version), bank_id, part, of, count(*) FROM classed
GROUP BY model_sha256, bank_id, part, of
ON CONFLICT (model_sha256, bank_id, as_of_month, part, of) DO UPDATE SET firms = EXCLUDED.firms
"""
_MARKED = """
INSERT INTO modelwatch_counted_month (as_of_month, counted_at) VALUES (%s, %s)
ON CONFLICT (as_of_month) DO UPDATE SET counted_at = EXCLUDED.counted_at
"""


@transaction.atomic(durable=True)
def count_month(_actor: SystemActor, *, as_of_month: date) -> None:
    """Count a month anew; counted twice, or by two at once, it gives the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        began = timezone.now()
        cursor.execute(_EMPTIED, [as_of_month])
        cursor.execute(_COUNTED, {"month": as_of_month, "score": SCORE, "step": STEP})
        cursor.execute(_MARKED, [as_of_month, began])


def months_to_count() -> list[date]:
    """Months with scores that came after they were counted, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_COUNT)
        return [month for (month,) in cursor.fetchall()]
