"""How much a person may approve: the standard, and what a bank has set for the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from portal.applications.approval_models import ApprovalLimit
from portal.core.errors import RuleBroken
from portal.core.money import yuan

MOST_FEN: Final = 100_000_000_000  # no limit beyond a billion yuan makes sense for small firms


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to which amounts, in fen, a person approves alone, and as the second of two."""

    alone_fen: int
    second_fen: int


STANDARD: Final = Limits(alone_fen=100_000_000, second_fen=1_000_000_000)


def limits_of(bank_id: UUID, person_id: UUID, *, lock: bool = False) -> Limits:
    """The person's limits at this bank now.

    With ``lock`` a change of them waits until the transaction ends.
    """
    rows = ApprovalLimit.objects.filter(bank_id=bank_id, person_id=person_id)
    row = (rows.select_for_update(no_key=True) if lock else rows).first()
    return Limits(row.alone_fen, row.second_fen) if row is not None else STANDARD


def check_limits(limits: Limits) -> None:
    """Refuse limits out of range, or less as the second than alone (RuleBroken)."""
    if not 0 <= limits.alone_fen <= limits.second_fen <= MOST_FEN:
        raise RuleBroken(
            _(
                "Limits go from ¥0 to ¥%(most)s, and nobody may approve less as the second person "
                "than alone."
            )
            % {"most": yuan(MOST_FEN)},
            code="limits_out_of_range",
        )


def check_may_second(amount_fen: int, limits: Limits) -> None:
    """Refuse a second approval above the person's limit (RuleBroken ``above_your_limit``)."""
    if amount_fen > limits.second_fen:
        raise RuleBroken(
            _("You may approve up to ¥%(most)s as the second person; this is ¥%(amount)s.")
            % {"most": yuan(limits.second_fen), "amount": yuan(amount_fen)},
            code="above_your_limit",
        )
