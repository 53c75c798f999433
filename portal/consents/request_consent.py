"""A firm asks itself for a consent: for an application of its own, or to change an older one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.consents.asking import Ask, put_request
from portal.consents.ceilings import CEILINGS, check_months, check_purpose
from portal.consents.changes import changes_between
from portal.consents.queries import ConsentView, consent_for
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotFound, RuleBroken
from portal.core.months import Month


@transaction.atomic(durable=True)
def request_consent(  # noqa: PLR0913 (the terms of a consent, each by its name)
    actor: Actor,
    *,
    firm_id: UUID,
    bank_id: UUID,
    purpose: str,
    categories: Sequence[str],
    first_month: Month,
    last_month: Month,
    application_id: UUID | None = None,
    supersedes: UUID | None = None,
) -> UUID:
    """Put down what a bank would like to use; the id is the consent's, if one comes of it.

    Asks for as much time, storage and uses as the purpose allows. With ``supersedes`` it changes
    that consent: once signed, the new one takes its place. Refuses (NotFound) another firm or an
    unknown bank, (RuleBroken) what goes beyond the purpose's ceilings, changes nothing, or is not
    of the old consent's bank, purpose and application, (InvalidTransition) an old one that is over.
    """
    require(actor, Permission.CONSENT_GRANT)
    if actor.organisation_id != firm_id:
        raise NotFound(code="firm_missing")
    known = check_purpose(purpose, categories)
    newest = Month.of(timezone.now()) - 1
    check_months(known, first=first_month, last=last_month, newest=newest)
    ceiling = CEILINGS[known]
    ask = Ask(
        firm_id=firm_id,
        bank_id=bank_id,
        purpose=known,
        categories=tuple(categories),
        first_month=first_month,
        last_month=last_month,
        days=ceiling.days,
        storage_days=ceiling.storage_days,
        uses=ceiling.uses,
        person_id=actor.person_id,
        application_id=application_id,
        supersedes=supersedes,
    )
    if supersedes is not None:
        _check_change(consent_for(actor, supersedes), ask)
    put_request(ask)
    record(EventKind.CONSENT_REQUESTED, actor=actor.ref, subject=ask.ref, payload=ask.event())
    return ask.id


def _check_change(old: ConsentView, ask: Ask) -> None:
    """The gate asks the same once more when it is signed."""
    if not old.is_standing:
        raise InvalidTransition(code=f"consent_{old.state}")
    same = (old.bank_id, old.purpose, old.application_id)
    if same != (ask.bank_id, ask.purpose, ask.application_id):
        raise RuleBroken(
            _("A change stays with the bank, purpose and application of the consent."),
            code="another_consent",
        )
    if not changes_between(old.scope, ask.scope):
        raise RuleBroken(_("Nothing would change."), code="nothing_changes")
