"""Checking a login name and password, slowly for those who guess."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from portal.core.errors import NotAllowed
from portal.sandbox.taxauthority.models import Person, SignInFailure

WINDOW = timedelta(minutes=15)
LOGIN_LIMIT = 5
ADDRESS_LIMIT = 40


class SignInRefused(NotAllowed):
    """Codes: wrong_password (also for an unknown login name), locked."""


def check_person(*, login: str, password: str, address: str | None) -> Person:
    """The person with this login name and password.

    After five failures within a quarter of an hour the login name is locked until they are
    older than that, for the right password too; so is an address that tries many names.
    """
    login = login.strip()[:64]
    if _is_locked(login, address):
        raise SignInRefused("Too many failed tries.", code="locked")
    person = Person.objects.filter(login=login).first()
    # An unknown name costs the same time as a known one.
    stored = person.password if person else make_password(None)
    if person is None or not check_password(password, stored):
        if person is None:
            make_password(password)
        SignInFailure.objects.create(login=login, address=address)
        raise SignInRefused("The login name or the password is wrong.", code="wrong_password")
    SignInFailure.objects.filter(login=login).delete()
    return person


def _is_locked(login: str, address: str | None) -> bool:
    recent = SignInFailure.objects.filter(at__gt=timezone.now() - WINDOW)
    by_login = recent.filter(login=login).count() >= LOGIN_LIMIT
    by_address = address is not None and recent.filter(address=address).count() >= ADDRESS_LIMIT
    return by_login or by_address
