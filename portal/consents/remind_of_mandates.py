"""Two weeks before a mandate runs out the person is told, and how to go on."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.accounts.mail import queue_mail
from portal.accounts.models import Organisation, User
from portal.consents.firm_people import REMIND, ending_before
from portal.core.actor import SystemActor
from portal.core.months import SHANGHAI


@transaction.atomic(durable=True)
def remind_of_mandates(actor: SystemActor) -> int:
    """Write once for each mandate that ends within ``REMIND``; how many those are."""
    ending = ending_before(timezone.now() + REMIND)
    people = User.objects.filter(is_active=True).in_bulk([one.person_id for one in ending])
    firms = Organisation.objects.in_bulk([one.firm_id for one in ending])
    for mandate in ending:
        person, firm = people.get(mandate.person_id), firms.get(mandate.firm_id)
        if person is not None and firm is not None:
            queue_mail(
                person,
                message="mandate_ends_soon",
                once=f"mandate-soon:{mandate.id}",
                firm=firm.name_in(person.language),
                until=f"{mandate.until.astimezone(SHANGHAI):%Y-%m-%d}",
            )
    return len(ending)
