"""Hints about a firm's invoices, beside a score and never in it."""

from __future__ import annotations

from django.db import models


class SignalSet(models.Model):
    """What one reading hinted at; written once with its score, erased with the score's figures.

    ``found``: code, strength, months, the measure's band in percent, and the false alarms that were
    measured when it was computed. ``not_computable``: codes.
    """

    score = models.OneToOneField(
        "scoring.Score", primary_key=True, on_delete=models.PROTECT, related_name="signals"
    )
    found = models.JSONField()
    not_computable = models.JSONField()

    class Meta:
        db_table = "scoring_signals"

    def __str__(self) -> str:
        return str(self.score_id)
