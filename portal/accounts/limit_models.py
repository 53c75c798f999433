"""Storage of what is counted against limits."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class CountedAct(models.Model):
    """One act, forgotten when its limit's time is over; ``key`` is a digest, never an address."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "accounts"
        indexes: ClassVar = [
            models.Index(fields=["key", "at"], name="accounts_counted_key"),
            models.Index(fields=["at"], name="accounts_counted_at"),
        ]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.at:%Y-%m-%d %H:%M}"
