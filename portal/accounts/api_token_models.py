"""Storage of what lets a bank's own system read."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Final, Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.core.actor import Actor, Role

LONGEST: Final = timedelta(days=366)


class Scope(StrEnum):
    """What a token may be used for; reading scores is of no use without their applications."""

    APPLICATIONS = "read:applications"
    SCORES = "read:scores"

    @property
    def role(self) -> Role:
        """The machine role that it gives, and so its permissions."""
        return _ROLES[self]

    @property
    def code(self) -> str:
        """As the ledger writes it."""
        return self.value.replace(":", "_")


_ROLES: Final = {
    Scope.APPLICATIONS: Role.API_APPLICATIONS,
    Scope.SCORES: Role.API_SCORES,
}


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens by whose they are."""

    def of_bank(self, actor: Actor) -> Self:
        """Those of the actor's organisation; nothing for who acts for none."""
        if actor.organisation_id is None:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)


class ApiToken(models.Model):
    """A secret of a bank's system, known here by its digest alone.

    ``minute`` and ``calls`` count the uses of the running minute.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="api_tokens"
    )
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40))
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    minute = models.DateTimeField(null=True)
    calls = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        app_label = "accounts"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest"], name="accounts_apitoken_digest_unique"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="accounts_apitoken_digest_only"
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gte=1, scopes__contained_by=[*map(str, Scope)]),
                name="accounts_apitoken_scopes_known",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at"))
                & Q(expires_at__lte=F("created_at") + LONGEST),
                name="accounts_apitoken_ends",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="accounts_apitoken_revoked_by_someone",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-created_at"], name="accounts_apitoken_of_bank"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """How the ledger and the activity log name this token."""
        return f"token:{self.id}"

    @property
    def is_live(self) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and self.expires_at > timezone.now()
