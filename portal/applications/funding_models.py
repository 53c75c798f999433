"""One wish for money, put to one or several banks."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.utils import timezone

from portal.core.actor import Actor, OrganisationKind


class FundingRequestQuerySet(models.QuerySet["FundingRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """A firm's own; a bank sees its own application alone, and not whom else the firm asked."""
        if actor.organisation_kind is not OrganisationKind.FIRM:
            return self.none()
        return self.filter(firm_id=actor.organisation_id)


class FundingRequest(models.Model):
    """What a firm's applications to several banks have in common: it takes one of their offers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    firm = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = FundingRequestQuerySet.as_manager()

    class Meta:
        db_table = "applications_funding_request"

    def __str__(self) -> str:
        return f"funding:{self.id}"
