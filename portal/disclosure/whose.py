"""Whose records: found by an exact name of theirs, so that nobody can leaf through people."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from portal.accounts.models import Organisation, User
from portal.core.errors import NotFound
from portal.disclosure.models import What

_NAMED = frozenset({"firm", "bank", "organisation", "regulator", "operator"})


def whose_records(what: What, text: str) -> User | Organisation | None:
    """The one person or organisation with exactly this name; None where there is none.

    A person by e-mail address or reference (``person:…``), an organisation by code, licence or
    reference.
    """
    name = text.strip()
    if what is What.PERSON:
        return _person(name)
    return _organisation(name)


def check_known(what: What, whose: UUID) -> None:
    """Refuses (NotFound) an id that names no such person or organisation."""
    rows = User.objects if what is What.PERSON else Organisation.objects
    if not rows.filter(id=whose).exists():
        raise NotFound(code="party_not_found")


def _person(name: str) -> User | None:
    kind, _, number = name.partition(":")
    if kind == "person":
        asked = _id(number)
        return None if asked is None else User.objects.filter(id=asked).first()
    return User.objects.filter(email=name.lower()).first()


def _organisation(name: str) -> Organisation | None:
    kind, _, number = name.partition(":")
    if kind in _NAMED:
        asked = _id(number)
        return None if asked is None else Organisation.objects.filter(id=asked).first()
    if not name:
        return None
    return Organisation.objects.filter(Q(uscc=name.upper()) | Q(licence=name)).first()


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
