"""Being told that a consent is over."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.core.wire import Typ, WireRefused, sign, verify
from portal.sandbox.taxauthority.keys import client_keys, own_key
from portal.sandbox.taxauthority.models import Revocation, SealedPage


@transaction.atomic(durable=True)
def revoke(notice: str) -> str:
    """Record the end of a consent, erase its sealed pages, and return the signed acknowledgement.

    Told again, the same acknowledgement is returned. Refuses bad_signature, wrong_type and
    malformed. A consent that was never used here is recorded all the same.
    """
    claims = verify(notice, typ=Typ.REVOCATION, keys=client_keys())
    consent, artefact = claims.get("consent"), claims.get("artefact_sha256")
    if not _is_short(consent) or not _is_short(artefact):
        raise WireRefused("The notice lacks consent or artefact_sha256.")
    answer = {"consent": consent, "artefact_sha256": artefact, "at": timezone.now().isoformat()}
    revocation, _ = Revocation.objects.get_or_create(
        consent=consent,
        defaults={
            "artefact_sha256": artefact,
            "acknowledgement": sign(answer, typ=Typ.ACKNOWLEDGEMENT, key=own_key()),
        },
    )
    SealedPage.objects.filter(session__consent=consent).delete()
    return revocation.acknowledgement


def _is_short(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 64
