"""The firm's figures leave reasons and recourse for a table that is erased with the vector."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

# Figures of a score whose vector is erased are not kept: they should have gone with it.
KEEP = """
    INSERT INTO scoring_figures (score_id, figures)
    SELECT s.id, (
        SELECT coalesce(jsonb_object_agg(said ->> 'feature', said -> 'figure'), '{}')
        FROM jsonb_array_elements(
            s.reasons || coalesce(s.recourse -> 'changes', '[]')
        ) AS said
    )
    FROM scoring_score s
    WHERE EXISTS (SELECT FROM scoring_monthly_sales m WHERE m.score_id = s.id)
"""
STRIP = """
    UPDATE scoring_score SET
        reasons = (
            SELECT coalesce(jsonb_agg(said - 'figure' ORDER BY place), '[]')
            FROM jsonb_array_elements(reasons) WITH ORDINALITY AS one (said, place)
        ),
        recourse = CASE WHEN recourse ? 'changes' THEN recourse || jsonb_build_object(
            'changes', (
                SELECT coalesce(jsonb_agg(said - 'figure' ORDER BY place), '[]')
                FROM jsonb_array_elements(recourse -> 'changes') WITH ORDINALITY AS one (said, place)
            )
        ) ELSE recourse END
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0005_vector_keys")]
    operations = [
        migrations.CreateModel(
            name="Figures",
            fields=[
                (
                    "score",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="scoring.score",
                    ),
                ),
                ("figures", models.JSONField()),
            ],
            options={"db_table": "scoring_figures"},
        ),
        migrations.RunSQL([KEEP, STRIP], migrations.RunSQL.noop),
    ]
