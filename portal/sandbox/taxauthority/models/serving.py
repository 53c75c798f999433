"""What the authority has asserted, served and been told to stop."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class IssuedAssertion(models.Model):
    """One statement, made to an asking side, of who a person is and acts for."""

    jti = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("Person", on_delete=models.PROTECT)
    firm = models.ForeignKey("Firm", on_delete=models.PROTECT)
    role = models.CharField(max_length=24)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "taxauthority_assertion"

    def __str__(self) -> str:
        return str(self.jti)


class UsedRequest(models.Model):
    """The id of a signed request: it is answered once, and any further use is a replay."""

    jti = models.CharField(max_length=128, primary_key=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "taxauthority_used_request"

    def __str__(self) -> str:
        return self.jti


class ServedFetch(models.Model):
    """A fetch of one category under one consent, over however many sessions, told by its id."""

    artefact_sha256 = models.CharField(max_length=64)
    category = models.CharField(max_length=40)
    fetch = models.CharField(max_length=128)
    opened_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "taxauthority_served_fetch"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["artefact_sha256", "category", "fetch"], name="taxauthority_fetch_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} by {self.fetch}"


class DataSession(models.Model):
    """One answer to one request: its pages stay the same however often they are fetched."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consent = models.CharField(max_length=64)
    artefact_sha256 = models.CharField(max_length=64)
    firm = models.ForeignKey("Firm", on_delete=models.PROTECT)
    category = models.CharField(max_length=40)
    session_key = models.CharField(max_length=64)
    pages = models.PositiveIntegerField()
    records = models.PositiveIntegerField()
    manifest = models.TextField()
    opened_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "taxauthority_data_session"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["artefact_sha256", "category", "session_key"],
                name="taxauthority_data_session_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class SealedPage(models.Model):
    """One page, sealed to the session's key; the authority itself can't open it again."""

    session = models.ForeignKey(DataSession, on_delete=models.CASCADE, related_name="sealed")
    number = models.PositiveIntegerField()
    token = models.TextField()

    class Meta:
        db_table = "taxauthority_sealed_page"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "number"], name="taxauthority_page_once")
        ]

    def __str__(self) -> str:
        return f"{self.session_id} page {self.number}"


class Revocation(models.Model):
    """A consent that is over, with the acknowledgement that was given."""

    consent = models.CharField(max_length=64, primary_key=True)
    artefact_sha256 = models.CharField(max_length=64)
    acknowledgement = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "taxauthority_revocation"

    def __str__(self) -> str:
        return self.consent
