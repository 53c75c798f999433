"""What was said to whom, when it left, and whether it was read in the portal."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Message(models.Model):
    """One message. Its id is that of the job that asked for it, so a repeat makes no second.

    ``values`` fill its text when it is read in the portal; None for one that opens something, such
    as a link that sets a password, which only the mail holds.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    subject_ref = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    values = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_ref", "created_at"], name="notifications_message_of"),
            models.Index(
                fields=["subject_ref"],
                name="notifications_unread",
                condition=Q(read_at__isnull=True, values__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.subject_ref}"
