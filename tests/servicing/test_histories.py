"""Whatever is paid and when: no fen appears or is lost."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.products.schedule import Method
from portal.servicing.account import Account
from portal.servicing.terms import LoanTerms, Parts, Payment
from tests.servicing.loans import next_monday

TERMS = st.builds(
    LoanTerms,
    amount_fen=st.integers(1, 10**10),
    annual_rate_bp=st.integers(0, 3_600),
    penalty_rate_bp=st.integers(0, 5_400),
    term_months=st.integers(1, 36),
    method=st.sampled_from(Method),
    paid_out_on=st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    last_day=st.just(next_monday),
)
# Days since the payment before, and what is paid in thousandths of what would end the loan.
ACTS = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 1_100)), max_size=25)


@settings(max_examples=400)
@given(terms=TERMS, acts=ACTS)
def test_every_fen_paid_is_accounted_for(terms: LoanTerms, acts: list[tuple[int, int]]) -> None:
    account, total, day = Account(terms), Parts(), terms.paid_out_on
    for days, thousandths in acts:
        day += timedelta(days=days)
        account.advance(day)
        before = account.payoff.owed_fen
        amount = max(before * thousandths // 1_000, 1)
        parts = account.pay(Payment(amount, day))
        total += parts
        assert parts.total_fen == amount
        assert min(parts.penalty_fen, parts.interest_fen, parts.principal_fen) >= 0
        # Paying in part neither forgives nor adds: at most a fen of rounding an open claim.
        assert abs(account.payoff.owed_fen - (before - parts.owed_fen)) <= len(account.claims) + 1
        owed = account.not_due_fen + sum(claim.principal_fen for claim in account.claims)
        assert total.principal_fen + owed == terms.amount_fen
    account.pay(Payment(account.payoff.owed_fen + 1, day))
    assert account.is_settled


@settings(max_examples=200)
@given(terms=TERMS)
def test_paid_as_planned_it_ends_as_planned(terms: LoanTerms) -> None:
    account, total = Account(terms), Parts()
    plan = terms.plan(terms.amount_fen, month=1)
    for one in plan:
        account.advance(one.due_on)
        if one.total_fen:
            total += account.pay(Payment(one.total_fen, one.due_on))
    assert account.is_settled
    interest = sum(one.interest_fen for one in plan)
    assert total == Parts(0, interest, terms.amount_fen)


@settings(max_examples=100)
@given(terms=TERMS, acts=ACTS, seed=st.integers(0, 2**32))
def test_the_order_of_hearing_changes_nothing(
    terms: LoanTerms, acts: list[tuple[int, int]], seed: int
) -> None:
    after = accumulate(days + 1 for days, _ in acts)
    payments = [
        Payment(
            max(terms.amount_fen * thousandths // 10_000, 1),
            terms.paid_out_on + timedelta(days=days),
        )
        for days, (_, thousandths) in zip(after, acts, strict=True)
    ]
    shuffled = Random(seed).sample(payments, len(payments))
    end = terms.paid_out_on + timedelta(days=1_500)
    one, other = (Account.after(terms, heard, day=end) for heard in (payments, shuffled))
    assert (one.due, one.plan, one.claims) == (other.due, other.plan, other.claims)
