"""Sign-ins of people and their mandates for firms."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from portal.sandbox.taxauthority.models import Firm, Mandate, Person, Role


def ensure_person(*, login: str, name: str, password_hash: str, renew: bool) -> Person:
    """The person with this login name, made if need be; ``renew`` sets the password again."""
    person, made = Person.objects.get_or_create(
        login=login, defaults={"name": name, "password": password_hash}
    )
    if renew and not made:
        person.password = password_hash
        person.save(update_fields=["password"])
    return person


def ensure_mandate(person: Person, firm: Firm, role: Role) -> None:
    """Let the person act for the firm from now on, unless it may already."""
    if not Mandate.objects.filter(person=person, firm=firm, role=role, ends_at=None).exists():
        Mandate.objects.create(person=person, firm=firm, role=role, starts_at=timezone.now())


def hashed(password: str) -> str:
    """One slow hash, for however many demonstration people share the password."""
    return make_password(password)
