"""The authority's own check of a consent, whatever the asking side has checked before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from portal.core.errors import Refused
from portal.core.months import Month, months_between
from portal.core.wire import Claims, Typ, WireRefused, digest, verify
from portal.sandbox.taxauthority.keys import consent_keys
from portal.sandbox.taxauthority.models import Firm, IssuedAssertion, Mandate, Revocation, Role

SERVED_CATEGORY = "vat_invoices"
MAY_CONSENT = (Role.LEGAL_REPRESENTATIVE, Role.FINANCE_OFFICER)
LONGEST_MONTHS = 60
VERSION = 2


class ServingRefused(Refused):
    """Codes: consent_expired, consent_not_yet_valid, consent_revoked, not_covered, not_available,
    unknown_firm, no_mandate, replayed, unknown_session, malformed.
    """

    status = 403
    code = "refused"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a consent allows, as far as the authority is concerned."""

    consent: str
    artefact_sha256: str
    uscc: str
    authority_person: str
    categories: tuple[str, ...]
    first_month: Month
    last_month: Month
    not_before: datetime
    expires_at: datetime


def terms_of(artefact: str) -> Terms:
    """Verify a signed consent and read it; refuses bad_signature, wrong_type and malformed."""
    claims = verify(artefact, typ=Typ.CONSENT, keys=consent_keys())
    try:
        return _terms(claims, digest(artefact))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WireRefused("The consent can't be understood.") from error


def _terms(claims: Claims, artefact_sha256: str) -> Terms:
    if claims["v"] != VERSION:
        raise ValueError("unknown version")
    first, last = (Month.parse(claims["months"][end]) for end in ("first", "last"))
    if not 1 <= len(months_between(first, last)) <= LONGEST_MONTHS:
        raise ValueError("no such range of months")
    return Terms(
        consent=_text(claims["id"]),
        artefact_sha256=artefact_sha256,
        uscc=_text(claims["firm"]["uscc"]),
        authority_person=_text(claims["authority_person"]),
        categories=tuple(map(_text, claims["categories"])),
        first_month=first,
        last_month=last,
        not_before=_moment(claims["not_before"]),
        expires_at=_moment(claims["expires_at"]),
    )


def check_terms(terms: Terms, *, category: str) -> Firm:
    """The firm whose data may be served under these terms, now; refuses with a code otherwise."""
    now = timezone.now()
    if now < terms.not_before:
        raise ServingRefused("The consent is not valid yet.", code="consent_not_yet_valid")
    if now >= terms.expires_at:
        raise ServingRefused("The consent has expired.", code="consent_expired")
    check_not_revoked(terms.consent)
    if category not in terms.categories:
        raise ServingRefused("The consent does not cover this category.", code="not_covered")
    if category != SERVED_CATEGORY:
        raise ServingRefused("The authority does not serve this category.", code="not_available")
    firm = Firm.objects.filter(uscc=terms.uscc).first()
    if firm is None:
        raise ServingRefused("No such firm is registered here.", code="unknown_firm")
    if firm.as_of_month is None:
        raise ServingRefused("The firm has filed nothing yet.", code="not_available")
    _check_mandate(firm, now)
    return firm


def check_not_revoked(consent: str) -> None:
    """Refuse (consent_revoked) a consent that we were told is over."""
    if Revocation.objects.filter(consent=consent).exists():
        raise ServingRefused("The consent was revoked.", code="consent_revoked")


def _check_mandate(firm: Firm, now: datetime) -> None:
    """Someone whom we named to the asking side for this firm must still hold a mandate here.

    The consent names its person by the asking side's id, which means nothing here; our own
    record of assertions says who the candidates are.
    """
    named = IssuedAssertion.objects.filter(firm=firm).values("person")
    holds = mandates_in_force(now).filter(firm=firm, person__in=named, role__in=MAY_CONSENT)
    if not holds.exists():
        raise ServingRefused("Nobody with a mandate has connected this firm.", code="no_mandate")


def mandates_in_force(now: datetime) -> Any:
    """Mandates that have begun and not ended."""
    return Mandate.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or len(value) > 64:
        raise ValueError("not a short text")
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    return moment.astimezone(UTC)
