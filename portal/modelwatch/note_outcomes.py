"""A bank states what became of loans: when they were paid out, and which went bad."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.applications.models import Acceptance, LoanApplication
from portal.applications.transitions import Status
from portal.core.actor import Actor
from portal.core.errors import RuleBroken
from portal.core.months import SHANGHAI
from portal.modelwatch.outcome_models import OVERDUE_DAYS, LoanOutcome

MOST_LINES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line: the case's reference, the day of payout, and when it was 90 days overdue."""

    reference: str
    paid_out_on: date
    overdue_90_on: date | None = None


@transaction.atomic(durable=True)
def note_outcomes(actor: Actor, *, outcomes: Sequence[Outcome]) -> int:
    """Keep all statements, or none; how many say something new.

    NotAllowed for anybody but the bank's staff. RuleBroken with the line for a case that is not the
    bank's or has no signed agreement, for a payout before the firm's yes or in the future, for a
    day on which nothing can have been overdue for 90 days, and for a loan named twice.
    """
    require(actor, Permission.APPLICATION_DECIDE)
    if not 0 < len(outcomes) <= MOST_LINES:
        raise RuleBroken(
            _("A list has 1 to %(most)s lines.") % {"most": MOST_LINES}, code="outcome_lines"
        )
    loans, seen = _loans(actor, {outcome.reference for outcome in outcomes}), set[str]()
    today = timezone.now().astimezone(SHANGHAI).date()
    for line, outcome in enumerate(outcomes, start=1):
        _check(outcome, loans.get(outcome.reference), today, line)
        if outcome.reference in seen:
            text = _("Line %(line)s: this loan stands in a line before.")
            raise RuleBroken(text % {"line": line}, code="outcome_twice")
        seen.add(outcome.reference)
    known = _known([case.id for case, _day in loans.values()])
    cases = {outcome: loans[outcome.reference][0] for outcome in outcomes}
    new = [one for one in outcomes if known.get(cases[one].id) != _said(one)]
    LoanOutcome.objects.bulk_create(_statement(actor, cases[one], one) for one in new)
    return len(new)


def _loans(actor: Actor, references: set[str]) -> Mapping[str, tuple[LoanApplication, date]]:
    """The bank's cases with a signed agreement, and the day of each firm's yes."""
    cases = LoanApplication.objects.visible_to(actor).filter(
        reference__in=references, status=Status.AGREEMENT_SIGNED
    )
    agreed = Acceptance.objects.filter(offer__application__in=cases)
    days = dict(agreed.values_list("offer__application_id", "accepted_at"))
    return {
        case.reference: (case, days[case.id].astimezone(SHANGHAI).date())
        for case in cases
        if case.id in days
    }


def _check(
    outcome: Outcome, loan: tuple[LoanApplication, date] | None, today: date, line: int
) -> None:
    if loan is None:
        text = _("Line %(line)s: your bank has no signed agreement with this reference.")
        raise RuleBroken(text % {"line": line}, code="outcome_unknown_case")
    if not loan[1] <= outcome.paid_out_on <= today:
        text = _("Line %(line)s: the payout lies before the firm’s yes, or in the future.")
        raise RuleBroken(text % {"line": line}, code="outcome_paid_out")
    overdue = outcome.overdue_90_on
    first = outcome.paid_out_on + timedelta(days=OVERDUE_DAYS)
    if overdue is not None and not first <= overdue <= today:
        text = _("Line %(line)s: on this day nothing can have been overdue for 90 days.")
        raise RuleBroken(text % {"line": line}, code="outcome_overdue")


def _known(application_ids: Sequence[UUID]) -> Mapping[UUID, tuple[date, date | None]]:
    """What was said last of each."""
    rows = LoanOutcome.objects.filter(application_id__in=application_ids)
    newest = rows.order_by("application_id", "-noted_at", "id").distinct("application_id")
    return {row.application_id: (row.paid_out_on, row.overdue_90_on) for row in newest}


def _said(outcome: Outcome) -> tuple[date, date | None]:
    return outcome.paid_out_on, outcome.overdue_90_on


def _statement(actor: Actor, case: LoanApplication, outcome: Outcome) -> LoanOutcome:
    return LoanOutcome(
        application_id=case.id,
        bank_id=case.bank_id,
        paid_out_on=outcome.paid_out_on,
        overdue_90_on=outcome.overdue_90_on,
        noted_by=actor.person_id,
    )
