"""What was said to whom, and when it left."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Message(models.Model):
    """One message. Its id is that of the job that asked for it, so a repeat makes no second."""

    id = models.UUIDField(primary_key=True, editable=False)
    subject_ref = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_ref", "created_at"], name="notifications_message_of")
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.subject_ref}"
