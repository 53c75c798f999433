"""What both sides signed at the signer, read from the signatures and from nothing else."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from joserfc.jwk import KeySet

from portal.applications.acceptances import Accepted, accepted_as_shown
from portal.applications.countersignatures import Countersigned, verified_countersignature
from portal.applications.disbursement import Disbursement, agreement_document
from portal.applications.models import Acceptance, BankSignature
from portal.core.errors import RuleBroken
from portal.core.wire import WireRefused, digest, load_public_keys
from portal.products.terms import digest_of


@dataclass(frozen=True, slots=True)
class Agreed:
    """A signed agreement: its document and both statements, checked."""

    document: dict[str, Any]
    sha256: str
    accepted: Accepted
    countersigned: Countersigned


def signed_acceptance(acceptance: Acceptance) -> Accepted:
    """What a firm signed, held to its row and its offer. Refuses as `accepted_as_shown`."""
    offer = acceptance.offer
    said = accepted_as_shown(acceptance.jws, document=offer.document, keys=_keys())
    whose = (offer.id, offer.firm_id, acceptance.person_id)
    if (said.offer_id, said.firm_id, said.person_id) != whose:
        raise RuleBroken(code="acceptance_invalid")
    return said


def disbursement_of(acceptance: Acceptance) -> Disbursement | None:
    """Way, account and payees as the firm signed them; None for an offer of format 1.

    The row that the firm filled in before has no say any more. Refuses as `signed_acceptance`.
    """
    return signed_acceptance(acceptance).place


def agreed(signature: BankSignature) -> Agreed:
    """The agreement with both signatures.

    Refuses (RuleBroken) as `signed_acceptance`, and with agreement_invalid a bank's signature that
    the signer did not make under this very agreement and acceptance.
    """
    acceptance = Acceptance.objects.select_related("offer").get(offer_id=signature.offer_id)
    accepted = signed_acceptance(acceptance)
    document = agreement_document(acceptance.offer.document, accepted.place)
    sha256 = digest_of(document)
    try:
        said = verified_countersignature(signature.jws, keys=_keys())
    except WireRefused as refusal:
        raise RuleBroken(code="agreement_invalid") from refusal
    whose = (signature.offer_id, acceptance.offer.bank_id, signature.person_id)
    is_same = hmac.compare_digest(said.agreement_sha256, sha256) and hmac.compare_digest(
        said.acceptance_sha256, digest(acceptance.jws)
    )
    if not is_same or (said.offer_id, said.bank_id, said.person_id) != whose:
        raise RuleBroken(code="agreement_invalid")
    return Agreed(document, sha256, accepted, said)


def _keys() -> KeySet:
    return load_public_keys(settings.SIGNER_PUBLIC_KEYS)
