"""A signed agreement, as its two sides read it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portal.accounts.models import Organisation, User
from portal.applications.agreements import Agreed, agreed
from portal.applications.models import Acceptance, BankSignature, LoanApplication
from portal.applications.transitions import Status
from portal.core.actor import Actor
from portal.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class SignedAgreement:
    """The agreement, its parties, who signed for each, and the two statements as they were made."""

    agreed: Agreed
    firm: Organisation
    bank: Organisation
    firm_signer: str
    bank_signer: str
    acceptance_jws: str
    signature_jws: str


def agreement_for(actor: Actor, application_id: UUID) -> SignedAgreement:
    """The agreement that both sides have signed, checked anew.

    NotFound for a stranger's, before both have signed, and once the firm has gone back on it;
    RuleBroken for signatures that don't hold.
    """
    mine = LoanApplication.objects.visible_to(actor).filter(
        id=application_id, status=Status.AGREEMENT_SIGNED
    )
    application = mine.select_related("firm", "bank", "offer").first()
    if application is None:
        raise NotFound(code="agreement_missing")
    signature = BankSignature.objects.get(offer=application.offer)
    acceptance = Acceptance.objects.get(offer=application.offer)
    found = agreed(signature)
    names = dict(
        User.objects.filter(
            id__in=[found.accepted.person_id, found.countersigned.person_id]
        ).values_list("id", "real_name")
    )
    return SignedAgreement(
        agreed=found,
        firm=application.firm,
        bank=application.bank,
        firm_signer=names[found.accepted.person_id],
        bank_signer=names[found.countersigned.person_id],
        acceptance_jws=acceptance.jws,
        signature_jws=signature.jws,
    )
