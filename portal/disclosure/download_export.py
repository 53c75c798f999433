"""The file goes to the one who asked and the one who approved, signed; each time is recorded."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed
from portal.disclosure.disclosures import lock_disclosure
from portal.disclosure.exports import is_kept, signed_export
from portal.disclosure.models import DisclosureFile


@transaction.atomic(durable=True)
def download_export(actor: Actor, *, disclosure_id: UUID) -> bytes:
    """The zip with the signature of its manifest.

    NotAllowed for anybody but those two, NotFound for another regulator's, InvalidTransition while
    there is no file and once it is erased, RuleBroken when the stored file is not the one recorded.
    """
    require(actor, Permission.ACTIVITY_VIEW)
    disclosure = lock_disclosure(actor, disclosure_id)
    if actor.person_id not in (disclosure.asked_by, disclosure.decided_by):
        raise NotAllowed(code="disclosure_of_others")
    if not is_kept(disclosure):
        raise InvalidTransition(
            _("There is no file: it is not made yet, or was erased."), code="disclosure_no_file"
        )
    content = bytes(DisclosureFile.objects.get(disclosure=disclosure).content)
    record(
        EventKind.DISCLOSURE_DOWNLOADED,
        actor=actor.ref,
        subject=disclosure.ref,
        payload={"manifest_sha256": disclosure.manifest_digest},
    )
    return signed_export(content, disclosure)
