"""Pages of the model registry: the list, and one version with what the actor may do to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.permissions import Permission, may
from portal.core.actor import Actor
from portal.web.access import actor_of
from portal.web.formats import month_text
from scoring.engine.model import Model
from scoring.registry.models import FINDINGS_LIMIT, ModelVersion
from scoring.registry.queries import (
    MonthCompared,
    activations_of,
    active_version,
    card_of,
    compared_with_champion,
    model_for,
    models_visible_to,
)
from scoring.registry.transitions import ModelRole, ModelStatus

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

STATUSES: Final[dict[ModelStatus, tuple[str, StrPromise]]] = {
    ModelStatus.DRAFT: ("neutral", _("Draft")),
    ModelStatus.VALIDATED: ("waiting", _("Validated")),
    ModelStatus.ACTIVE: ("done", _("Active")),
    ModelStatus.RETIRED: ("neutral", _("Retired")),
}
ROLES: Final[dict[str, StrPromise]] = {
    ModelRole.CHAMPION.value: _("Champion: its scores count"),
    ModelRole.CHALLENGER.value: _("Challenger: compared only"),
}


class RegisterForm(forms.Form):
    """A model file, as the trainer wrote it."""

    file = forms.FileField(label=_("Model file"), help_text=_("JSON, up to one megabyte."))
    note = forms.CharField(
        label=_("What is new about it"),
        required=False,
        max_length=FINDINGS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FindingsForm(forms.Form):
    """What the validator checked and found."""

    findings = forms.CharField(
        label=_("What you checked, and what you found"),
        min_length=20,
        max_length=FINDINGS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ActivationForm(forms.Form):
    """One approval: names the model that was active when the page was shown, and itself."""

    role = forms.ChoiceField(label=_("As"), choices=list(ROLES.items()))
    champion = forms.UUIDField(required=False, widget=forms.HiddenInput)
    challenger = forms.UUIDField(required=False, widget=forms.HiddenInput)
    request_id = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls) -> ActivationForm:
        """With what is active now, and a number of its own."""
        active = {role.value: active_version(role.value) for role in ModelRole}
        initial = {name: found.id if found else None for name, found in active.items()}
        return cls(initial={**initial, "request_id": uuid4()})


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One version in words."""

    version: ModelVersion
    tag: str
    word: str
    role: str

    @classmethod
    def of(cls, version: ModelVersion) -> ModelLine:
        """In the page's language."""
        tag, word = STATUSES[ModelStatus(version.status)]
        return cls(version, tag, str(word), str(ROLES.get(version.role, "")))


def models_page(request: HttpRequest) -> dict[str, Any]:
    """What the list needs; refuses (NotAllowed) whoever has no view of models."""
    actor = actor_of(request)
    return {
        "lines": [ModelLine.of(version) for version in models_visible_to(actor)],
        "may_register": may(actor, Permission.MODEL_DEVELOP),
    }


def model_page(request: HttpRequest, version_id: UUID, **forms_given: Any) -> dict[str, Any]:
    """What the page of one version needs."""
    actor = actor_of(request)
    version = model_for(actor, version_id)
    return {
        "line": ModelLine.of(version),
        "version": version,
        "card": _figures(card_of(version)),
        "activations": [
            {"at": one.at, "role": ROLES[one.role], "instead_of": one.instead_of}
            for one in activations_of(version)
        ],
        "compared": [_compared(month) for month in compared_with_champion(version)],
        **_offered(actor, version),
        **forms_given,
    }


def _offered(actor: Actor, version: ModelVersion) -> dict[str, Any]:
    """The forms of what the actor may do now; the use cases ask again."""
    is_mine = actor.person_id in (version.developed_by, version.validated_by)
    status, acts = ModelStatus(version.status), may(actor, Permission.MODEL_ACTIVATE)
    was_checked = version.validated_by is not None or version.is_released
    validates = may(actor, Permission.MODEL_VALIDATE) and not is_mine
    is_free = status is not ModelStatus.DRAFT and was_checked and not is_mine
    is_champion = version.role == ModelRole.CHAMPION
    return {
        "findings_form": FindingsForm() if validates and status is ModelStatus.DRAFT else None,
        "activation_form": ActivationForm.fresh() if acts and is_free and not is_champion else None,
        "may_retire": acts and status is not ModelStatus.RETIRED and not is_champion,
    }


def _figures(model: Model | None) -> dict[str, Any] | None:
    """What the file says of its own quality; None for bytes that are not those registered."""
    if model is None:
        return None
    metrics = model.training.get("metrics") or {}
    measured = metrics.get(model.training.get("as_of"), {})
    ppm = {name: value for name, value in measured.items() if isinstance(value, dict)}
    return {
        "firms": measured.get("firms"),
        "defaults": measured.get("defaults"),
        "auc": _interval(ppm.get("all", {}).get("auc")),
        "slope": _interval(ppm.get("calibration_slope")),
        "features": len(model.scales),
    }


def _interval(found: dict[str, int] | None) -> str:
    if not found:
        return "–"
    value, low, high = (found[name] / 1_000_000 for name in ("value", "low", "high"))
    return f"{value:.3f} ({low:.3f}–{high:.3f})"


def _compared(month: MonthCompared) -> dict[str, str]:
    same, difference = month.same_band, month.difference
    return {
        "month": month_text(month.as_of_month),
        "firms": str(month.firms) if same is not None else str(_("fewer than 5")),
        "same": "–" if same is None else f"{same:.0%}",
        "difference": "–" if difference is None else f"{difference:+.1f}",
    }
