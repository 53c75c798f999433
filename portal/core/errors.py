"""The one tree of refusals; `portal.web.middleware.ErrorMiddleware` turns each into a page."""

from __future__ import annotations


class Refused(Exception):
    """Base of every expected refusal. ``code`` is stable, ``message`` is for the person."""

    status = 400
    code = "refused"

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class NotAllowed(Refused):
    """The actor's role lacks the permission."""

    status = 403
    code = "not_allowed"


class NotFound(Refused):
    """Absent, or not this actor's: the two are told the same way."""

    status = 404
    code = "not_found"


class InvalidTransition(Refused):
    """The object is in a state from which this move is not defined."""

    status = 409
    code = "invalid_transition"


class TooMany(Refused):
    """Asked for too often in a short time; the same may be done later."""

    status = 429
    code = "too_many"


class RuleBroken(Refused):
    """The input is well formed, but a rule of the field forbids it."""

    status = 422
    code = "rule_broken"
