"""Returns and ratings of a firm."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class TaxFiling(models.Model):
    """One return or rating. Months are as served: a firm's shift of dates does not move them."""

    firm = models.ForeignKey("Firm", on_delete=models.CASCADE, related_name="filings")
    category = models.CharField(max_length=40)
    kind = models.CharField(max_length=16, blank=True, default="")
    first_month = models.DateField()
    last_month = models.DateField()
    content = models.JSONField()

    class Meta:
        db_table = "taxauthority_filing"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "category", "last_month", "kind"], name="taxauthority_filing_once"
            ),
            models.CheckConstraint(
                condition=models.Q(first_month__lte=models.F("last_month")),
                name="taxauthority_filing_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.category} {self.last_month:%Y-%m}"
