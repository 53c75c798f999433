"""The loans paid out in a quarter are counted by the band of the score they were granted on."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.modelwatch.count_quarter import next_quarter

LOCK: Final = 7_202_611_230_003
# A corrected day of payout concerns the quarter before as well: each quarter that any statement
# about a loan has named. A statement may be committed a little later than its own time says.
_TO_COUNT = """
    SELECT q.first_day FROM (
      SELECT date_trunc('quarter', o.paid_out_on)::date AS first_day, max(n.noted_at) AS newest
      FROM modelwatch_loan_outcome o
      JOIN modelwatch_loan_outcome n USING (application_id)
      GROUP BY 1
    ) q
    LEFT JOIN modelwatch_counted_vintage c USING (first_day)
    WHERE c.counted_at IS NULL OR q.newest >= c.counted_at - interval '10 minutes'
    ORDER BY q.first_day
"""
_EMPTIED = "DELETE FROM modelwatch_vintage_count WHERE first_day = %s"
_COUNTED = """
WITH loan AS (
  SELECT DISTINCT ON (application_id) application_id, bank_id, paid_out_on, overdue_90_on
  FROM modelwatch_loan_outcome ORDER BY application_id, noted_at DESC, id
)
INSERT INTO modelwatch_vintage_count
  (first_day, model_sha256, model_version, bank_id, band, loans, bad, foreseen_ppm)
SELECT %(begin)s, s.model_sha256, min(s.model_version), l.bank_id, s.band, count(*),
  count(*) FILTER (WHERE l.overdue_90_on < l.paid_out_on + interval '1 year'),
  sum(s.pd_ppm)
FROM loan l
JOIN applications_offer o ON o.application_id = l.application_id
JOIN applications_decision d ON d.id = o.decision_id
JOIN scoring_score s ON s.id = (d.inputs #>> '{score,id}')::uuid
WHERE l.paid_out_on >= %(begin)s AND l.paid_out_on < %(end)s AND s.pd_ppm IS NOT NULL
GROUP BY s.model_sha256, l.bank_id, s.band
"""
_MARKED = """
INSERT INTO modelwatch_counted_vintage (first_day, counted_at) VALUES (%s, %s)
ON CONFLICT (first_day) DO UPDATE SET counted_at = EXCLUDED.counted_at
"""


@transaction.atomic(durable=True)
def count_vintage(_actor: SystemActor, *, first_day: date) -> None:
    """Count a quarter's loans anew; counted twice, or by two at once, it gives the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        began = timezone.now()
        cursor.execute(_EMPTIED, [first_day])
        cursor.execute(_COUNTED, {"begin": first_day, "end": next_quarter(first_day)})
        cursor.execute(_MARKED, [first_day, began])


def vintages_to_count() -> list[date]:
    """Quarters about whose loans something was said since they were counted, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_COUNT)
        return [first_day for (first_day,) in cursor.fetchall()]
