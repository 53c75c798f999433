"""Storage of the activity log."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class ActivityRow(models.Model):
    """One act; `actor` and `subject` are references, so that the log outlives what it names."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    actor = models.CharField(max_length=80, blank=True)
    organisation = models.UUIDField(null=True)
    activity = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)
    address = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "accounts"
        db_table = "accounts_activity"
        indexes: ClassVar = [
            models.Index(fields=["at"], name="accounts_activity_at"),
            models.Index(fields=["subject", "-at"], name="accounts_activity_subject"),
            models.Index(fields=["actor", "-at"], name="accounts_activity_actor"),
            models.Index(fields=["organisation", "-at"], name="accounts_activity_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.activity} {self.subject}"
