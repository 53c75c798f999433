"""Judging what the authority sent, before anything is stored. Pure: no clock, no I/O.

A package is a signed manifest and the pages it lists. Everything has to agree: the signature with
the pinned key, the manifest with the artefact that was sent, each page with its digest and place,
each record with the consented months, the sum with the manifest's count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from joserfc.jwk import KeySet, OKPKey

from portal.consents.artefact import Artefact
from portal.core.errors import Refused
from portal.core.months import Month, months_between
from portal.core.wire import PagePlace, Typ, digest, open_page, verify
from scoring.engine.summary import Record

MOST_PAGES = 10_000
MOST_SHIFTED_MONTHS = 1_200
MOST_RECORDS_PER_PAGE = 5_000
CAUSES = frozenset({"not_filed", "provider_omitted", "not_covered"})
_FIELDS: Mapping[str, type] = {
    "direction": str,
    "number": str,
    "issued_on": str,
    "counterparty": str,
    "net_fen": int,
    "vat_fen": int,
    "gross_fen": int,
    "void": bool,
    "occurrence": int,
}
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")


class PackageRefused(Refused):
    """The package is not what was asked for.

    Codes: another_artefact, another_firm, another_category, another_session, another_range,
    malformed_manifest, wrong_digest, malformed_page, month_not_covered, wrong_total, wrong_gaps.
    """

    code = "malformed_manifest"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the authority has signed for."""

    session: str
    artefact_sha256: str
    first_month: Month
    last_month: Month
    as_of_month: Month
    pages: tuple[str, ...]
    records: int
    gaps: Mapping[Month, str]
    sha256: str
    shifted_months: int = 0  # by which a demonstration moves the dates of old records


def checked_manifest(
    token: str,
    *,
    keys: KeySet,
    session: str,
    artefact: Artefact,
    artefact_sha256: str,
    category: str,
) -> Manifest:
    """The manifest, when the authority signed it for this artefact, firm, category and session."""
    claims = verify(token, typ=Typ.MANIFEST, keys=keys)
    expected = {
        "artefact_sha256": (artefact_sha256, "another_artefact"),
        "uscc": (artefact.firm.uscc, "another_firm"),
        "category": (category, "another_category"),
        "session": (session, "another_session"),
        "first_month": (str(artefact.first_month), "another_range"),
        "last_month": (str(artefact.last_month), "another_range"),
    }
    for name, (value, code) in expected.items():
        if claims.get(name) != value:
            raise PackageRefused(f"The manifest's {name} is not the one asked for.", code=code)
    if not _SESSION.fullmatch(session):
        raise PackageRefused("The session's id has no usable form.")
    return _manifest(claims, sha256=digest(token))


def _manifest(claims: Mapping[str, Any], *, sha256: str) -> Manifest:
    pages, records, gaps = claims.get("pages"), claims.get("records"), claims.get("months_without")
    if (
        not isinstance(pages, list)
        or not 1 <= len(pages) <= MOST_PAGES
        or not all(isinstance(page, str) and _DIGEST.fullmatch(page) for page in pages)
        or type(records) is not int
        or not 0 <= records <= len(pages) * MOST_RECORDS_PER_PAGE
        or not isinstance(gaps, dict)
        or not CAUSES.issuperset(gaps.values())
    ):
        raise PackageRefused("The manifest can't be understood.")
    shifted = claims.get("shifted_months", 0)
    if type(shifted) is not int or not 0 <= shifted <= MOST_SHIFTED_MONTHS:
        raise PackageRefused("The manifest's shift of months can't be understood.")
    try:
        return Manifest(
            session=claims["session"],
            artefact_sha256=claims["artefact_sha256"],
            first_month=Month.parse(claims["first_month"]),
            last_month=Month.parse(claims["last_month"]),
            as_of_month=Month.parse(claims["as_of_month"]),
            pages=tuple(pages),
            records=records,
            gaps={Month.parse(month): cause for month, cause in gaps.items()},
            sha256=sha256,
            shifted_months=shifted,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PackageRefused("The manifest's months can't be understood.") from error


def opened_records(
    token: str, *, number: int, manifest: Manifest, session_key: OKPKey
) -> list[Record]:
    """The records of page ``number``; refuses a page altered, moved, or outside the months."""
    if digest(token) != manifest.pages[number - 1]:
        raise PackageRefused(f"Page {number} is not the one signed for.", code="wrong_digest")
    place = PagePlace(
        session=manifest.session,
        artefact=manifest.artefact_sha256,
        page=number,
        pages=len(manifest.pages),
    )
    rows = _rows(open_page(token, place=place, session_key=session_key), number)
    records = [_record(row, number) for row in rows]
    for record in records:
        if not manifest.first_month <= Month.of(record.issued_on) <= manifest.last_month:
            raise PackageRefused(
                f"Page {number} holds a record of a month that was not consented.",
                code="month_not_covered",
            )
    return records


def check_whole(manifest: Manifest, by_month: Mapping[Month, int]) -> None:
    """Refuse (wrong_total, wrong_gaps) records that don't add up to what was signed for.

    Every consented month has either records or a cause for having none.
    """
    if sum(by_month.values()) != manifest.records:
        raise PackageRefused("The pages hold another number of records.", code="wrong_total")
    asked = set(months_between(manifest.first_month, manifest.last_month))
    if asked - set(by_month) != set(manifest.gaps):
        raise PackageRefused("A month is missing without a cause.", code="wrong_gaps")


def _rows(plaintext: bytes, number: int) -> list[Any]:
    try:
        rows = json.loads(plaintext)["records"]
    except (ValueError, KeyError, TypeError) as error:
        raise _malformed(number) from error
    if not isinstance(rows, list) or len(rows) > MOST_RECORDS_PER_PAGE:
        raise _malformed(number)
    return rows


def _record(row: Any, number: int) -> Record:
    if not isinstance(row, dict) or {name: type(row[name]) for name in row} != _FIELDS:
        raise _malformed(number)
    try:
        return Record(**{**row, "issued_on": date.fromisoformat(row["issued_on"])})
    except ValueError as error:
        raise _malformed(number) from error


def _malformed(number: int) -> PackageRefused:
    return PackageRefused(f"Page {number} can't be understood.", code="malformed_page")
