"""A third person lets a validated model score, or rolls back to one that did."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.accounts.step_up import require_fresh
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed, RuleBroken
from scoring.registry.access import lock_model
from scoring.registry.files import unaltered
from scoring.registry.models import ModelActivation, ModelVersion
from scoring.registry.moving import put_in_place
from scoring.registry.transitions import ModelRole, ModelStatus, check_move


@transaction.atomic(durable=True)
def activate_model(
    actor: Actor,
    *,
    version_id: UUID,
    role: ModelRole,
    instead_of: UUID | None,
    request_id: UUID,
) -> ModelVersion:
    """Score with a version from now on, in place of ``instead_of``; scores there are stay.

    The same request sent again changes nothing. NotAllowed for anybody but the operator's people
    who activate, for its developer and its validator and without a second factor of just now,
    NotFound for an unknown version, InvalidTransition for one that is not validated, when another
    one is active than ``instead_of`` by now (``model_moved_on``) and for a request that was used
    for something else or has been overtaken, RuleBroken for bytes that aren't those registered and
    for the champion as a challenger.
    """
    require(actor, Permission.MODEL_ACTIVATE)
    require_fresh(actor)
    version = lock_model(version_id)
    if _is_repeated(version, role, request_id):
        return version
    check_move(version.status, ModelStatus.ACTIVE)
    if version.validated_by is None and not version.is_released:
        raise InvalidTransition(_("This version was never validated."), code="model_draft")
    if version.role == ModelRole.CHAMPION and role is not ModelRole.CHAMPION:
        raise RuleBroken(
            _("The champion scores all firms: activate another one in its place."),
            code="champion_needed",
        )
    if actor.person_id in (version.developed_by, version.validated_by):
        raise NotAllowed(
            _("You developed or validated this model: somebody else activates it."),
            code="own_model",
        )
    unaltered(version)
    before = ModelVersion.objects.filter(status=ModelStatus.ACTIVE, role=role).first()
    if (before.id if before is not None else None) != instead_of or version.role == role:
        raise InvalidTransition(
            _("Another model is active by now: look again before you decide."),
            code="model_moved_on",
        )
    put_in_place(actor, version, role, before, request_id)
    return version


def _is_repeated(version: ModelVersion, role: ModelRole, request_id: UUID) -> bool:
    """Whether this very request is the one that made the version active."""
    used = ModelActivation.objects.filter(id=request_id).first()
    if used is None:
        return False
    is_working = version.activation_id == request_id and version.status == ModelStatus.ACTIVE
    if is_working and used.role == role:
        return True
    raise InvalidTransition(
        _("This activation has been used: ask for a new one."), code="activation_used"
    )
