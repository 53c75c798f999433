"""What firm, bank and regulator may see of loans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count

from portal.accounts.permissions import Permission, require
from portal.applications.disbursement import masked
from portal.applications.models import LoanApplication
from portal.applications.monitoring import standing_monitoring
from portal.applications.transitions import Status
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.core.paging import Page, Place, newest_first
from portal.products.method_words import METHOD_WORDS
from portal.products.schedule import Instalment, Method
from portal.servicing.account import Account
from portal.servicing.arrears import Arrears
from portal.servicing.loans import account_of, loan_for, open_order, terms_of, today
from portal.servicing.models import Loan, MoneyOrder, OrderState
from portal.servicing.statement import lines_of
from portal.servicing.terms import Parts, Payment
from portal.servicing.transitions import PAID_OUT, RUNNING, LoanStatus


@dataclass(frozen=True, slots=True)
class Coming:
    """An instalment that has not fallen due, and until when it can be paid in time."""

    instalment: Instalment
    last_day: date


@dataclass(frozen=True, slots=True)
class LoanView:
    """One loan as it stands today. ``due`` and ``payoff`` are what is owed now, and to end it.

    ``failed`` is the last order, where it failed.
    """

    loan: Loan
    status: LoanStatus
    due: Parts
    payoff: Parts
    last_day: date | None
    days_past_due: int
    coming: tuple[Coming, ...]
    paid: tuple[tuple[Payment, Parts], ...]
    under_way: MoneyOrder | None
    failed: MoneyOrder | None

    @property
    def account(self) -> str:
        """All but its last four signs covered."""
        return masked(self.loan.account)

    @property
    def method_words(self) -> str:
        return str(METHOD_WORDS[Method(self.loan.method)])

    @property
    def paid_out_fen(self) -> int:
        """What the firm got: the amount less the fees."""
        return self.loan.amount_fen - self.loan.fees_fen

    @property
    def left_fen(self) -> int:
        """Principal that is still owed."""
        return self.payoff.principal_fen

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def is_stopped(self) -> bool:
        """Whether people have to look before any money of the loan moves."""
        return self.under_way is not None and self.under_way.state == OrderState.DIFFERS

    @property
    def cost_as_paid(self) -> int | None:
        """Of a closed loan: what it cost a year, in basis points."""
        return (self.loan.statement or {}).get("effective_bp_as_paid")

    @property
    def later(self) -> int:
        """How many instalments come after the next three."""
        return max(0, len(self.coming) - 3)

    @property
    def next_due(self) -> Coming | None:
        return self.coming[0] if self.coming else None


def loan_view(actor: Actor, loan_id: UUID) -> LoanView:
    """One loan of the actor's firm or bank; NotFound for any other."""
    require(actor, Permission.LOAN_VIEW)
    return view_of(loan_for(actor, loan_id))


def loan_of_application(actor: Actor, application_id: UUID) -> UUID:
    """The loan that an application became; NotFound where it has none, or isn't the actor's."""
    require(actor, Permission.LOAN_VIEW)
    found = Loan.objects.visible_to(actor).filter(application_id=application_id).first()
    if found is None:
        raise NotFound(code="loan_missing")
    return found.id


def loan_id_of(actor: Actor, application_id: UUID) -> UUID | None:
    """As ``loan_of_application``, for pages that show a way there where there is one."""
    seen = Loan.objects.visible_to(actor).filter(application_id=application_id)
    return seen.values_list("id", flat=True).first()


def is_watched(actor: Actor, application_id: UUID) -> bool | None:
    """Whether the bank may watch over the loan; None where there is none to watch over.

    That is before both have signed, and once the loan is paid back or closed.
    """
    mine = LoanApplication.objects.visible_to(actor).filter(
        id=application_id, status=Status.AGREEMENT_SIGNED
    )
    over = Loan.objects.filter(
        application_id=application_id, status__in=[LoanStatus.SETTLED, LoanStatus.CLOSED]
    )
    if not mine.exists() or over.exists():
        return None
    return bool(standing_monitoring(application_id))


def loans_visible_to(
    actor: Actor, *, status: str = "", after: Place | None = None
) -> Page[LoanView]:
    """A page of the actor's loans, newest first; of one state where it is named."""
    require(actor, Permission.LOAN_VIEW)
    seen = Loan.objects.visible_to(actor).select_related("application", "firm", "bank")
    if status:
        seen = seen.filter(status=status)
    return newest_first(seen, "opened_at", after=after).map(view_of)


def counts_for_overseers() -> Mapping[UUID, Mapping[Arrears, int]]:
    """Running loans by bank and class of arrears; counts, and no firm."""
    running = Loan.objects.filter(status__in=RUNNING).order_by()
    found: dict[UUID, dict[Arrears, int]] = {}
    for bank, arrears, number in running.values_list("bank_id", "arrears").annotate(
        number=Count("id")
    ):
        found.setdefault(bank, {})[Arrears(arrears)] = number
    return found


def view_of(loan: Loan) -> LoanView:
    """The loan with its account as of today; before the payout nothing is owed."""
    status = LoanStatus(loan.status)
    account = account_of(loan, day=today()) if status in PAID_OUT else None
    newest = loan.orders.order_by("-asked_at").first()
    return LoanView(
        loan=loan,
        status=status,
        due=account.due if account else Parts(),
        payoff=account.payoff if account else Parts(),
        last_day=min((claim.last_day for claim in account.claims), default=None)
        if account
        else None,
        days_past_due=account.days_past_due if account else 0,
        coming=_coming(loan, account),
        paid=tuple(lines_of(loan)),
        under_way=open_order(loan),
        failed=newest if newest is not None and newest.failure else None,
    )


def _coming(loan: Loan, account: Account | None) -> tuple[Coming, ...]:
    if account is None:
        return ()
    last_day = terms_of(loan).last_day
    return tuple(Coming(one, last_day(one.due_on)) for one in account.plan)
