"""Firms and their invoices, packed by month and direction."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from portal.sandbox.taxauthority.records.kinds import Direction


class Firm(models.Model):
    """A taxpayer. ``code`` is how the source names it; the USCC follows from it for ever."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=64, unique=True)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200)
    # Section letter of GB/T 4754; empty where the source doesn't say it.
    industry = models.CharField(max_length=1, blank=True, default="")
    is_simulated = models.BooleanField(default=False)
    # The last month that the source covers in full; null until there are records.
    as_of_month = models.DateField(null=True)
    # Whole months by which dates are moved when records are served; the store keeps them as read.
    shift_months = models.IntegerField(default=0)

    class Meta:
        db_table = "taxauthority_firm"

    def __str__(self) -> str:
        return f"{self.name} ({self.uscc})"


class Packet(models.Model):
    """All invoices of one firm, direction and month, in the form of `records.packing`."""

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="packets")
    direction = models.SmallIntegerField(choices=Direction.choices)
    month = models.DateField()
    rows = models.PositiveIntegerField()
    digest = models.BinaryField()
    content = models.BinaryField()

    class Meta:
        db_table = "taxauthority_packet"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "month", "direction"], name="taxauthority_packet_once"
            ),
            models.CheckConstraint(condition=models.Q(rows__gt=0), name="taxauthority_packet_rows"),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.month:%Y-%m} {self.direction}: {self.rows}"
