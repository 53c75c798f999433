"""The model registry, for regulator and operator; the operator's people act on it here."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.permissions import Permission, require
from portal.core.errors import RuleBroken
from portal.web.access import actor_of, audience
from portal.web.model_page import (
    ActivationForm,
    FindingsForm,
    RegisterForm,
    model_page,
    models_page,
)
from portal.web.regulator.incidents import OVERSEERS
from scoring.registry.activate_model import activate_model
from scoring.registry.files import MOST_BYTES
from scoring.registry.register_model import register_model
from scoring.registry.retire_model import retire_model
from scoring.registry.transitions import ModelRole
from scoring.registry.validate_model import validate_model

PAGE = "regulator/model.html"


@require_safe
@audience(*OVERSEERS)
def listed(request: HttpRequest) -> HttpResponse:
    """Every version."""
    return render(request, "regulator/models.html", models_page(request))


@require_safe
@audience(*OVERSEERS)
def detail(request: HttpRequest, model_id: UUID) -> HttpResponse:
    """One version: who did what, its figures, and what the actor may do."""
    return render(request, PAGE, model_page(request, model_id))


@audience("operator")
def register(request: HttpRequest) -> HttpResponse:
    """A developer hands in a file."""
    actor = actor_of(request)
    require(actor, Permission.MODEL_DEVELOP)
    form = RegisterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read(MOST_BYTES + 1)
        try:
            made = register_model(actor, content=content, note=form.cleaned_data["note"])
        except RuleBroken as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("The model is registered as a draft."))
            return redirect("regulator:model", made.id)
    status = 422 if form.is_bound else 200
    return render(request, "regulator/model_register.html", {"form": form}, status=status)


@require_POST
@audience("operator")
def validate(request: HttpRequest, model_id: UUID) -> HttpResponse:
    """A validator's findings."""
    form = FindingsForm(request.POST)
    if not form.is_valid():
        return render(request, PAGE, model_page(request, model_id, findings_form=form), status=422)
    findings = form.cleaned_data["findings"]
    validate_model(actor_of(request), version_id=model_id, findings=findings)
    messages.success(request, _("The model is validated. A third person may activate it."))
    return redirect("regulator:model", model_id)


@require_POST
@audience("operator")
def activate(request: HttpRequest, model_id: UUID) -> HttpResponse:
    """As champion or challenger, in place of what the page showed as active."""
    form = ActivationForm(request.POST)
    if not form.is_valid():
        return render(
            request, PAGE, model_page(request, model_id, activation_form=form), status=422
        )
    role = ModelRole(form.cleaned_data["role"])
    activate_model(
        actor_of(request),
        version_id=model_id,
        role=role,
        instead_of=form.cleaned_data[role.value],
        request_id=form.cleaned_data["request_id"],
    )
    messages.success(request, _("From now on this model scores in its role."))
    return redirect("regulator:model", model_id)


@require_POST
@audience("operator")
def retire(request: HttpRequest, model_id: UUID) -> HttpResponse:
    """Nobody is scored or compared with it any more."""
    retire_model(actor_of(request), version_id=model_id)
    messages.success(request, _("The model is retired."))
    return redirect("regulator:model", model_id)
