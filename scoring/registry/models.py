"""Model versions with their bytes, their activations, and what a challenger would have said."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from scoring.registry.transitions import ModelRole, ModelStatus

FINDINGS_LIMIT = 4000
# Plain text, so that migrations name no code.
_DRAFT, _ACTIVE, _RETIRED = (
    status.value for status in (ModelStatus.DRAFT, ModelStatus.ACTIVE, ModelStatus.RETIRED)
)
_SAME_PERSON = (
    Q(validated_by=F("developed_by"))
    | Q(activated_by=F("developed_by"))
    | Q(activated_by=F("validated_by"))
)


class ModelVersion(models.Model):
    """What was registered never changes (a trigger keeps it), only its status and who acted.

    ``content`` is the model file, ``sha256`` its hex digest. Developer, validator and activator are
    three people. ``is_shipped`` came with the installation, whose release answers for it: no person
    of this installation registered it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.CharField(max_length=40, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    is_shipped = models.BooleanField(default=False)
    status = models.CharField(max_length=10, default=_DRAFT)
    role = models.CharField(max_length=10, blank=True, default="")
    note = models.CharField(max_length=FINDINGS_LIMIT, blank=True, default="")
    developed_by = models.UUIDField(null=True)
    registered_at = models.DateTimeField(default=timezone.now)
    findings = models.CharField(max_length=FINDINGS_LIMIT, blank=True, default="")
    validated_by = models.UUIDField(null=True)
    validated_at = models.DateTimeField(null=True)
    activation = models.ForeignKey(
        "scoring.ModelActivation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    activated_by = models.UUIDField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "scoring_model_version"
        constraints: ClassVar = [
            models.CheckConstraint(name="model_three_people", condition=~_SAME_PERSON),
            models.CheckConstraint(
                name="model_developed_by_somebody",
                condition=Q(developed_by__isnull=False) | Q(is_shipped=True),
            ),
            models.CheckConstraint(
                name="model_validated_by_somebody",
                condition=Q(is_shipped=True)
                | Q(status=_DRAFT, validated_by__isnull=True)
                | Q(status=_RETIRED)
                | Q(validated_by__isnull=False, validated_at__isnull=False),
            ),
            models.CheckConstraint(
                name="model_active_has_role",
                condition=Q(
                    status=_ACTIVE,
                    role__in=[role.value for role in ModelRole],
                    activation__isnull=False,
                )
                | ~Q(status=_ACTIVE) & Q(role=""),
            ),
            models.CheckConstraint(
                name="model_status_known",
                condition=Q(status__in=[status.value for status in ModelStatus]),
            ),
            models.UniqueConstraint(
                fields=["role"],
                condition=Q(status=_ACTIVE),
                name="model_one_active_per_role",
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def is_released(self) -> bool:
        """Whether its release itself put it to work: it was validated there, not here."""
        return self.is_shipped and self.activations.filter(activated_by__isnull=True).exists()

    @property
    def ref(self) -> str:
        """How the ledger and logs name this version."""
        return f"model:{self.id}"


class ModelActivation(models.Model):
    """One approval to score with a version, in place of the one that did; used once.

    Its id is the request's own, so that sending it again does nothing.
    """

    id = models.UUIDField(primary_key=True)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="activations")
    role = models.CharField(max_length=10)
    instead_of = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    activated_by = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "scoring_model_activation"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="activation_role_known",
                condition=Q(role__in=[role.value for role in ModelRole]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} as {self.role}"


class ChallengerScore(models.Model):
    """What the challenger says of the same reading; compared in numbers, shown to nobody."""

    score = models.OneToOneField(
        "scoring.Score", primary_key=True, on_delete=models.PROTECT, related_name="challenger"
    )
    model_version = models.CharField(max_length=40)
    model_sha256 = models.CharField(max_length=64)
    value = models.PositiveSmallIntegerField(null=True)
    band = models.CharField(max_length=1, blank=True, default="")
    pd_ppm = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "scoring_challenger_score"

    def __str__(self) -> str:
        return str(self.score_id)
