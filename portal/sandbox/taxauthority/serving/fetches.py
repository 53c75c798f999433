"""How often a consent may be fetched under: each fetch is told by the asking side's id of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from portal.core.months import SHANGHAI
from portal.sandbox.taxauthority.models import ServedFetch
from portal.sandbox.taxauthority.serving.consent import ServingRefused, Terms

RESUMABLE = timedelta(hours=24)


def note_fetch(terms: Terms, *, category: str, fetch: str) -> None:
    """Count a fetch, or recognise one that goes on after a crash; refuses already_fetched.

    A one-time consent is good for one fetch of each category, which may be resumed for a day. A
    periodic one for so many a calendar month as it says. The caller holds the category's lock.
    """
    now = timezone.now()
    known = ServedFetch.objects.filter(artefact_sha256=terms.artefact_sha256, category=category)
    same = known.filter(fetch=fetch).first()
    if same is not None and now < same.opened_at + RESUMABLE:
        return
    if same is not None or _counted(known, terms, now) >= _most(terms):
        raise ServingRefused("The consent's fetches are spent.", code="already_fetched")
    ServedFetch.objects.create(
        artefact_sha256=terms.artefact_sha256, category=category, fetch=fetch
    )


def _most(terms: Terms) -> int:
    return 1 if terms.fetch_type == "ONETIME" else terms.frequency


def _counted(known: QuerySet[ServedFetch], terms: Terms, now: datetime) -> int:
    if terms.fetch_type == "PERIODIC" and terms.frequency_unit == "month":
        today = now.astimezone(SHANGHAI)
        known = known.filter(
            opened_at__gte=today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        )
    return known.count()
