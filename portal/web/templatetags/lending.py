"""Words for consents and products; ``{% load lending %}``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from ledger.words import code_words
from portal.accounts.models import Organisation
from portal.applications.clock import Clock
from portal.consents.closings import Outcome
from portal.consents.given_terms import GivenTerms
from portal.consents.purposes import CATEGORY_TEXTS, PURPOSE_TEXTS, Category, Purpose, Wording
from portal.consents.queries import ConsentView
from portal.consents.requests import AskView
from portal.consents.transitions import ConsentState, RequestState
from portal.core.money import yuan
from portal.products.condition_words import CONDITION_WORDS
from portal.products.repayment import percent
from portal.web.formats import is_chinese, yuan_text
from portal.web.templatetags.tb import status_tag
from portal.web.window_words import CLOSED

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

register = template.Library()

_STATES: dict[ConsentState, tuple[str, StrPromise]] = {
    ConsentState.NOT_YET: ("info", gettext_lazy("Not yet begun")),
    ConsentState.ACTIVE: ("done", gettext_lazy("Active")),
    ConsentState.PAUSED: ("waiting", gettext_lazy("Paused")),
    ConsentState.WITHDRAWN: ("neutral", gettext_lazy("Withdrawn")),
    ConsentState.SUPERSEDED: ("neutral", gettext_lazy("Replaced")),
    ConsentState.EXPIRED: ("neutral", gettext_lazy("Ended")),
    ConsentState.KEY_REVOKED: ("refused", gettext_lazy("Not valid")),
}
_ASK_STATES: dict[RequestState, tuple[str, StrPromise]] = {
    RequestState.PENDING: ("waiting", gettext_lazy("Waiting for the firm")),
    RequestState.APPROVED: ("done", gettext_lazy("Allowed")),
    RequestState.REJECTED: ("neutral", gettext_lazy("Not allowed")),
    RequestState.EXPIRED: ("neutral", gettext_lazy("Run out")),
}
register.filter("percent", percent)
# As a form takes it.
register.filter("yuan_plain", yuan)


register.filter("code_words", code_words)


@register.simple_tag
def own_name(organisation: Organisation) -> str:
    """A firm's or a bank's legal name in the language of the page."""
    return organisation.name_in(get_language() or "en")


@register.filter
def bank_of(consent: ConsentView | AskView | GivenTerms) -> str:
    """The bank's legal name in the language of the page."""
    return consent.bank_name_zh if is_chinese() else consent.bank_name


@register.filter
def firm_of(consent: ConsentView) -> str:
    """The firm's legal name in the language of the page."""
    return consent.firm_name_zh if is_chinese() else consent.firm_name


@register.filter
def purpose_words(code: str) -> str:
    """The very words of the signed document."""
    return _worded(PURPOSE_TEXTS[Purpose(code)])


@register.filter
def category_words(codes: Sequence[str]) -> str:
    """Kinds of data, as the signed document names them."""
    return _("; ").join(_worded(CATEGORY_TEXTS[Category(code)]) for code in codes)


@register.filter
def closed_words(outcome: Outcome) -> str:
    """How a window ended; its time follows."""
    return str(CLOSED[outcome])


@register.filter
def about(amount_fen: int) -> str:
    """An amount to the whole yuan, where fen would feign exactness."""
    return yuan_text((amount_fen + 50) // 100 * 100)


@register.filter
def months_words(months: int) -> str:
    return ngettext("%(months)d month", "%(months)d months", months) % {"months": months}


@register.filter
def terms_words(terms: Sequence[int]) -> str:
    """``6, 12 or 24 months``."""
    *first, last = (str(months) for months in terms)
    if not first:
        return months_words(int(last))
    return _("%(first)s or %(last)s months") % {"first": _(", ").join(first), "last": last}


@register.filter
def conditions_words(codes: Sequence[str]) -> list[str]:
    """What an offer hangs on, each in a few words."""
    return [str(CONDITION_WORDS[code]) for code in codes]


@register.filter
def clock_words(clock: Clock) -> str:
    """How much of a case's time is left, in working days."""
    if clock.is_stopped:
        return _("Waits for the firm")
    if clock.is_overdue:
        if clock.days == 0:
            return _("Overdue")
        late = ngettext(
            "Overdue by %(days)d working day", "Overdue by %(days)d working days", clock.days
        )
        return late % {"days": clock.days}
    if clock.days == 0:
        return _("Due today")
    left = ngettext("Due in %(days)d working day", "Due in %(days)d working days", clock.days)
    return left % {"days": clock.days}


@register.simple_tag
def consent_tag(consent: ConsentView) -> SafeString:
    """The consent's state: icon, word and colour."""
    tone, word = _STATES[consent.state]
    return status_tag(tone, str(word))


@register.simple_tag
def ask_tag(ask: AskView) -> SafeString:
    """The request's state: icon, word and colour."""
    tone, word = _ASK_STATES[ask.state]
    return status_tag(tone, str(word))


def _worded(wording: Wording) -> str:
    return wording.zh if is_chinese() else wording.en
