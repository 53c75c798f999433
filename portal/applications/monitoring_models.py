"""Consents that were asked for to watch over one loan."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class MonitoringAsk(models.Model):
    """A request for such a consent; ``request_id`` is the consent's id too, if one comes of it."""

    request_id = models.UUIDField(primary_key=True)
    application = models.ForeignKey(
        "applications.LoanApplication", on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "applications_monitoring_ask"

    def __str__(self) -> str:
        return f"monitoring of {self.application_id}"
