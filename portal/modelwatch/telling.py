"""Messages about drift and calibration, asked for in the caller's transaction."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from portal.accounts.mail import queue_mail
from portal.accounts.models import Membership, MembershipQuerySet
from portal.accounts.permissions import PERMISSIONS, Permission
from portal.modelwatch.drifts import Scope
from scoring.engine.calibration import Fit


def tell_of_drift(scope: Scope, model_sha256: str, as_of_month: date) -> None:
    """Write once to a bank's approvers, or to the overseers."""
    message = "drift_of_all_banks" if scope.bank_id is None else "drift_of_bank"
    once = f"drift:{model_sha256[:16]}:{scope.bank_id or 'all'}:{as_of_month:%Y-%m}"
    for member in _concerned(scope.bank_id).iterator():
        queue_mail(member.user, message=message, once=once, month=f"{as_of_month:%Y-%m}")


def tell_of_calibration(scope: Scope, model_sha256: str, first_day: date, found: Fit) -> None:
    """Write once to a bank's approvers, or to the overseers, that a quarter's loans don't fit."""
    whose = "all_banks" if scope.bank_id is None else "bank"
    message = f"{found.value}_bad_loans_of_{whose}"
    quarter = f"{first_day:%Y}-Q{(first_day.month + 2) // 3}"
    once = f"calibration:{model_sha256[:16]}:{scope.bank_id or 'all'}:{quarter}:{found.value}"
    for member in _concerned(scope.bank_id).iterator():
        queue_mail(member.user, message=message, once=once, quarter=quarter)


def _concerned(bank_id: UUID | None) -> MembershipQuerySet:
    permission = Permission.LEDGER_READ if bank_id is None else Permission.PRODUCT_APPROVE
    roles = [role for role, may in PERMISSIONS.items() if permission in may]
    members = Membership.objects.live().filter(role__in=roles, user__is_active=True)
    at_bank = members if bank_id is None else members.filter(organisation_id=bank_id)
    return at_bank.select_related("user")
