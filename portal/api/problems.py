"""Refusals as problem details (RFC 9457): one shape for all, with the code of our error tree."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import set_rollback

from portal.accounts.limits import REFUSED_PER_NETWORK, WRONG_TOKENS
from portal.core.errors import Refused

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger(__name__)


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal: ``code`` is stable, ``detail`` is for people, ``parameters`` were wrong."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    parameters = serializers.DictField(child=serializers.ListField(), required=False)


def problem_response(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to whatever was raised; what nobody expected is logged, and tells only that."""
    set_rollback()
    if isinstance(error, Refused):
        return _problem(error.status, error.code, error.message)
    if isinstance(error, Http404 | PermissionDenied):
        return _problem(404, "not_found")
    if isinstance(error, ValidationError):
        return _problem(400, "parameters_wrong", parameters=error.get_full_details())
    if isinstance(error, APIException):
        return _of_framework(error)
    reference = secrets.token_hex(4)
    log.error("unexpected %s", reference, exc_info=error)
    return _problem(500, "unexpected", f"Reference {reference}.")


def _of_framework(error: APIException) -> Response:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "refused"
    response = _problem(error.status_code, code, str(error.detail))
    header = getattr(error, "auth_header", None)
    if header:
        response.headers["WWW-Authenticate"] = header
    return response


def _problem(status: int, code: str, detail: str = "", *, parameters: Any = None) -> Response:
    title = HTTPStatus(status).phrase
    body = {
        "type": f"urn:taxbridge:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail or title,
    }
    if parameters is not None:
        body["parameters"] = parameters
    response = Response(body, status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = str(_seconds_to_wait(code))
    return response


def _seconds_to_wait(code: str) -> int:
    """Until the next minute, or until the network's wrong tokens are forgotten."""
    if code == WRONG_TOKENS:
        return int(REFUSED_PER_NETWORK.span.total_seconds())
    return 60 - timezone.now().second
