"""The language a person chose, kept for messages and the next sign-in."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from portal.accounts.models import User
from portal.core.actor import Actor
from portal.core.errors import RuleBroken


@transaction.atomic(durable=True)
def save_language(actor: Actor, *, language: str) -> None:
    """Keep the person's language. Refuses (RuleBroken, code language_unknown) one we don't have."""
    if language not in {code for code, _ in settings.LANGUAGES}:
        raise RuleBroken(code="language_unknown")
    User.objects.filter(id=actor.person_id).update(language=language)
