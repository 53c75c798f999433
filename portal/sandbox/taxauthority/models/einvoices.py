"""E-invoices that were handed out as files, and the lists that say what has become of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class EInvoiceStatus(models.TextChoices):
    VALID = "valid"
    VOID = "void"
    REVERSED = "reversed"


class EInvoice(models.Model):
    """One invoice that left the house as a signed file; its status may change afterwards."""

    number = models.CharField(max_length=20, primary_key=True)
    firm = models.ForeignKey("Firm", on_delete=models.PROTECT, related_name="einvoices")
    status = models.CharField(max_length=8, choices=EInvoiceStatus.choices)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "taxauthority_einvoice"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="taxauthority_einvoice_status",
                condition=models.Q(status__in=EInvoiceStatus.values),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.status})"


class PublishedStatuses(models.Model):
    """A status list as it was signed; ``id`` is its serial number."""

    token = models.TextField()
    issued_at = models.DateTimeField()

    class Meta:
        db_table = "taxauthority_published_statuses"

    def __str__(self) -> str:
        return f"list {self.id} of {self.issued_at}"
