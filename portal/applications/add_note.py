"""An officer writes a remark for the colleagues."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts.permissions import Permission, require
from portal.applications import rules
from portal.applications.access import application_for
from portal.applications.models import Note
from portal.core.actor import Actor


@transaction.atomic(durable=True)
def add_note(actor: Actor, *, application_id: UUID, text: str) -> Note:
    """Put a note on a case, whatever its state; no one can change it, and the firm never sees it.

    NotAllowed for anybody but the bank's staff, NotFound for another bank's case, RuleBroken for an
    empty or overlong text.
    """
    require(actor, Permission.CASE_WORK)
    application = application_for(actor, application_id)
    return Note.objects.create(
        application=application, author_id=actor.person_id, text=rules.check_text(text)
    )
