"""How long a firm may go back on an offer that it has accepted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.applications.models import Acceptance, LoanApplication
from portal.applications.transitions import AGREED, Status
from portal.core.errors import InvalidTransition, RuleBroken


def free_until(acceptance: Acceptance) -> datetime:
    """Until when; with no days to change one's mind that is when it was accepted."""
    days = acceptance.offer.document["cooling_off_days"]
    return acceptance.accepted_at + timedelta(days=days)


def check_not_bound(application: LoanApplication) -> None:
    """Refuse a firm that is bound: belongs under the application's lock.

    InvalidTransition (``offer_accepted``) where the signature is not carried out yet, RuleBroken
    (``cooling_off_over``) when the days to change one's mind are over, or there were none.
    """
    if application.status == Status.OFFERED and _acceptances(application).exists():
        raise InvalidTransition(code="offer_accepted")
    if application.status in AGREED:
        acceptance = _acceptances(application).select_related("offer").get()
        if timezone.now() >= free_until(acceptance):
            raise RuleBroken(
                _("The time to go back on the accepted offer is over."), code="cooling_off_over"
            )


def _acceptances(application: LoanApplication) -> QuerySet[Acceptance]:
    return Acceptance.objects.filter(offer__application_id=application.id)
