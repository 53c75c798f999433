"""Judging what the authority signed, before anything is fetched or stored. No clock, no I/O.

A manifest says, for every month of the consent, how many records there are, or why there are none;
and lists the pages of one session, which bring the months asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import KeySet, OKPKey

from portal.consents.artefact import Artefact
from portal.consents.purposes import Category
from portal.core.errors import Refused
from portal.core.months import Month, months_between
from portal.core.wire import CLOCK_LEEWAY, Typ, digest, verify
from portal.taxdata.connector import ISSUER

MOST_PAGES = 10_000
MOST_SHIFTED_MONTHS = 1_200
MOST_RECORDS_PER_PAGE = 5_000
CAUSES = frozenset({"not_filed", "provider_omitted", "not_covered"})
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")
_VERSION = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


class PackageRefused(Refused):
    """The package is not what was asked for.

    Codes: another_provider, another_audience, another_artefact, another_firm, another_category,
    another_session, another_range, clock_skew, malformed_manifest, wrong_digest, malformed_page,
    month_not_covered, wrong_order, wrong_total, wrong_gaps.
    """

    code = "malformed_manifest"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one session was opened for: the months of a category under a document."""

    artefact: Artefact
    artefact_sha256: str
    category: Category
    first_month: Month
    last_month: Month
    session_key: OKPKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class MonthEntry:
    """What the authority says of one month: so many records in this version, or none and why.

    ``within`` names the later month whose return speaks of this one too.
    """

    records: int = 0
    version: str = ""
    missing: str = ""
    within: Month | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the authority has signed for. ``months`` has every month of the consent."""

    session: str
    artefact_sha256: str
    category: Category
    first_month: Month
    last_month: Month
    as_of_month: Month
    pages: tuple[str, ...]
    months: Mapping[Month, MonthEntry]
    sha256: str
    shifted_months: int = 0  # by which a demonstration moves the dates of old records

    @property
    def records(self) -> int:
        """In the whole consent, not only in this session."""
        return sum(entry.records for entry in self.months.values())

    @property
    def gaps(self) -> dict[Month, str]:
        """Why a month has no record."""
        return {month: entry.missing for month, entry in self.months.items() if entry.missing}

    @property
    def asked_months(self) -> list[Month]:
        """Months that this session's pages bring, in their order."""
        between = months_between(self.first_month, self.last_month)
        return [month for month in between if self.months[month].records]


def checked_manifest(
    token: str, *, keys: KeySet, session: str, asked: Asked, now: float
) -> Manifest:
    """The manifest, when the authority signed it now, for this question and no other.

    Refuses (WireRefused, PackageRefused) what it didn't sign, or signed for something else.
    """
    claims = verify(token, typ=Typ.MANIFEST, keys=keys)
    _check_bound(claims, session=session, asked=asked)
    issued = claims.get("iat")
    if type(issued) is not int or abs(now - issued) > CLOCK_LEEWAY:
        raise PackageRefused("The authority's clock and ours differ too much.", code="clock_skew")
    try:
        manifest = _manifest(claims, asked, sha256=digest(token))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PackageRefused("The manifest can't be understood.") from error
    _check_whole(manifest, asked, stated=claims.get("records"))
    return manifest


def _check_bound(claims: Mapping[str, Any], *, session: str, asked: Asked) -> None:
    expected = {
        "iss": (asked.artefact.provider, "another_provider"),
        "aud": (ISSUER, "another_audience"),
        "artefact_sha256": (asked.artefact_sha256, "another_artefact"),
        "uscc": (asked.artefact.firm.uscc, "another_firm"),
        "category": (asked.category.value, "another_category"),
        "session": (session, "another_session"),
        "session_key": (asked.session_key.thumbprint(), "another_session"),
        "first_month": (str(asked.first_month), "another_range"),
        "last_month": (str(asked.last_month), "another_range"),
    }
    for name, (value, code) in expected.items():
        if claims.get(name) != value:
            raise PackageRefused(f"The manifest's {name} is not the one asked for.", code=code)
    if not _SESSION.fullmatch(session):
        raise PackageRefused("The session's id has no usable form.")


def _manifest(claims: Mapping[str, Any], asked: Asked, *, sha256: str) -> Manifest:
    pages, shifted = claims["pages"], claims.get("shifted_months", 0)
    if type(pages) is not list or not 1 <= len(pages) <= MOST_PAGES:
        raise ValueError("no usable list of pages")
    if not all(type(page) is str and _DIGEST.fullmatch(page) for page in pages):
        raise ValueError("a page without digest")
    if type(shifted) is not int or not 0 <= shifted <= MOST_SHIFTED_MONTHS:
        raise ValueError("no usable shift of months")
    return Manifest(
        session=claims["session"],
        artefact_sha256=claims["artefact_sha256"],
        category=asked.category,
        first_month=asked.first_month,
        last_month=asked.last_month,
        as_of_month=Month.parse(claims["as_of_month"]),
        pages=tuple(pages),
        months={Month.parse(month): _entry(told) for month, told in claims["months"].items()},
        sha256=sha256,
        shifted_months=shifted,
    )


def _entry(told: Mapping[str, Any]) -> MonthEntry:
    """One of ``{"records", "version"}``, ``{"missing"}`` and ``{"within"}``."""
    if told.keys() == {"records", "version"}:
        records, version = told["records"], told["version"]
        if type(records) is not int or records < 1 or not _VERSION.fullmatch(version):
            raise ValueError("no usable number of records")
        return MonthEntry(records=records, version=version)
    if told.keys() == {"missing"} and told["missing"] in CAUSES:
        return MonthEntry(missing=told["missing"])
    if told.keys() == {"within"}:
        return MonthEntry(within=Month.parse(told["within"]))
    raise ValueError("neither records nor a cause")


def _check_whole(manifest: Manifest, asked: Asked, *, stated: object) -> None:
    """Every consented month is accounted for, and the figures of the asked ones add up."""
    months = manifest.months
    consented = months_between(asked.artefact.first_month, asked.artefact.last_month)
    if months.keys() != set(consented):
        raise PackageRefused("A month is missing without a cause.", code="wrong_gaps")
    for month, entry in months.items():
        within = entry.within
        if within is not None and (within <= month or not months.get(within, entry).records):
            raise PackageRefused("A month is said to be where it can't be.", code="wrong_gaps")
    total = sum(months[month].records for month in manifest.asked_months)
    if type(stated) is not int or stated != total:
        raise PackageRefused("The number of records does not add up.", code="wrong_total")
    if total > len(manifest.pages) * MOST_RECORDS_PER_PAGE:
        raise PackageRefused("So many records don't fit into so few pages.", code="wrong_total")
