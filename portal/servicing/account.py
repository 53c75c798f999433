"""What a firm owes on a loan day by day, and what its payments pay off. Pure; integer fen.

A payment pays what is due, the oldest first, and of each penalty, interest, principal (Civil Code,
article 561). What is beyond pays interest to the day and then principal early; what is left then is
spread over the same months. Instead of the loan's rate, what is due and unpaid bears the penalty
rate, by days of a 360th, after the last day on which it could be paid.

All follows from the terms and the payments in the order of their days, so that one that is heard
of late counts from its own day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import Self

from portal.products.schedule import (
    UNITS_A_MONTH,
    Instalment,
    due_date,
    interest_of,
    units_between,
)
from portal.servicing.claim import Claim
from portal.servicing.terms import LoanTerms, Parts, Payment


class Account:
    """A loan from the day it was paid out; time goes forward only."""

    def __init__(self, terms: LoanTerms) -> None:
        self._terms = terms
        self.day = terms.paid_out_on
        self.claims: list[Claim] = []
        self.plan: tuple[Instalment, ...] = terms.plan(terms.amount_fen, month=1)
        self.paid = Parts()
        # Of the running month, units whose interest was paid early.
        self._paid_units = 0

    @classmethod
    def after(cls, terms: LoanTerms, payments: Iterable[Payment], *, day: date) -> Self:
        """The account on ``day``, with the payments up to then; later ones are left out."""
        account = cls(terms)
        for payment in sorted(payments, key=attrgetter("paid_on")):
            if payment.paid_on <= day:
                account.pay(payment)
        account.advance(day)
        return account

    @property
    def not_due_fen(self) -> int:
        """Principal that has not fallen due."""
        return sum(one.principal_fen for one in self.plan)

    @property
    def due(self) -> Parts:
        """What has fallen due and is unpaid."""
        return sum((claim.owed for claim in self.claims), Parts())

    @property
    def surplus_fen(self) -> int:
        """What was paid beyond what could be taken."""
        return self.paid.surplus_fen

    @property
    def accrued_fen(self) -> int:
        """Interest of the running month to this day: what an early payment pays first."""
        return self._accrued()

    @property
    def payoff(self) -> Parts:
        """What ends the loan on this day."""
        return self.due + Parts(interest_fen=self._accrued(), principal_fen=self.not_due_fen)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is owed any more."""
        return not (self.plan or self.claims)

    @property
    def days_past_due(self) -> int:
        """Days since the oldest unpaid instalment could last be paid in time."""
        last_days = [claim.last_day for claim in self.claims]
        return max((self.day - min(last_days)).days, 0) if last_days else 0

    def advance(self, day: date) -> None:
        """Let time go to ``day``: instalments fall due, penalties grow.

        Refuses (`ValueError`) a day before the one reached.
        """
        if day < self.day:
            raise ValueError(f"{day} is before {self.day}, which the account has reached")
        while self.plan and self.plan[0].due_on <= day:
            self.claims.append(Claim.of(self.plan[0], last_day=self._terms.last_day))
            self.plan = self.plan[1:]
            self._paid_units = 0
        for claim in self.claims:
            claim.count(day, rate_bp=self._terms.penalty_rate_bp)
        self._drop_paid()
        self.day = day

    def pay(self, payment: Payment) -> Parts:
        """Count a payment, on its day; what it paid.

        Refuses (`ValueError`) nothing or less, and a day before the one reached.
        """
        if payment.amount_fen <= 0:
            raise ValueError("a payment is at least one fen")
        self.advance(payment.paid_on)
        paid = Parts()
        for claim in self.claims:
            paid += claim.pay(payment.amount_fen - paid.total_fen)
        self._drop_paid()
        paid += self._pay_early(payment.amount_fen - paid.total_fen)
        self.paid += paid
        return paid

    def _pay_early(self, amount_fen: int) -> Parts:
        """Too little to pay more than the interest to the day is not taken."""
        accrued, left = self._accrued(), self.not_due_fen
        if not left or amount_fen <= accrued:
            return Parts(surplus_fen=amount_fen)
        principal = min(amount_fen - accrued, left)
        month, units = self.plan[0].number, self._units()
        self._paid_units = units
        self.plan = ()
        if principal < left:
            rest = UNITS_A_MONTH - units
            self.plan = self._terms.plan(left - principal, month=month, units=rest)
        return Parts(0, accrued, principal, amount_fen - accrued - principal)

    def _units(self) -> int:
        """Units of the running month up to this day."""
        began = due_date(self._terms.paid_out_on, self.plan[0].number - 1)
        return units_between(began, self.day)

    def _accrued(self) -> int:
        """Interest of the running month up to this day that was not paid early."""
        if not self.plan:
            return 0
        units = self._units() - self._paid_units
        return interest_of(self.not_due_fen, rate_bp=self._terms.annual_rate_bp, units=units)

    def _drop_paid(self) -> None:
        # Of a few fen the last instalments may be of nothing.
        if not self.not_due_fen:
            self.plan = ()
        self.claims = [claim for claim in self.claims if claim.owed.owed_fen]
