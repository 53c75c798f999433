"""How an application is withdrawn; a step of use cases, under the application's lock."""

from __future__ import annotations

from enum import StrEnum

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.models import LoanApplication
from portal.applications.transitions import Status, check_move
from portal.core.actor import Actor, SystemActor


class Because(StrEnum):
    """Why an application ended, where the firm did not simply take it back."""

    ANOTHER_ACCEPTED = "another_accepted"
    COOLING_OFF = "cooling_off"


def end_application(
    actor: Actor | SystemActor, application: LoanApplication, because: Because | None = None
) -> None:
    """Withdraw it, and say so on the ledger. Refuses (InvalidTransition) one that has ended."""
    check_move(application.status, Status.WITHDRAWN)
    application.status = Status.WITHDRAWN
    application.action_reason = ""
    application.save(update_fields=["status", "action_reason"])
    record(
        EventKind.APPLICATION_WITHDRAWN,
        actor=actor.ref,
        subject=application.ref,
        payload={"because": because.value} if because is not None else {},
    )
