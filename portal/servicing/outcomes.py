"""What became of a loan, for those who watch the models; a step of use cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from portal.servicing.account import Account
from portal.servicing.models import Loan

BAD_AFTER: Final = 90


def tell_paid_out(loan: Loan) -> None:
    """It was paid out; as long as nothing else is told it is a good one."""
    _tell(loan, "paid_out", None)


def tell_if_bad(loan: Loan, account: Account) -> None:
    """A payment has been overdue for 90 days: told once, with the first such day."""
    if account.days_past_due >= BAD_AFTER:
        _tell(loan, "bad", account.day - timedelta(days=account.days_past_due - BAD_AFTER))


def _tell(loan: Loan, what: str, overdue_90_on: date | None) -> None:
    enqueue(
        Job.TAKE_OUTCOME,
        subject=loan.application.ref,
        payload={
            "paid_out_on": str(loan.paid_out_on),
            "overdue_90_on": overdue_90_on.isoformat() if overdue_90_on else None,
        },
        key=f"outcome:{what}:{loan.id}",
    )
