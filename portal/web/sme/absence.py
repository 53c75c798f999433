"""When the tax authority holds nothing for the months of a consent: what the page then says."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portal.core.months import Month
from portal.taxdata.models import ImportStatus
from portal.taxdata.queries import imports_under


@dataclass(frozen=True, slots=True)
class Absence:
    """The months that were asked for, and where the authority's records end if before them."""

    first_month: Month
    last_month: Month
    ended: Month | None


def absence_under(consent_id: UUID | None) -> Absence | None:
    """None unless the fetch under this consent went well and yet brought no record at all.

    The caller has checked who may see the consent.
    """
    fetched = imports_under(consent_id) if consent_id else []
    stored = [source for source in fetched if source.status == ImportStatus.STORED]
    if not stored or any(source.records for source in stored):
        return None
    first = min(source.first_month for source in stored)
    ends = [source.as_of_month for source in stored if source.as_of_month is not None]
    end = max(ends, default=None)
    return Absence(
        first_month=first,
        last_month=max(source.last_month for source in stored),
        ended=end if end is not None and end < first else None,
    )
