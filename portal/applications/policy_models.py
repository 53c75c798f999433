"""What a product's policy said of a case, with all that it saw."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone


class PolicyRun(models.Model):
    """One answer of the version that was in force when the case was scored; never changed.

    Of an application's runs the one about its present score counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(
        "applications.LoanApplication", on_delete=models.PROTECT, related_name="policy_runs"
    )
    score_id = models.UUIDField()
    version = models.ForeignKey(
        "products.ProductVersion", on_delete=models.PROTECT, related_name="+"
    )
    inputs = models.JSONField()
    answer = models.JSONField()
    ran_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "applications_policy_run"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "score_id"], name="policy_run_once_per_score"
            )
        ]

    def __str__(self) -> str:
        return f"policy on {self.application_id}"

    def frozen(self) -> dict[str, object]:
        """What a decision keeps of it, in a form that JSON can hold."""
        return {"inputs": self.inputs, "answer": self.answer}
