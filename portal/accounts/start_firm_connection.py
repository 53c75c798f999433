"""A person asks to connect a firm: on to the signer, and from there to the tax authority."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from stdnum.cn import uscc as uscc_number
from stdnum.exceptions import ValidationError

from portal.accounts.handover import Purpose, digest_of
from portal.accounts.permissions import Permission, require
from portal.accounts.steps import insert_step
from portal.core.actor import Actor
from portal.core.errors import RuleBroken


@transaction.atomic(durable=True)
def start_firm_connection(actor: Actor, *, uscc: str, session_secret: str) -> UUID:
    """Ask the signer to have the tax authority confirm this person for this firm.

    Returns the step's id (see ``handover.step_url``). Refuses (NotAllowed) people of banks,
    regulators and the operator, (RuleBroken, code uscc_invalid) a code whose check digit is wrong.
    """
    require(actor, Permission.FIRM_CONNECT)
    try:
        checked = uscc_number.validate(uscc)
    except ValidationError as error:
        raise RuleBroken(code="uscc_invalid") from error
    return insert_step(
        person_id=actor.person_id,
        purpose=Purpose.CONNECT,
        session_digest=digest_of(session_secret),
        next_=str(checked),
    )
