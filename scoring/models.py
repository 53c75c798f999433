"""A score as it left the vault boundary: never a record, only what was derived from them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from scoring.engine.firm_size import FirmSize
from scoring.portfolio.models import PortfolioItem, PortfolioRun
from scoring.registry.models import ChallengerScore, ModelActivation, ModelVersion
from scoring.signal_models import SignalSet

__all__ = [
    "ChallengerScore",
    "Dispute",
    "DisputeAbout",
    "DisputeOutcome",
    "DisputeStatus",
    "FeatureVector",
    "Figures",
    "ModelActivation",
    "ModelVersion",
    "MonthlySales",
    "PortfolioItem",
    "PortfolioRun",
    "Replay",
    "ReplayExtent",
    "Score",
    "ScoreStatus",
    "SignalSet",
]


class ScoreStatus(models.TextChoices):
    SCORED = "scored"
    NOT_ENOUGH_DATA = "not_enough_data"


class Score(models.Model):
    """One answer of one model to one consent's records; written once by the vault worker.

    Firm, bank, application and consent are plain ids: nothing that the vault worker writes hangs
    on a table of the portal. There need be no application where a bank watches over a loan.
    Probabilities are in parts per million. ``job_id`` and ``purpose``
    name the use of the consent that it came from, which a replay repeats. Reasons and recourse
    name features, points and limits; the firm's own figures are in ``Figures``. ``firm_size`` is
    a class for statistics, empty where nothing was scored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    firm_id = models.UUIDField()
    bank_id = models.UUIDField()
    application_id = models.UUIDField(null=True)
    consent_id = models.UUIDField()
    as_of_month = models.DateField()
    status = models.CharField(max_length=16, choices=ScoreStatus.choices)
    detail_code = models.CharField(max_length=60, blank=True, default="")
    detail = models.JSONField(default=dict)
    value = models.PositiveSmallIntegerField(null=True)
    band = models.CharField(max_length=1, blank=True, default="")
    pd_ppm = models.PositiveIntegerField(null=True)
    pd_low_ppm = models.PositiveIntegerField(null=True)
    pd_high_ppm = models.PositiveIntegerField(null=True)
    reasons = models.JSONField(default=list)
    points = models.JSONField(default=dict)
    firm_size = models.CharField(max_length=8, blank=True, default="")
    recourse = models.JSONField(default=dict)
    input_digest = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64, blank=True, default="")
    purpose = models.CharField(max_length=32, blank=True, default="")
    job_id = models.UUIDField(null=True)
    model_version = models.CharField(max_length=40)
    model_sha256 = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "scoring_score"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm_id", "model_sha256", "consent_id", "input_digest"],
                name="score_once_per_input",
            ),
            models.CheckConstraint(
                name="score_status_known", condition=Q(status__in=ScoreStatus.values)
            ),
            models.CheckConstraint(
                name="score_firm_size_known",
                condition=Q(firm_size__in=["", *(size.value for size in FirmSize)]),
            ),
            models.CheckConstraint(
                name="score_complete_or_absent",
                condition=Q(
                    status=ScoreStatus.SCORED,
                    value__range=(300, 850),
                    band__in=["A", "B", "C", "D", "E"],
                    pd_ppm__range=(0, 1_000_000),
                    pd_low_ppm__lte=F("pd_ppm"),
                    pd_high_ppm__gte=F("pd_ppm"),
                    detail_code="",
                )
                | Q(
                    status=ScoreStatus.NOT_ENOUGH_DATA,
                    value__isnull=True,
                    band="",
                    pd_ppm__isnull=True,
                    detail_code__gt="",
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["application_id", "-created_at"], name="score_of_application"),
            models.Index(fields=["firm_id", "-created_at"], name="score_of_firm"),
        ]

    def __str__(self) -> str:
        return f"{self.value or self.status} ({self.application_id})"


class FeatureVector(models.Model):
    """The inputs behind a score's commitment, sealed; the row is erased when its consent is.

    ``wrapped`` is the data key of ``sealed``, wrapped to the vault key of ``vault_kid``.
    """

    score = models.OneToOneField(Score, primary_key=True, on_delete=models.PROTECT)
    vault_kid = models.CharField(max_length=64, blank=True, default="")
    wrapped = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "scoring_feature_vector"

    def __str__(self) -> str:
        return str(self.score_id)


class Figures(models.Model):
    """The firm's figures that reasons and recourse speak of, by feature; erased with the vector."""

    score = models.OneToOneField(Score, primary_key=True, on_delete=models.PROTECT)
    figures = models.JSONField()

    class Meta:
        db_table = "scoring_figures"

    def __str__(self) -> str:
        return str(self.score_id)


class MonthlySales(models.Model):
    """Ranges of the months' sales behind a score, for its firm's page; erased with the vector."""

    score = models.OneToOneField(Score, primary_key=True, on_delete=models.PROTECT)
    bands = models.JSONField()

    class Meta:
        db_table = "scoring_monthly_sales"

    def __str__(self) -> str:
        return str(self.score_id)


class DisputeAbout(models.TextChoices):
    """What the firm says is wrong."""

    RECORDS = "records"
    FIGURE = "figure"
    REASON = "reason"
    OTHER = "other"


class DisputeStatus(models.TextChoices):
    OPEN = "open"
    ANSWERED = "answered"


class DisputeOutcome(models.TextChoices):
    """What the person who looked at it found."""

    STANDS = "stands"
    CORRECTED = "corrected"
    SET_ASIDE = "set_aside"


class Dispute(models.Model):
    """A firm's objection to a score, and the written answer of a person at the bank."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    score = models.ForeignKey(Score, on_delete=models.PROTECT)
    firm_id = models.UUIDField()
    bank_id = models.UUIDField()
    application_id = models.UUIDField()
    about = models.CharField(max_length=12, choices=DisputeAbout.choices)
    statement = models.TextField(max_length=2000)
    status = models.CharField(
        max_length=12, choices=DisputeStatus.choices, default=DisputeStatus.OPEN
    )
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    outcome = models.CharField(
        max_length=12, choices=DisputeOutcome.choices, blank=True, default=""
    )
    answer = models.TextField(max_length=2000, blank=True, default="")
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "scoring_dispute"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["score"],
                condition=Q(status=DisputeStatus.OPEN),
                name="dispute_one_open_per_score",
            ),
            models.CheckConstraint(
                name="dispute_answered_whole",
                condition=Q(
                    status=DisputeStatus.OPEN,
                    outcome="",
                    answer="",
                    answered_by__isnull=True,
                    answered_at__isnull=True,
                )
                | Q(
                    status=DisputeStatus.ANSWERED,
                    outcome__in=DisputeOutcome.values,
                    answer__gt="",
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["bank_id", "status", "answer_by"], name="dispute_of_bank"),
            models.Index(fields=["firm_id", "-opened_at"], name="dispute_of_firm"),
        ]

    def __str__(self) -> str:
        return f"{self.status} ({self.score_id})"

    @property
    def ref(self) -> str:
        """How the ledger names it."""
        return f"dispute:{self.id}"


class ReplayExtent(models.TextChoices):
    """How far down a replay could go."""

    RECORDS = "records"
    FEATURES = "features"
    COMMITMENT = "commitment"


class Replay(models.Model):
    """What one replay of a score found. Names of figures that differ, and never a figure."""

    id = models.UUIDField(primary_key=True)
    score = models.ForeignKey(Score, on_delete=models.PROTECT)
    extent = models.CharField(max_length=12, choices=ReplayExtent.choices)
    records_refused = models.CharField(max_length=60, blank=True, default="")
    compared = models.JSONField()
    differing = models.JSONField()
    code_version = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "scoring_replay"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="replay_extent_known", condition=Q(extent__in=ReplayExtent.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.extent}: {self.differing or 'holds'} ({self.score_id})"
