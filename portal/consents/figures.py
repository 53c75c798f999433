"""Figures made from a consent's records that are still kept: what an erasing has to reach, too.

They are the scoring room's, which lies above this one and erases them; here they are only counted
by their tables' names, with a right to no more than the ids.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

_LEFT = """
    SELECT EXISTS (
        SELECT FROM scoring_score s
        WHERE s.firm_id = %s AND s.consent_id = %s AND (
            EXISTS (SELECT FROM scoring_feature_vector v WHERE v.score_id = s.id)
            OR EXISTS (SELECT FROM scoring_figures f WHERE f.score_id = s.id)
            OR EXISTS (SELECT FROM scoring_monthly_sales m WHERE m.score_id = s.id)
            OR EXISTS (SELECT FROM scoring_signals n WHERE n.score_id = s.id))
    )
"""


def figures_are_left(consent_id: UUID, *, firm_id: UUID) -> bool:
    """Whether figures made from the records under this consent of the firm are still kept."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [firm_id, consent_id])
        ((are_left,),) = cursor.fetchall()
    return bool(are_left)
