"""The consent that an application may be sent under."""

from __future__ import annotations

from portal.applications.models import LoanApplication
from portal.consents.queries import ConsentView, live_consent_for


def fresh_consent_for(application: LoanApplication) -> ConsentView | None:
    """The application's newest live consent, unless it was spent or sent with before.

    One consent is one sending: what was fetched, or failed, under it is settled.
    """
    consent = live_consent_for(
        bank_id=application.bank_id,
        firm_id=application.firm_id,
        application_id=application.id,
    )
    if consent is None or consent.id == application.consent_id or consent.uses >= consent.max_uses:
        return None
    return consent
