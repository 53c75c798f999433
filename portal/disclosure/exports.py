"""A file that was made: for whom, until when, and signed."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, may
from portal.core.actor import Actor
from portal.core.errors import RuleBroken
from portal.core.wire import Typ, load_signing_key, sign
from portal.disclosure.models import Disclosure
from portal.disclosure.packing import MANIFEST, SIGNATURE


def may_download(actor: Actor, disclosure: Disclosure) -> bool:
    """Whether a page should offer the file."""
    return (
        may(actor, Permission.ACTIVITY_VIEW)
        and actor.person_id in (disclosure.asked_by, disclosure.decided_by)
        and is_kept(disclosure)
    )


def is_kept(disclosure: Disclosure) -> bool:
    """Whether there is a file: it is made, and its two weeks are not over."""
    until = disclosure.erase_at
    return disclosure.erased_at is None and until is not None and timezone.now() < until


def signed_export(content: bytes, disclosure: Disclosure) -> bytes:
    """The file with the signature of its manifest in it; the key is the web server's, no job's.

    Refuses (RuleBroken) a stored file that is not the one recorded, in any of its parts.
    """
    if not _is_recorded(content, disclosure.manifest_digest):
        raise RuleBroken(
            _("The stored file is not the one that was recorded."), code="disclosure_altered"
        )
    buffer = BytesIO(content)
    with ZipFile(buffer, "a", ZIP_DEFLATED) as archive:
        claims = {
            "disclosure": str(disclosure.id),
            "reference": disclosure.reference,
            "manifest_sha256": disclosure.manifest_digest,
        }
        token = sign(claims, typ=Typ.RECORDS, key=load_signing_key(settings.RECEIPTS_KEY))
        archive.writestr(SIGNATURE, token)
    return buffer.getvalue()


def _is_recorded(content: bytes, manifest_digest: str) -> bool:
    """Whether its list is the one recorded, and it holds what the list says and nothing else."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            manifest = archive.read(MANIFEST)
            if sha256(manifest).hexdigest() != manifest_digest:
                return False
            listed = {one["name"]: one["sha256"] for one in json.loads(manifest)["files"]}
            return sorted(archive.namelist()) == sorted([MANIFEST, *listed]) and all(
                sha256(archive.read(name)).hexdigest() == digest for name, digest in listed.items()
            )
    except (BadZipFile, KeyError):
        return False
