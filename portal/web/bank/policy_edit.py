"""Writing a new version: a form that carries the whole draft, tried out and then proposed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.applications.past_cases import past_cases_of
from portal.core.actor import Actor
from portal.products.models import Product, VersionStatus
from portal.products.propose_product_version import propose_product_version
from portal.products.version_queries import versions_of
from portal.web.access import actor_of, audience
from portal.web.bank.policy_draft import Draft, count_of, rearranged_places
from portal.web.bank.policy_trial import Trial, tried_on


@audience("bank")
def edit(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """The version in force as a draft; each button sends all of it, and only one proposes it."""
    actor = actor_of(request)
    require(actor, Permission.PRODUCT_PROPOSE)
    product, versions = versions_of(actor, product_id)
    waiting = next((one for one in versions if one.status == VersionStatus.PROPOSED), None)
    if waiting is not None:
        messages.info(request, _("This version waits for a decision: it has to be decided first."))
        return redirect("bank:product_version", waiting.id)
    if request.method == "POST":
        return _posted(request, actor, product)
    current = next(one for one in versions if one.status == VersionStatus.IN_FORCE)
    return _page(request, product, Draft.of(current.content))


def _posted(request: HttpRequest, actor: Actor, product: Product) -> HttpResponse:
    do = request.POST.get("do", "")
    places = rearranged_places(do, count_of(request.POST))
    if places is not None:
        draft = Draft.rearranged(request.POST, places, categories=product.categories)
        return _page(request, product, draft)
    draft = Draft.posted(request.POST, categories=product.categories)
    content = draft.content()
    if content is None:
        return _page(request, product, draft)
    if do == "propose":
        version = propose_product_version(actor, product_id=product.id, content=content)
        messages.success(request, _("Proposed. A second person has to put it in force."))
        return redirect("bank:product_version", version.id)
    trial = tried_on(content.table, past_cases_of(actor, product.id))
    return _page(request, product, draft, trial)


def _page(
    request: HttpRequest, product: Product, draft: Draft, trial: Trial | None = None
) -> HttpResponse:
    context = {"product": product, "form": draft, "problems": draft.problems(), "trial": trial}
    return render(request, "bank/policy_edit.html", context)
