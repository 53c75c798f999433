"""Consents to watch over one loan: which stand."""

from __future__ import annotations

from uuid import UUID

from portal.applications.models import MonitoringAsk
from portal.consents.queries import ConsentView, consent_of


def standing_monitoring(application_id: UUID) -> list[ConsentView]:
    """Consents that were given for this loan and have not ended."""
    asked = MonitoringAsk.objects.filter(application_id=application_id)
    found = (consent_of(request_id) for request_id in asked.values_list("request_id", flat=True))
    return [consent for consent in found if consent is not None and consent.is_standing]
