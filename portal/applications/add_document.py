"""A firm hands in a document with its application."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications.access import lock_application
from portal.applications.document_models import Document, DocumentKind
from portal.applications.document_rules import MOST_DOCUMENTS, check_content, shown_name
from portal.applications.document_store import keep_file
from portal.applications.models import LoanApplication
from portal.applications.transitions import UNDECIDED
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, RuleBroken


@transaction.atomic(durable=True)
def add_document(
    actor: Actor, *, application_id: UUID, kind: DocumentKind, name: str, data: bytes
) -> Document:
    """Keep a file for bank and firm; what it is follows from its bytes, whatever its name says.

    The file is on disk before the row names it; one whose transaction failed is swept later.

    NotAllowed for a read-only role, NotFound for another firm's application, InvalidTransition
    unless it is sent and undecided, RuleBroken for a file that is not taken, and for too many.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    application = lock_application(actor, application_id)
    if application.status not in UNDECIDED:
        raise InvalidTransition(code="case_closed")
    _check_number(application)
    file_type = check_content(data)
    document = Document.objects.create(
        application=application,
        kind=kind,
        name=shown_name(name, file_type),
        file_type=file_type,
        size=len(data),
        sha256=sha256(data).hexdigest(),
        stored_as=keep_file(data),
        added_by_id=actor.person_id,
    )
    record(
        EventKind.DOCUMENT_ADDED,
        actor=actor.ref,
        subject=application.ref,
        payload={"document": str(document.id), "kind": kind.value, "sha256": document.sha256},
    )
    return document


def _check_number(application: LoanApplication) -> None:
    if Document.objects.filter(application=application).count() >= MOST_DOCUMENTS:
        raise RuleBroken(
            _("An application may have up to %(most)d documents.") % {"most": MOST_DOCUMENTS},
            code="too_many_documents",
        )
