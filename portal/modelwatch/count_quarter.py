"""The decisions of a quarter are counted by class of firm."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from portal.core.actor import SystemActor
from portal.core.months import SHANGHAI
from portal.modelwatch.fairness_models import Dimension
from scoring.engine.regions import PROVINCES

LOCK: Final = 7_202_611_230_002
# A decision may be committed a little later than its own time says.
_TO_COUNT = """
    SELECT d.quarter FROM (
      SELECT date_trunc('quarter', decided_at AT TIME ZONE 'Asia/Shanghai')::date AS quarter,
        decided_at
      FROM applications_decision
    ) d
    LEFT JOIN modelwatch_counted_quarter c ON c.first_day = d.quarter
    WHERE d.quarter < date_trunc('quarter', now() AT TIME ZONE 'Asia/Shanghai')::date
    GROUP BY d.quarter, c.counted_at
    HAVING c.counted_at IS NULL OR max(d.decided_at) >= c.counted_at - interval '10 minutes'
    ORDER BY d.quarter
"""
_EMPTIED = "DELETE FROM modelwatch_quarter_count WHERE first_day = %s"
_COUNTED = """
WITH newest AS (
  SELECT DISTINCT ON (a.bank_id, a.firm_id)
    a.bank_id, a.firm_id, o.uscc, d.outcome, d.inputs,
    CASE WHEN d.decided_by IS NOT NULL THEN d.inputs #>> '{policy,answer,verdict}' END AS verdict
  FROM applications_decision d
  JOIN applications_application a ON a.id = d.application_id
  JOIN accounts_organisation o ON o.id = a.firm_id
  WHERE d.decided_at >= %(begin)s AND d.decided_at < %(end)s
  ORDER BY a.bank_id, a.firm_id, d.decided_at DESC, d.id
), facts AS (
  SELECT n.bank_id, n.outcome, n.verdict,
    (n.inputs #>> '{score,value}')::int AS value,
    CASE WHEN substr(n.uscc, 3, 2) = ANY(%(provinces)s) THEN substr(n.uscc, 3, 2) ELSE '' END
      AS region,
    coalesce(s.firm_size, '') AS size, coalesce(i.section, '') AS industry
  FROM newest n
  LEFT JOIN scoring_score s ON s.id = (n.inputs #>> '{score,id}')::uuid
  LEFT JOIN sign.firm_industry i ON i.firm = n.firm_id
), classed AS (
  SELECT f.*, %(region)s AS dimension, f.region AS of FROM facts f
  UNION ALL
  SELECT f.*, %(size)s, f.size FROM facts f
  UNION ALL
  SELECT f.*, %(industry)s, f.industry FROM facts f
)
INSERT INTO modelwatch_quarter_count
  (first_day, bank_id, dimension, of, approved, declined, followed, overruled, scored, score_sum)
SELECT %(quarter)s, bank_id, dimension, of,
  count(*) FILTER (WHERE outcome = 'approve'), count(*) FILTER (WHERE outcome = 'decline'),
  count(*) FILTER (WHERE verdict IN ('approve', 'decline') AND verdict = outcome),
  count(*) FILTER (WHERE verdict IN ('approve', 'decline') AND verdict <> outcome),
  count(value), coalesce(sum(value), 0)
FROM classed GROUP BY bank_id, dimension, of
"""
_MARKED = """
INSERT INTO modelwatch_counted_quarter (first_day, counted_at) VALUES (%s, %s)
ON CONFLICT (first_day) DO UPDATE SET counted_at = EXCLUDED.counted_at
"""


@transaction.atomic(durable=True)
def count_quarter(_actor: SystemActor, *, first_day: date) -> None:
    """Count a quarter anew; counted twice, or by two at once, it gives the same."""
    asked: dict[str, date | datetime | str | list[str]] = {
        "quarter": first_day,
        "begin": _midnight(first_day),
        "end": _midnight(next_quarter(first_day)),
        "provinces": list(PROVINCES),
        "region": Dimension.REGION.value,
        "size": Dimension.SIZE.value,
        "industry": Dimension.INDUSTRY.value,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        began = timezone.now()
        cursor.execute(_EMPTIED, [first_day])
        cursor.execute(_COUNTED, asked)
        cursor.execute(_MARKED, [first_day, began])


def quarters_to_count() -> list[date]:
    """Quarters that are over and have decisions that were not counted, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_COUNT)
        return [quarter for (quarter,) in cursor.fetchall()]


def next_quarter(first_day: date) -> date:
    """The first day of the quarter after."""
    year, month = divmod(first_day.year * 12 + first_day.month + 2, 12)
    return date(year, month + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
