"""Somebody who may see a case opens one of its documents."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from django.db import transaction

from portal.accounts.activity import Activity, note_activity
from portal.applications.document_models import Document
from portal.applications.document_store import file_named
from portal.applications.models import LoanApplication
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound


@transaction.atomic(durable=True)
def open_document(actor: Actor, *, document_id: UUID, address: str = "") -> tuple[Document, bytes]:
    """The document and its bytes; that the bank looked is written into the activity log.

    NotFound for a document of a case that is not the actor's, and for a file that is gone or no
    longer what was handed in.
    """
    cases = LoanApplication.objects.visible_to(actor)
    document = Document.objects.filter(id=document_id, application__in=cases).first()
    if document is None:
        raise NotFound(code="document_not_found")
    data = file_named(document.stored_as)
    if sha256(data).hexdigest() != document.sha256:
        raise NotFound(code="document_altered")
    if actor.organisation_kind is OrganisationKind.BANK:
        note_activity(
            actor,
            Activity.DOCUMENT_OPENED,
            subject=f"application:{document.application_id}",
            detail={"document": str(document.id)},
            address=address,
        )
    return document, data
