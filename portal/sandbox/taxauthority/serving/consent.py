"""The authority's own check of a consent, whatever the asking side has checked before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.core.errors import Refused
from portal.core.months import Month, months_between
from portal.core.wire import CLOCK_LEEWAY, Claims, Typ, WireRefused, digest, verify
from portal.sandbox.taxauthority.keys import consent_keys
from portal.sandbox.taxauthority.models import Firm, IssuedAssertion, Mandate, Revocation, Role

MAY_CONSENT = (Role.LEGAL_REPRESENTATIVE, Role.FINANCE_OFFICER)
LONGEST_MONTHS = 60
VERSION = 2
LEEWAY = timedelta(seconds=CLOCK_LEEWAY)


class ServingRefused(Refused):
    """Codes: clock_skew, replayed, another_provider, consent_expired, consent_not_yet_valid,
    consent_revoked, another_consent, not_covered, not_available, unknown_firm, no_mandate,
    already_fetched, unknown_session, unknown_page, malformed. ``cause`` says why nothing is
    available.
    """

    status = 403
    code = "refused"

    def __init__(self, message: str = "", *, code: str | None = None, cause: str = "") -> None:
        super().__init__(message, code=code)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Terms:
    """What a consent allows, as far as the authority is concerned."""

    consent: str
    artefact_sha256: str
    provider: str
    uscc: str
    authority_person: str
    categories: tuple[str, ...]
    first_month: Month
    last_month: Month
    not_before: datetime
    expires_at: datetime
    fetch_type: str
    frequency_unit: str
    frequency: int
    mandated_as: tuple[Role, ...] = MAY_CONSENT


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
        provider=_text(claims["provider"]),
        uscc=_text(claims["firm"]["uscc"]),
        authority_person=_text(claims["authority_person"]),
        categories=tuple(map(_text, claims["categories"])),
        first_month=first,
        last_month=last,
        not_before=_moment(claims["not_before"]),
        expires_at=_moment(claims["expires_at"]),
        fetch_type=_text(claims["fetch_type"]),
        frequency_unit=_text(claims["frequency"]["unit"]),
        frequency=_count(claims["frequency"]["value"]),
    )


def confirmed(terms: Terms, confirmation: str) -> Terms:
    """The terms with whoever confirmed them as legal representative in the signatory's place.

    Refuses bad_signature, wrong_type, malformed, and another_consent for the word about another.
    """
    claims = verify(confirmation, typ=Typ.RESUMPTION, keys=consent_keys())
    if claims.get("consent") != terms.consent:
        raise ServingRefused("Another consent was confirmed.", code="another_consent")
    try:
        person = _text(claims["authority_person"])
    except (KeyError, ValueError) as error:
        raise WireRefused("The confirmation names nobody.") from error
    return replace(terms, authority_person=person, mandated_as=(Role.LEGAL_REPRESENTATIVE,))


def check_terms(terms: Terms, *, category: str) -> Firm:
    """The firm whose data may be served under these terms, now; refuses with a code otherwise.

    A consent made by a clock ahead of ours counts a little early, never a moment longer.
    """
    now = timezone.now()
    if terms.provider != settings.ISSUER:
        raise ServingRefused("The consent is for another provider.", code="another_provider")
    if now + LEEWAY < terms.not_before:
        raise ServingRefused("The consent is not valid yet.", code="consent_not_yet_valid")
    if now >= terms.expires_at:
        raise ServingRefused("The consent has expired.", code="consent_expired")
    check_not_revoked(terms.consent)
    if category not in terms.categories:
        raise ServingRefused("The consent does not cover this category.", code="not_covered")
    firm = Firm.objects.filter(uscc=terms.uscc).first()
    if firm is None:
        raise ServingRefused("No such firm is registered here.", code="unknown_firm")
    _check_mandate(firm, terms, now)
    return firm


def check_not_revoked(consent: str) -> None:
    """Refuse (consent_revoked) a consent that we were told is over."""
    if Revocation.objects.filter(consent=consent).exists():
        raise ServingRefused("The consent was revoked.", code="consent_revoked")


def _check_mandate(firm: Firm, terms: Terms, now: datetime) -> None:
    """The person who answers for the consent must hold a mandate in our own books, today.

    And must have been named by us to the asking side: a consent can't name somebody who never
    signed in here for this firm.
    """
    named = IssuedAssertion.objects.filter(firm=firm, person__id__in=_ids(terms.authority_person))
    own = Mandate.objects.filter(firm=firm, person__in=named.values("person"))
    held = own.filter(in_force(now), role__in=terms.mandated_as)
    if not held.exists() and not _outlives_its_officer(firm, own, terms, now):
        raise ServingRefused("The person has no mandate for this firm.", code="no_mandate")


def _outlives_its_officer(firm: Firm, own: QuerySet[Mandate], terms: Terms, now: datetime) -> bool:
    """Whether a finance officer signed it whom the legal representative of today had then.

    What an officer signed binds the firm when the officer has left; whoever answers for the firm
    is still the same.
    """
    if Role.FINANCE_OFFICER not in terms.mandated_as:
        return False
    signed = own.filter(in_force(terms.not_before), role=Role.FINANCE_OFFICER)
    answering = firm.mandates.filter(
        in_force(now), in_force(terms.not_before), role=Role.LEGAL_REPRESENTATIVE
    )
    return signed.exists() and answering.exists()


def mandates_in_force(now: datetime) -> QuerySet[Mandate]:
    """Mandates that have begun and not ended."""
    return Mandate.objects.filter(in_force(now))


def in_force(at: datetime) -> Q:
    """Begun and not ended at a moment."""
    return (Q(ends_at=None) | Q(ends_at__gt=at)) & Q(starts_at__lte=at)


def _ids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []


def _count(value: Any) -> int:
    if type(value) is not int or value < 1:
        raise ValueError("not a number of times")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or len(value) > 64:
        raise ValueError("not a short text")
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    return moment.astimezone(UTC)
