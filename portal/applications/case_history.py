"""What happened to a case, for the bank's page: the case's own facts and who looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.activity import Activity
from portal.accounts.models import ActivityRow, ApiToken, User
from portal.applications.approval_models import Answer, Proposal
from portal.applications.bank_queries import BankCase
from portal.applications.models import Acceptance, Decision, LoanApplication
from portal.core.actor import Actor
from portal.core.months import SHANGHAI
from portal.products.reason_codes import Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

NEWEST_LOOKS = 10


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    text: StrPromise | str


def history_of(actor: Actor, case: BankCase) -> list[HistoryLine]:
    """Newest first; of looks and releases only the actor's own bank's, one an actor and day."""
    lines = [*_facts(case), *_looks(actor, case), *_releases(actor, case)]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _facts(case: BankCase) -> list[HistoryLine]:
    lines = []
    if case.application.submitted_at is not None:
        lines.append(HistoryLine(case.application.submitted_at, gettext_lazy("Sent by the firm")))
    if case.score is not None:
        text = (
            gettext_lazy("Score computed")
            if case.score.is_scored
            else gettext_lazy("Found: not enough data for a score")
        )
        lines.append(HistoryLine(case.score.created_at, text))
    if case.earlier is not None:
        lines += _reviewed(case.earlier.decision, case.application)
    if case.proposal is not None:
        lines += _proposed(case.proposal)
    if case.decision is not None:
        lines.append(_decided(case.decision))
    signed = Acceptance.objects.filter(offer__application=case.application).first()
    if signed is not None:
        text = gettext_lazy("The firm accepted the offer")
        lines.append(HistoryLine(signed.accepted_at, text))
    return lines


def _decided(decision: Decision) -> HistoryLine:
    is_approval = decision.outcome == Outcome.APPROVE
    if decision.is_automatic:
        by_itself = (
            gettext_lazy("Approved by the policy itself")
            if is_approval
            else gettext_lazy("Declined by the policy itself")
        )
        return HistoryLine(decision.decided_at, by_itself)
    text = gettext_lazy("Approved") if is_approval else gettext_lazy("Declined")
    return HistoryLine(decision.decided_at, text)


def _reviewed(declined: Decision, application: LoanApplication) -> list[HistoryLine]:
    lines = [_decided(declined)]
    if application.review_asked_at is not None:
        asked = gettext_lazy("The firm asked for a person")
        lines.append(HistoryLine(application.review_asked_at, asked))
    return lines


def _proposed(proposal: Proposal) -> list[HistoryLine]:
    lines = [HistoryLine(proposal.proposed_at, gettext_lazy("Approval proposed"))]
    if proposal.answer == Answer.RETURNED and proposal.answered_at is not None:
        lines.append(HistoryLine(proposal.answered_at, gettext_lazy("Sent back to the officer")))
    return lines


def _looks(actor: Actor, case: BankCase) -> list[HistoryLine]:
    looks = _newest(actor, case, Activity.CASE_OPENED)
    people = User.objects.filter(id__in={who for who, _at in looks})
    names = {str(person.id): person.real_name for person in people}
    return [
        HistoryLine(at, _("Opened by %(name)s") % {"name": names.get(who, "–")})
        for who, at in looks
    ]


def _releases(actor: Actor, case: BankCase) -> list[HistoryLine]:
    given = _newest(actor, case, Activity.SCORE_RELEASED)
    tokens = ApiToken.objects.of_bank(actor).filter(id__in={which for which, _at in given})
    names = {str(token.id): token.name for token in tokens}
    return [
        HistoryLine(at, _("Score given to the system %(name)s") % {"name": names.get(which, "–")})
        for which, at in given
    ]


def _newest(actor: Actor, case: BankCase, activity: Activity) -> list[tuple[str, datetime]]:
    """Ids of who did it and when, one an actor and day."""
    found = (
        ActivityRow.objects.filter(
            subject=case.application.ref,
            activity=activity,
            organisation=actor.organisation_id,
        )
        .values("actor", day=TruncDate("at", tzinfo=SHANGHAI))
        .annotate(last=Max("at"))
        .order_by("-last")[:NEWEST_LOOKS]
    )
    return [(row["actor"].partition(":")[2], row["last"]) for row in found]
