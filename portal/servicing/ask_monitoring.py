"""After both have signed, the firm may let the bank watch over the loan: a consent of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.applications.access import lock_application
from portal.applications.models import LoanApplication, MonitoringAsk
from portal.applications.monitoring import standing_monitoring
from portal.applications.transitions import Status
from portal.consents.asking import Ask, put_request
from portal.consents.ceilings import CEILINGS
from portal.consents.purposes import Purpose
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotFound, RuleBroken
from portal.core.months import Month
from portal.products.schedule import due_date
from portal.servicing.models import Loan
from portal.servicing.transitions import LoanStatus


@transaction.atomic(durable=True)
def ask_monitoring(actor: Actor, *, application_id: UUID) -> UUID:
    """Put down a request for the bank to watch over this loan; its id is the consent's.

    It ends with the loan's last payment day, or after the longest time that the purpose may have,
    and can be asked for anew then; nothing of the agreement hangs on it. NotAllowed for a read-only
    role, NotFound for another firm's application, InvalidTransition unless both sides have signed,
    RuleBroken (monitoring_allowed) while one stands, (loan_over) once nothing is left to watch.
    """
    require(actor, Permission.CONSENT_GRANT)
    application = lock_application(actor, application_id)
    if actor.organisation_id != application.firm_id:
        raise NotFound(code="application_not_found")
    if application.status != Status.AGREEMENT_SIGNED:
        raise InvalidTransition(code="agreement_missing")
    if standing_monitoring(application_id):
        raise RuleBroken(
            _("You have allowed this bank to watch over the loan already."),
            code="monitoring_allowed",
        )
    days = _days_left(application)
    if days < 1:
        raise RuleBroken(_("This loan is over."), code="loan_over")
    ask = _ask(actor, application, days)
    put_request(ask)
    MonitoringAsk.objects.create(request_id=ask.id, application=application)
    record(EventKind.CONSENT_REQUESTED, actor=actor.ref, subject=ask.ref, payload=ask.event())
    return ask.id


def _ask(actor: Actor, application: LoanApplication, left: int) -> Ask:
    """Not tied to the application: what is fetched under it decides nothing there."""
    ceiling, newest = CEILINGS[Purpose.MONITORING], Month.of(timezone.now()) - 1
    days = min(ceiling.days, left)
    return Ask(
        firm_id=application.firm_id,
        bank_id=application.bank_id,
        purpose=Purpose.MONITORING,
        categories=tuple(application.product.categories),
        first_month=newest - (ceiling.months - 1),
        last_month=newest,
        days=days,
        storage_days=min(ceiling.storage_days, days),
        uses=min(ceiling.uses, cast("int", application.term_months)),
        person_id=actor.person_id,
    )


def _days_left(application: LoanApplication) -> int:
    """Until the last payment: of the loan, or were it paid out when the days to go back are over.

    Nothing of a loan that is paid back, given up or closed.
    """
    today = timezone.localdate()
    loan = Loan.objects.filter(application=application).first()
    if loan is not None and loan.status in (LoanStatus.SETTLED, LoanStatus.CLOSED):
        return 0
    cooling_off = timedelta(days=application.offer.document["cooling_off_days"])
    begins = (loan and loan.paid_out_on) or today + cooling_off
    return (due_date(begins, cast("int", application.term_months)) - today).days
