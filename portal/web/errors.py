"""Refusals as pages: what happened, what to do, and a reference to quote."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.core.errors import InvalidTransition, Refused

log = logging.getLogger(__name__)
PAGES = {400, 403, 404, 409, 422, 429, 500}


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The page for an expected refusal, with its own status code."""
    return error_page(request, refused.status, message=refused.message, code=refused.code)


def _words_lost(request: HttpRequest, status: int) -> str:
    """What somebody wrote for a form that was overtaken: theirs to copy, kept nowhere else."""
    if status != InvalidTransition.status:
        return ""
    return request.POST.get("answer") or request.POST.get("statement", "")


def error_page(
    request: HttpRequest, status: int, *, message: str = "", code: str = ""
) -> HttpResponse:
    """``templates/errors/<status>.html``; the reference also goes to the log."""
    reference = secrets.token_hex(4)
    log.info("refused %s %s %s %s (%s)", status, code, request.method, request.path, reference)
    context = {"status": status, "message": message, "code": code, "reference": reference}
    context["words_lost"] = _words_lost(request, status)
    page = status if status in PAGES else 400
    return render(request, f"errors/{page}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or sent from elsewhere."""
    return error_page(request, 403, code="csrf")
