"""The consent that an application may be sent under."""

from __future__ import annotations

from portal.applications.models import LoanApplication
from portal.consents.queries import ConsentView, live_consent_for
from portal.core.months import months_between


def fresh_consent_for(application: LoanApplication) -> ConsentView | None:
    """The live consent to send under: the application's own, else one the bank asked the firm for.

    None for one that was spent or sent with before (one consent is one sending: what was fetched,
    or failed, under it is settled), and for one that allows less than the product needs.
    """
    found = _unsettled(application)
    return found if found is not None and _covers(found, application) else None


def narrow_consent_for(application: LoanApplication) -> ConsentView | None:
    """The application's own consent, if all that stands against it is that it allows too little."""
    found = _unsettled(application)
    if found is None or found.application_id is None or _covers(found, application):
        return None
    return found


def _unsettled(application: LoanApplication) -> ConsentView | None:
    own = _live(application, of_its_own=True)
    if own is not None:
        return own if _is_unspent(own) and own.id != application.consent_id else None
    asked = _live(application, of_its_own=False)
    if asked is None or not _is_unspent(asked):
        return None
    return None if LoanApplication.objects.filter(consent_id=asked.id).exists() else asked


def _live(application: LoanApplication, *, of_its_own: bool) -> ConsentView | None:
    return live_consent_for(
        bank_id=application.bank_id,
        firm_id=application.firm_id,
        application_id=application.id if of_its_own else None,
    )


def _is_unspent(consent: ConsentView) -> bool:
    return consent.uses < consent.max_uses


def _covers(consent: ConsentView, application: LoanApplication) -> bool:
    product = application.product
    return (
        consent.purpose == product.purpose
        and set(product.categories) <= set(consent.categories)
        and len(months_between(consent.first_month, consent.last_month)) >= product.months_needed
    )
