"""A bank's own accounts at those who move money; the owner of the database puts them down."""

from __future__ import annotations

from uuid import UUID

from portal.applications.disbursement import (
    Disbursement,
    RailName,
    check_disbursement,
    plain_number,
)
from portal.core.errors import RuleBroken
from portal.servicing.models import BankAccount


def name_bank_account(bank_id: UUID, rail: str, number: str, *, using: str = "default") -> None:
    """From here on loans of the bank are paid out of this account; those that are open keep theirs.

    Refuses (RuleBroken) an unknown rail, and a number that can't be one.
    """
    if rail not in set(RailName):
        raise RuleBroken(code="rail_unknown")
    account = plain_number(number)
    check_disbursement(Disbursement(rail, account))
    BankAccount.objects.using(using).update_or_create(
        bank_id=bank_id, rail=rail, defaults={"account": account}
    )
