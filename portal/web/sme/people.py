"""Who acts for the firm, since when and until when; taking somebody's access here away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may
from portal.consents.firm_people import people_of_firm, person_of_firm
from portal.consents.take_access_away import take_access_away
from portal.web.access import actor_of, audience


@require_safe
@audience("firm")
def listed(request: HttpRequest) -> HttpResponse:
    """Those who act now, those who did, and what each role may do."""
    actor = actor_of(request)
    people = people_of_firm(actor)
    context = {
        "current": [person for person in people if person.is_live],
        "former": [person for person in people if not person.is_live],
        "may_take_away": may(actor, Permission.CONSENT_CONFIRM),
        "actor": actor,
    }
    return render(request, "sme/people.html", context)


@audience("firm")
def take_away(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Say what it brings about, and do it when asked to."""
    actor = actor_of(request)
    person = person_of_firm(actor, mandate_id)
    if request.method == "POST":
        if take_access_away(actor, mandate_id=mandate_id):
            said = _("%(name)s can no longer do anything here in your firm’s name.")
        else:
            said = _("%(name)s’s access had ended before.")
        messages.success(request, said % {"name": person.name})
    elif person.is_live:
        return render(request, "sme/person_take_away.html", {"one": person})
    return redirect("sme:people")
