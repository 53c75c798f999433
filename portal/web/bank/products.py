"""The bank's products: the list, one with its versions, a version and the decision on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may
from portal.core.actor import Actor
from portal.core.errors import NotAllowed
from portal.products.approve_product_version import approve_product_version
from portal.products.models import ProductVersion, VersionStatus
from portal.products.reject_product_version import reject_product_version
from portal.products.version_queries import (
    people_behind,
    products_of_bank,
    version_for,
    versions_of,
)
from portal.web.access import actor_of, audience
from portal.web.bank.policy_words import STATUS_WORDS, worded
from portal.web.bank.version_words import shown_terms
from portal.web.paging import id_in, page_links


@require_safe
@audience("bank")
def listed(request: HttpRequest) -> HttpResponse:
    """Every product of the bank, and what waits for a second person."""
    found = products_of_bank(actor_of(request), after=id_in(request))
    context = {"lines": found.rows, "links": page_links(request, found)}
    return render(request, "bank/products.html", context)


@require_safe
@audience("bank")
def detail(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """What is in force, in words, and every version there was."""
    actor = actor_of(request)
    product, versions = versions_of(actor, product_id)
    current = next(one for one in versions if one.status == VersionStatus.IN_FORCE)
    waiting = next((one for one in versions if one.status == VersionStatus.PROPOSED), None)
    context = {
        "product": product,
        "version": current,
        "shown": shown_terms(current.content),
        "rows": worded(current.content.table),
        "waiting": waiting,
        "versions": [(one, *STATUS_WORDS[VersionStatus(one.status)]) for one in versions],
        "may_propose": waiting is None and may(actor, Permission.PRODUCT_PROPOSE),
    }
    return render(request, "bank/product_detail.html", context)


@audience("bank")
def version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One version whole; for its second person the two buttons that decide on it."""
    actor = actor_of(request)
    if request.method == "POST":
        return _decide(request, actor, version_id)
    found = version_for(actor, version_id)
    context = {
        "version": found,
        "product": found.product,
        "status": STATUS_WORDS[VersionStatus(found.status)],
        "shown": shown_terms(found.content),
        "rows": worded(found.content.table),
        "people": people_behind(found),
        "is_own": found.proposed_by == actor.person_id,
        "may_decide": _may_decide(actor, found),
    }
    return render(request, "bank/product_version.html", context)


def _may_decide(actor: Actor, found: ProductVersion) -> bool:
    return (
        found.status == VersionStatus.PROPOSED
        and found.proposed_by != actor.person_id
        and may(actor, Permission.PRODUCT_APPROVE)
    )


def _decide(request: HttpRequest, actor: Actor, version_id: UUID) -> HttpResponse:
    match request.POST.get("do"):
        case "approve":
            decided = approve_product_version(actor, version_id=version_id)
            messages.success(request, _("In force from now on, and on the ledger."))
        case "reject":
            decided = reject_product_version(actor, version_id=version_id)
            messages.success(request, _("Turned down. The version in force stays."))
        case _:
            raise NotAllowed
    return redirect("bank:product", decided.product_id)
