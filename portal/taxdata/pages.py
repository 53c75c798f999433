"""From sealed pages to whole months, holding one page and one month at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from joserfc.jwk import OKPKey

from portal.core.months import Month
from portal.core.wire import PagePlace, digest, open_page
from portal.taxdata.package import MOST_RECORDS_PER_PAGE, Manifest, PackageRefused
from portal.taxdata.records import TaxRecord, period_of, record_from


def opened_records(
    token: str, *, number: int, manifest: Manifest, session_key: OKPKey
) -> list[TaxRecord]:
    """The records of page ``number``; refuses a page altered, moved, or outside the months."""
    if not token.isascii() or digest(token) != manifest.pages[number - 1]:
        raise PackageRefused(f"Page {number} is not the one signed for.", code="wrong_digest")
    place = PagePlace(
        session=manifest.session,
        artefact=manifest.artefact_sha256,
        page=number,
        pages=len(manifest.pages),
    )
    rows = _rows(open_page(token, place=place, session_key=session_key), number)
    records = [_record(row, number, manifest) for row in rows]
    for record in records:
        _check_covered(record, number, manifest)
    return records


def finished_months(
    pages: Iterable[list[TaxRecord]], manifest: Manifest
) -> Iterator[tuple[Month, list[TaxRecord]]]:
    """Each month as soon as its last record has come, in the order and number signed for.

    Refuses (wrong_total, wrong_order, wrong_gaps) records that are too few or too many, out of
    order, or that speak of a month which the manifest calls missing.
    """
    waiting: list[TaxRecord] = []
    coming = iter(pages)
    for month in manifest.asked_months:
        wanted = manifest.months[month].records
        while len(waiting) < wanted:
            page = next(coming, None)
            if page is None:
                raise PackageRefused(f"Records of {month} did not come.", code="wrong_total")
            waiting += page
        records, waiting = waiting[:wanted], waiting[wanted:]
        _check_month(month, records, manifest)
        yield month, records
    if waiting or any(coming):
        raise PackageRefused("The pages hold more than was signed for.", code="wrong_total")


def _check_month(month: Month, records: list[TaxRecord], manifest: Manifest) -> None:
    periods = [period_of(record) for record in records]
    if any(last != month for _, last in periods):
        raise PackageRefused(f"{month} holds another month's record.", code="wrong_order")
    earliest = min(first for first, _ in periods)
    for other, entry in manifest.months.items():
        spoken_of = earliest <= other < month
        if (entry.within == month and not spoken_of) or (entry.missing and spoken_of):
            raise PackageRefused(f"{other} is not what the manifest says.", code="wrong_gaps")


def _check_covered(record: TaxRecord, number: int, manifest: Manifest) -> None:
    first, last = period_of(record)
    if not manifest.first_month <= last <= manifest.last_month or first < min(manifest.months):
        raise PackageRefused(
            f"Page {number} holds a record of a month that was not asked for.",
            code="month_not_covered",
        )


def _rows(plaintext: bytes, number: int) -> list[Any]:
    try:
        rows = json.loads(plaintext)["records"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _malformed(number) from error
    if not isinstance(rows, list) or len(rows) > MOST_RECORDS_PER_PAGE:
        raise _malformed(number)
    return rows


def _record(row: object, number: int, manifest: Manifest) -> TaxRecord:
    try:
        return record_from(manifest.category, row)
    except (ValueError, TypeError) as error:
        raise _malformed(number) from error


def _malformed(number: int) -> PackageRefused:
    return PackageRefused(f"Page {number} can't be understood.", code="malformed_page")
