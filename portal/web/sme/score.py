"""The firm's score on a page of its own: reasons, months, history, model note, and disputes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may, require
from portal.applications.queries import score_by_id, score_of_firm, scores_of_firm
from portal.oversight.complaints import waiting_about
from portal.web.access import actor_of, audience
from portal.web.formats import month_text
from portal.web.paging import page_links, place_in
from portal.web.score_texts import explained, model_note
from portal.web.sme.score_forms import DisputeForm
from scoring.dispute_queries import disputed_among, disputes_of_firm
from scoring.models import DisputeAbout
from scoring.open_dispute import open_dispute
from scoring.queries import ScoreView, monthly_sales_of

DISPUTES_SHOWN = 20
FEN_IN_TEN_THOUSAND_YUAN = 1_000_000


@require_safe
@audience("firm")
def score(request: HttpRequest) -> HttpResponse:
    """The newest score with all that explains it, and every earlier one."""
    actor = actor_of(request)
    newest = score_of_firm(actor)
    history = scores_of_firm(actor, after=place_in(request))
    shown = [*(one.id for one in history.rows), *([newest.id] if newest else [])]
    disputed = disputed_among(actor, shown)
    may_dispute = may(actor, Permission.SCORE_DISPUTE)
    context = {
        "score": explained(newest),
        "months": _months(newest),
        "history": [explained(each) for each in history.rows],
        "links": page_links(request, history),
        "note": model_note(),
        "disputes": disputes_of_firm(actor, newest=DISPUTES_SHOWN),
        "disputed": disputed,
        "may_dispute": may_dispute,
        "complaints": waiting_about(actor, shown),
        "may_complain": newest is not None and may(actor, Permission.COMPLAINT_FILE),
        "may_dispute_newest": may_dispute and newest is not None and newest.id not in disputed,
    }
    return render(request, "sme/score_page.html", context)


@audience("firm")
def dispute(request: HttpRequest, score_id: UUID) -> HttpResponse:
    """Say what is wrong with a score; a person at the bank has to answer."""
    actor = actor_of(request)
    require(actor, Permission.SCORE_DISPUTE)
    disputed = score_by_id(actor, score_id)
    form = DisputeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        opened = open_dispute(
            actor,
            score_id=score_id,
            about=DisputeAbout(form.cleaned_data["about"]),
            statement=form.cleaned_data["statement"],
        )
        messages.success(request, _("Your dispute is with the bank."))
        return redirect(f"{reverse('sme:score')}#dispute-{opened.id}")
    context = {
        "form": form,
        "score": explained(disputed),
        "is_disputed": bool(disputed_among(actor, [score_id])),
    }
    return render(request, "sme/score_dispute.html", context)


def _months(newest: ScoreView | None) -> list[tuple[str, float, float]]:
    """Ranges in units of 10,000 yuan, for the plot."""
    return [
        (
            month_text(month),
            low / FEN_IN_TEN_THOUSAND_YUAN,
            high / FEN_IN_TEN_THOUSAND_YUAN,
        )
        for month, low, high in (monthly_sales_of(newest.id) if newest else [])
    ]
