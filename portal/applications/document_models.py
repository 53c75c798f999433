"""What a firm has handed in with its application."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.applications.file_types import FileType

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class DocumentKind(models.TextChoices):
    BUSINESS_LICENCE = "business_licence"
    CONTRACT = "contract"
    ORDER = "order"
    BANK_STATEMENT = "bank_statement"
    OTHER = "other"


KIND_WORDS: dict[str, StrPromise] = {
    DocumentKind.BUSINESS_LICENCE: _("Business licence"),
    DocumentKind.CONTRACT: _("Contract"),
    DocumentKind.ORDER: _("Purchase order"),
    DocumentKind.BANK_STATEMENT: _("Bank statement"),
    DocumentKind.OTHER: _("Other"),
}


class Document(models.Model):
    """One file of a case; ``name`` is the firm's, ``stored_as`` ours. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(
        "applications.LoanApplication", on_delete=models.PROTECT, related_name="documents"
    )
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    name = models.CharField(max_length=120)
    file_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=48, unique=True)
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "applications"
        db_table = "applications_document"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="document_kind_known", condition=Q(kind__in=DocumentKind.values)
            ),
            models.CheckConstraint(
                name="document_type_known",
                condition=Q(file_type__in=[known.value for known in FileType]),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["application", "added_at"], name="document_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.application_id}"

    @property
    def kind_word(self) -> StrPromise:
        """The kind in the language of the page."""
        return KIND_WORDS[self.kind]
