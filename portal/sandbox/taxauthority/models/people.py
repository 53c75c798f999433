"""People whom the authority knows, and for which firms they may speak."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from portal.sandbox.taxauthority.records.kinds import Role


class Person(models.Model):
    """A person registered for electronic filing; ``id`` is what other parties learn."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    login = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    password = models.CharField(max_length=200)

    class Meta:
        db_table = "taxauthority_person"

    def __str__(self) -> str:
        return self.login


class Mandate(models.Model):
    """The authority's own record of who may act for a firm, and until when."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    firm = models.ForeignKey("Firm", on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=24, choices=Role.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "taxauthority_mandate"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "firm", "role"],
                condition=models.Q(ends_at=None),
                name="taxauthority_mandate_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} of {self.firm_id}"


class EndedMandate(models.Model):
    """A line of the list that asking sides follow; ``serial`` counts from 1 without a gap."""

    serial = models.BigIntegerField(primary_key=True)
    uscc = models.CharField(max_length=18)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=Role.choices)
    ended_at = models.DateTimeField()

    class Meta:
        db_table = "taxauthority_ended_mandate"

    def __str__(self) -> str:
        return f"{self.serial}: {self.person_id} {self.role} of {self.uscc}"


class SignInFailure(models.Model):
    """A failed sign-in; enough of them within a while lock the login name."""

    login = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "taxauthority_sign_in_failure"
        indexes: ClassVar = [
            models.Index(fields=["login", "at"]),
            models.Index(fields=["address", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.login} at {self.at}"
