"""The life of a loan: one mapping, from which all else about its states is derived."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.applications.transitions import Display, Tone
from portal.core.errors import InvalidTransition


class LoanStatus(models.TextChoices):
    DISBURSING = "disbursing"
    DISBURSEMENT_FAILED = "disbursement_failed"
    DISBURSED = "disbursed"
    ACTIVE = "active"
    IN_ARREARS = "in_arrears"
    SETTLED = "settled"
    CLOSED = "closed"


MOVES: dict[LoanStatus, frozenset[LoanStatus]] = {
    LoanStatus.DISBURSING: frozenset({LoanStatus.DISBURSED, LoanStatus.DISBURSEMENT_FAILED}),
    # Tried again; or given up, and then no money has ever moved.
    LoanStatus.DISBURSEMENT_FAILED: frozenset({LoanStatus.DISBURSING, LoanStatus.CLOSED}),
    LoanStatus.DISBURSED: frozenset({LoanStatus.ACTIVE}),
    LoanStatus.ACTIVE: frozenset({LoanStatus.IN_ARREARS, LoanStatus.SETTLED}),
    LoanStatus.IN_ARREARS: frozenset({LoanStatus.ACTIVE, LoanStatus.SETTLED}),
    LoanStatus.SETTLED: frozenset({LoanStatus.CLOSED}),
    LoanStatus.CLOSED: frozenset(),
}
RUNNING = frozenset({LoanStatus.ACTIVE, LoanStatus.IN_ARREARS})
PAID_OUT = RUNNING | {LoanStatus.DISBURSED, LoanStatus.SETTLED}

FOR_FIRM: dict[LoanStatus, Display] = {
    LoanStatus.DISBURSING: Display(
        Tone.INFORMATION, _("Being paid out"), _("The money is on its way to your account.")
    ),
    LoanStatus.DISBURSEMENT_FAILED: Display(
        Tone.WAITING,
        _("Not paid out"),
        _("The money could not be paid out. The bank has been told."),
    ),
    LoanStatus.DISBURSED: Display(
        Tone.DONE, _("Paid out"), _("The money is in your account. The payments are being set up.")
    ),
    LoanStatus.ACTIVE: Display(Tone.DONE, _("Running"), _("Nothing is overdue.")),
    LoanStatus.IN_ARREARS: Display(
        Tone.REFUSED, _("Overdue"), _("A payment is overdue. It costs a penalty every day.")
    ),
    LoanStatus.SETTLED: Display(Tone.DONE, _("Paid back"), _("You owe nothing any more.")),
    LoanStatus.CLOSED: Display(Tone.NEUTRAL, _("Closed"), _("This loan is closed.")),
}
FOR_BANK: dict[LoanStatus, Display] = {
    LoanStatus.DISBURSING: Display(
        Tone.INFORMATION, _("Being paid out"), _("The money is on its way to the firm.")
    ),
    LoanStatus.DISBURSEMENT_FAILED: Display(
        Tone.WAITING,
        _("Not paid out"),
        _("The money could not be paid out. Try again when the cause is gone, or give it up."),
    ),
    LoanStatus.DISBURSED: Display(
        Tone.DONE, _("Paid out"), _("The firm has the money. The payments are being set up.")
    ),
    LoanStatus.ACTIVE: Display(Tone.DONE, _("Running"), _("Nothing is overdue.")),
    LoanStatus.IN_ARREARS: Display(Tone.REFUSED, _("Overdue"), _("A payment is overdue.")),
    LoanStatus.SETTLED: Display(Tone.DONE, _("Paid back"), _("The firm owes nothing any more.")),
    LoanStatus.CLOSED: Display(Tone.NEUTRAL, _("Closed"), _("This loan is closed.")),
}


def may_move(current: str, target: LoanStatus) -> bool:
    """Whether the mapping knows the step from ``current`` to ``target``."""
    return target in MOVES[LoanStatus(current)]


def check_move(current: str, target: LoanStatus) -> None:
    """Refuse a step that the mapping does not know with InvalidTransition (409)."""
    if not may_move(current, target):
        raise InvalidTransition(code=f"loan_{current}_to_{target}")
