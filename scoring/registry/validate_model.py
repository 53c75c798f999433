"""A second person validates a draft, with findings in writing."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from portal.accounts.permissions import Permission, require
from portal.accounts.step_up import require_fresh
from portal.core.actor import Actor
from portal.core.errors import NotAllowed, RuleBroken
from scoring.engine.model import Model
from scoring.registry.access import lock_model
from scoring.registry.events import digest_of_text, record_model
from scoring.registry.files import unaltered
from scoring.registry.models import ModelVersion
from scoring.registry.transitions import ModelStatus, check_move

LEAST_FINDINGS = 20


@transaction.atomic(durable=True)
def validate_model(actor: Actor, *, version_id: UUID, findings: str) -> ModelVersion:
    """Let a draft be activated; who developed it can't.

    NotAllowed for anybody but a model validator, for its developer and without a second factor of
    just now, NotFound for an unknown version, InvalidTransition unless it is a draft, RuleBroken
    for findings of a few words, a model without metrics, and bytes that aren't those registered.
    """
    require(actor, Permission.MODEL_VALIDATE)
    require_fresh(actor)
    version = lock_model(version_id)
    check_move(version.status, ModelStatus.VALIDATED)
    if version.developed_by == actor.person_id:
        raise NotAllowed(
            _("You developed this model: somebody else validates it."), code="own_model"
        )
    _check_measured(unaltered(version))
    findings = findings.strip()
    if len(findings) < LEAST_FINDINGS:
        raise RuleBroken(_("Say what you checked and what you found."), code="findings_missing")
    version.status = ModelStatus.VALIDATED
    version.findings = findings
    version.validated_by, version.validated_at = actor.person_id, timezone.now()
    version.save(update_fields=["status", "findings", "validated_by", "validated_at"])
    record_model(
        EventKind.MODEL_VALIDATED, actor, version, findings_sha256=digest_of_text(findings)
    )
    return version


def _check_measured(model: Model) -> None:
    if not model.training.get("metrics"):
        raise RuleBroken(
            _("The file has no metrics: nobody could say how good the model is."),
            code="metrics_missing",
        )
