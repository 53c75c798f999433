"""A firm attaches e-invoices to its application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.applications.access import lock_application
from portal.applications.models import LoanApplication
from portal.applications.transitions import SENDABLE, UNDECIDED, Status
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, RuleBroken
from portal.core.jobs import Job
from portal.invoices.attaching import (
    Owner,
    Upload,
    applications_with,
    check_files,
    keep,
    release_claims,
)
from portal.invoices.models import Attachment
from portal.invoices.queries import count_at
from portal.invoices.recording import record_answer
from portal.jobs.enqueue import enqueue
from scoring.queries import score_under

MOST_AT_ONCE: Final = 20
MOST_AT_ALL: Final = 100
CAME_TO_NOTHING: Final = frozenset({Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN})


@transaction.atomic(durable=True)
def attach_invoices(
    actor: Actor, *, application_id: UUID, files: Sequence[Upload]
) -> list[Attachment]:
    """Check each file and keep the answer, which the bank sees with the application.

    A file that isn't a genuine invoice is no refusal of the call: its answer says why. NotAllowed
    for a read-only role, NotFound for another firm's application, InvalidTransition once it is
    decided or withdrawn, RuleBroken for no file (no_files) or too many (too_many_files).
    """
    require(actor, Permission.APPLICATION_EDIT)
    application = lock_application(actor, application_id)
    if application.status not in UNDECIDED | {Status.DRAFT}:
        raise InvalidTransition(
            _("Invoices can be attached until the bank has decided."), code="application_decided"
        )
    _check_number_of(files, already=count_at(application.id))
    checked = check_files(files, uscc=application.firm.uscc)
    release_claims(_came_to_nothing(applications_with(checked)))
    attached = keep(checked, _owner(actor, application))
    for attachment in attached:
        record_answer(actor.ref, attachment)
    enqueue(Job.FETCH_INVOICE_STATUSES, subject="invoices:statuses")
    return attached


def _check_number_of(files: Sequence[Upload], *, already: int) -> None:
    if not files:
        raise RuleBroken(_("Choose at least one file."), code="no_files")
    if len(files) > MOST_AT_ONCE or already + len(files) > MOST_AT_ALL:
        raise RuleBroken(
            _("Attach at most %(once)d files at once, and %(all)d to one application.")
            % {"once": MOST_AT_ONCE, "all": MOST_AT_ALL},
            code="too_many_files",
        )


def _came_to_nothing(applications: set[UUID]) -> list[UUID]:
    """An invoice may stand for another loan once the one before it came to nothing."""
    found = LoanApplication.objects.filter(id__in=applications, status__in=CAME_TO_NOTHING)
    return list(found.values_list("id", flat=True))


def _owner(actor: Actor, application: LoanApplication) -> Owner:
    consent, is_with_bank = application.consent_id, application.status not in SENDABLE
    return Owner(
        application_id=application.id,
        firm_id=application.firm_id,
        bank_id=application.bank_id,
        uscc=application.firm.uscc,
        person_id=actor.person_id,
        # Sent again it has a new consent, whose one use is still to come.
        is_score_made=is_with_bank
        and consent is not None
        and score_under(application.id, consent) is not None,
    )
