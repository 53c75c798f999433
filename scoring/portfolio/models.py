"""A bank's firms scored anew: one run, and an item for every consent."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class RunStatus(models.TextChoices):
    RUNNING = "running"
    FINISHED = "finished"


class ItemStatus(models.TextChoices):
    """What became of one consent in a run.

    ``unchanged``: the records give the score that this consent had already. ``refused``: the gate
    said no, or there was nothing to read. ``failed``: the worker couldn't.
    """

    WAITING = "waiting"
    SCORED = "scored"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


class PortfolioRun(models.Model):
    """All firms of a bank with a live monitoring consent, by one model, for one month.

    ``month`` is the last full one when it was asked for. ``asked_by`` is a person or a process as
    the ledger names it. ``counts`` are final, by status, once it is finished.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    bank_id = models.UUIDField()
    month = models.DateField()
    model_version = models.CharField(max_length=40)
    model_sha256 = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=80)
    status = models.CharField(max_length=12, choices=RunStatus.choices, default=RunStatus.RUNNING)
    consents = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "scoring_portfolio_run"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["bank_id", "month", "model_sha256"],
                condition=Q(status=RunStatus.RUNNING),
                name="portfolio_one_running",
            ),
            models.CheckConstraint(
                name="portfolio_finished_whole",
                condition=Q(status=RunStatus.RUNNING, finished_at__isnull=True)
                | Q(status=RunStatus.FINISHED, finished_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["bank_id", "-started_at"], name="portfolio_of_bank"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.status} ({self.bank_id})"

    @property
    def ref(self) -> str:
        """How ledger and jobs name it."""
        return f"portfolio:{self.id}"


class PortfolioItem(models.Model):
    """One consent in a run, in a batch that one job works off.

    ``use_id`` is the job under which the gate counts the use: the same for a consent's whole
    month, so that a second run of the month is no second use. The comparison with the bank's score
    of before is there where there was one: points lost and probability risen (parts per million),
    and ``falls``, the features that cost most: ``[feature, points]``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    run = models.ForeignKey(PortfolioRun, on_delete=models.PROTECT)
    batch = models.PositiveIntegerField()
    consent_id = models.UUIDField()
    firm_id = models.UUIDField()
    use_id = models.UUIDField()
    status = models.CharField(max_length=12, choices=ItemStatus.choices, default=ItemStatus.WAITING)
    code = models.CharField(max_length=60, blank=True, default="")
    score_id = models.UUIDField(null=True)
    before_id = models.UUIDField(null=True)
    before_consent_id = models.UUIDField(null=True)
    points_lost = models.SmallIntegerField(null=True)
    bands_lost = models.SmallIntegerField(null=True)
    pd_rise_ppm = models.IntegerField(null=True)
    falls = models.JSONField(default=list)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "scoring_portfolio_item"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "consent_id"], name="portfolio_consent_once"),
            models.CheckConstraint(
                name="portfolio_item_status_known", condition=Q(status__in=ItemStatus.values)
            ),
            models.CheckConstraint(
                name="portfolio_scored_has_score",
                condition=~Q(status__in=[ItemStatus.SCORED, ItemStatus.UNCHANGED])
                | Q(score_id__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["run", "batch"],
                name="portfolio_waiting",
                condition=Q(status=ItemStatus.WAITING),
            ),
            models.Index(fields=["run", "-points_lost", "id"], name="portfolio_warnings"),
        ]

    def __str__(self) -> str:
        return f"{self.status} ({self.consent_id})"
