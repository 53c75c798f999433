"""When runs begin by themselves, and which are still on."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from portal.consents.monitoring import banks_that_monitor
from portal.core.months import Month
from portal.taxdata.queries import newest_confirmed_month
from scoring.portfolio.models import PortfolioRun, RunStatus


def banks_due() -> list[UUID]:
    """Banks with live monitoring consents and no run of the last full month.

    None before the tax authority has confirmed that month for any firm.
    """
    month, confirmed = Month.of(timezone.now()) - 1, newest_confirmed_month()
    if confirmed is None or confirmed < month:
        return []
    done = set(PortfolioRun.objects.filter(month=month.first).values_list("bank_id", flat=True))
    return [bank_id for bank_id in banks_that_monitor() if bank_id not in done]


def runs_still_on() -> list[UUID]:
    """Every run that isn't finished."""
    running = PortfolioRun.objects.filter(status=RunStatus.RUNNING)
    return list(running.values_list("id", flat=True))
