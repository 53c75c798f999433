"""What the gate's refusals mean in Python: SQLSTATE and message of one error to one code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, IntegrityError
from psycopg import errors

from portal.core.errors import InvalidTransition, RuleBroken

_PREFIXES = ("gate: ", "vault: ")
_ONE_ANSWER = "answer_pkey"
# Refusals that say: somebody was faster.
_MOVED_ON = {
    "request_not_pending": "request_answered",
    "nothing_to_resume": "consent_not_paused",
}


class GateRefused(RuleBroken):
    """The gate said no; ``code`` is its word for why."""

    code = "gate_refused"


@contextmanager
def gate_refusals() -> Iterator[None]:
    """Turn a refusal raised by the gate's functions into `GateRefused`; let other errors pass.

    A request that somebody has answered meanwhile, or a pause that is over, is InvalidTransition;
    of two answers at the same instant the primary key refuses the second.
    """
    try:
        yield
    except IntegrityError as error:
        if constraint_of(error) != _ONE_ANSWER:
            raise
        raise InvalidTransition(code="request_answered") from error
    except DatabaseError as error:
        code = refusal_code(error)
        if code is None:
            raise
        if code in _MOVED_ON:
            raise InvalidTransition(code=_MOVED_ON[code]) from error
        raise GateRefused(code=code) from error


def constraint_of(error: DatabaseError) -> str:
    """The name of the constraint that a statement broke; empty for any other error."""
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, errors.Error) else ""


def refusal_code(error: DatabaseError) -> str | None:
    """The gate's code in a database error, or None when it's an error of another kind."""
    cause = error.__cause__
    if not isinstance(cause, errors.Error):
        return None
    message = cause.diag.message_primary or ""
    for prefix in _PREFIXES:
        if message.startswith(prefix):
            return message.removeprefix(prefix)
    return None
