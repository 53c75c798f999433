"""Consents to watch over one loan: which stand, and their end with the loan."""

from __future__ import annotations

from uuid import UUID

from portal.applications.models import LoanApplication, MonitoringAsk
from portal.applications.transitions import Status
from portal.consents.queries import ConsentView, consent_of
from portal.core.actor import Actor


def standing_monitoring(application_id: UUID) -> list[ConsentView]:
    """Consents that were given for this loan and have not ended."""
    asked = MonitoringAsk.objects.filter(application_id=application_id)
    found = (consent_of(request_id) for request_id in asked.values_list("request_id", flat=True))
    return [consent for consent in found if consent is not None and consent.is_standing]


def monitoring_asked(actor: Actor, application_id: UUID) -> bool | None:
    """Whether the loan is watched over; None where there is no signed agreement to watch over."""
    mine = LoanApplication.objects.visible_to(actor)
    if not mine.filter(id=application_id, status=Status.AGREEMENT_SIGNED).exists():
        return None
    return bool(standing_monitoring(application_id))
