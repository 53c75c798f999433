"""What the gate's refusals mean in Python: SQLSTATE and message of one error to one code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError
from psycopg import errors

from portal.core.errors import RuleBroken

_PREFIXES = ("gate: ", "vault: ")


class GateRefused(RuleBroken):
    """The gate said no; ``code`` is its word for why."""

    code = "gate_refused"


@contextmanager
def gate_refusals() -> Iterator[None]:
    """Turn a refusal raised by the gate's functions into `GateRefused`; let other errors pass."""
    try:
        yield
    except DatabaseError as error:
        code = refusal_code(error)
        if code is None:
            raise
        raise GateRefused(code=code) from error


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
