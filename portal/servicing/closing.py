"""How a loan is closed; a step of use cases, under its lock."""

from __future__ import annotations

from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.actor import Actor, SystemActor
from portal.core.jobs import Job
from portal.jobs.enqueue import enqueue
from portal.products.terms import digest_of
from portal.servicing.models import Loan
from portal.servicing.statement import statement_of
from portal.servicing.transitions import LoanStatus


def close(actor: Actor | SystemActor, loan: Loan) -> None:
    """Freeze the statement, put its digest on the ledger, have the monitoring ended."""
    loan.status, loan.closed_at, loan.next_look_on = LoanStatus.CLOSED, timezone.now(), None
    loan.statement = statement_of(loan)
    loan.statement_sha256 = digest_of(loan.statement)
    loan.save(
        update_fields=["status", "closed_at", "next_look_on", "statement", "statement_sha256"]
    )
    record(
        EventKind.LOAN_CLOSED,
        actor=actor.ref,
        subject=loan.application.ref,
        payload={"loan": str(loan.id), "statement_sha256": loan.statement_sha256},
    )
    enqueue(Job.END_MONITORING, subject=loan.application.ref, key=f"unwatch:{loan.id}")
