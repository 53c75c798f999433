"""Requests for records in words: what is asked, under which law, how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.disclosure.models import Basis, Disclosure, Secrecy, Status, What

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

WHAT: Mapping[What, StrPromise] = {
    What.PERSON: _("The activity log of a person"),
    What.ORGANISATION: _("The activity log of an organisation’s people"),
    What.REGISTER: _("The register of an organisation’s users"),
}
BASES: Mapping[Basis, StrPromise] = {
    Basis.BLOCKCHAIN: _(
        "Provisions on the Administration of Blockchain Information Services, articles 17 and 18 "
        "(logs on lawful inquiry, support of inspection)"
    ),
    Basis.CYBERSECURITY: _("Cybersecurity Law (support of lawful supervision and inspection)"),
    Basis.CREDIT: _("Regulation on the Credit Reporting Industry (supervisory inspection)"),
    Basis.PERSONAL: _(
        "Personal Information Protection Law, article 63 (inspection of personal information "
        "processing)"
    ),
    Basis.DATA: _(
        "Data Security Law, article 35 (data for national security or the investigation of a crime)"
    ),
}
SECRECY: Mapping[Secrecy, StrPromise] = {
    Secrecy.LAW: _(
        "A law or administrative regulation demands secrecy (Personal Information Protection Law, "
        "article 18)"
    ),
    Secrecy.IMPEDES: _(
        "Telling would impede the duty (Personal Information Protection Law, article 35)"
    ),
}
_WAITING = ("waiting", _("Waits for a second person"))
_MAKING = ("info", _("Approved, being put together"))
_READY = ("done", _("Ready"))
_ERASED = ("neutral", _("Approved, file erased"))
_REFUSED = ("refused", _("Refused"))
_LAPSED = ("neutral", _("Lapsed"))


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """One request in words."""

    disclosure: Disclosure
    what: StrPromise
    whose: str
    regulator: str
    basis: StrPromise
    secrecy: StrPromise | str
    tone: str
    status: StrPromise

    @classmethod
    def of(cls, disclosure: Disclosure) -> DisclosureLine:
        """The line of a request that came with its people and organisations."""
        tone, status = _standing(disclosure)
        reason = disclosure.tell_reason
        return cls(
            disclosure,
            WHAT[What(disclosure.what)],
            whose_name(disclosure),
            disclosure.organisation.name_in(get_language() or ""),
            BASES[Basis(disclosure.basis)],
            SECRECY[Secrecy(reason)] if reason else "",
            tone,
            status,
        )


def whose_name(disclosure: Disclosure) -> str:
    """The person's name, or the organisation's in the page's language."""
    if disclosure.person is not None:
        return disclosure.person.real_name
    return "" if disclosure.party is None else disclosure.party.name_in(get_language() or "")


def _standing(disclosure: Disclosure) -> tuple[str, StrPromise]:
    match Status(disclosure.status):
        case Status.WAITING:
            return _WAITING
        case Status.REFUSED:
            return _REFUSED
        case Status.LAPSED:
            return _LAPSED
        case Status.APPROVED if disclosure.erased_at is not None:
            return _ERASED
        case Status.APPROVED:
            return _MAKING if disclosure.made_at is None else _READY
