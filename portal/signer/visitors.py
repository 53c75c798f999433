"""The signer's own session: whom it has seen prove a second factor, and for which step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from portal.accounts.models import User
from portal.core.errors import NotFound, RuleBroken
from portal.signer.steps import Step

_PERSON: Final = "person"
_VERIFIED: Final = "verified_step"
_METHOD: Final = "method"
_REPLACING: Final = "replacing_phone"
_COLUMNS: Final = ("id", "email", "real_name", "language", "is_active")


@dataclass(frozen=True, slots=True)
class Person:
    """What the signer may know of a person; never the password's hash."""

    id: UUID
    email: str
    real_name: str
    language: str

    @property
    def ref(self) -> str:
        """How the ledger names this person."""
        return f"person:{self.id}"


def person_for(person_id: UUID) -> Person:
    """An active person. Refuses (NotFound) any other."""
    row = User.objects.filter(id=person_id, is_active=True).values(*_COLUMNS).first()
    if row is None:
        raise NotFound(code="step_unknown")
    return Person(row["id"], row["email"], row["real_name"], row["language"])


def visitor_id(session: SessionBase) -> UUID | None:
    """Who proved a second factor here within the last 30 idle minutes."""
    found = session.get(_PERSON)
    return UUID(found) if found else None


def known_visitor(session: SessionBase) -> UUID:
    """The same. Refuses (RuleBroken) a browser that nobody proved anything in."""
    found = visitor_id(session)
    if found is None:
        raise RuleBroken(code="not_this_browser")
    return found


def admit(session: SessionBase, step: Step, *, method: str) -> None:
    """The person of this step has just proved a second factor: forget whoever was here before."""
    session.flush()
    session[_PERSON] = str(step.person_id)
    session[_VERIFIED] = str(step.id)
    session[_METHOD] = method


def is_verified(session: SessionBase, step: Step) -> bool:
    """Whether a code was given for this very step, in this browser."""
    return session.get(_VERIFIED) == str(step.id)


def method_of(session: SessionBase) -> str:
    """How the visitor proved the second factor: totp or passkey."""
    return str(session[_METHOD])


def allow_replacing(session: SessionBase, step: Step) -> None:
    """A recovery code, or another factor, was given: the phone may be replaced."""
    session[_REPLACING] = str(step.id)


def may_replace(session: SessionBase, step: Step) -> bool:
    """Whether this browser may set up another phone in this step."""
    return session.get(_REPLACING) == str(step.id)
