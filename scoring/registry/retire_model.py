"""A version that nobody wants any more is put away."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.accounts.step_up import require_fresh
from portal.core.actor import Actor
from portal.core.errors import RuleBroken
from scoring.registry.access import lock_model
from scoring.registry.models import ModelVersion
from scoring.registry.moving import stand_down
from scoring.registry.transitions import ModelRole, ModelStatus, check_move


@transaction.atomic(durable=True)
def retire_model(actor: Actor, *, version_id: UUID) -> ModelVersion:
    """Turn a draft or a validated version down, or end a challenger.

    NotAllowed for anybody but the operator's people who activate and without a second factor of
    just now, NotFound for an unknown version, InvalidTransition for a retired one, RuleBroken
    (``champion_needed``) for the champion: another one takes its place instead.
    """
    require(actor, Permission.MODEL_ACTIVATE)
    require_fresh(actor)
    version = lock_model(version_id)
    check_move(version.status, ModelStatus.RETIRED)
    if version.role == ModelRole.CHAMPION:
        raise RuleBroken(
            _("The champion scores all firms: activate another one in its place."),
            code="champion_needed",
        )
    stand_down(actor, version)
    return version
