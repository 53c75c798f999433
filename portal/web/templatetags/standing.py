"""Where an entry of the ledger stands, and its receipt's code, in templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from ledger.format.receipt_code import receipt_code
from ledger.queries import Entry
from ledger.standing import Standing
from portal.web.standing_words import GROUPS, MEANINGS, NAMES
from portal.web.templatetags.tb import status_tag

register = template.Library()


@register.simple_tag
def standing_tag(standing: Standing) -> SafeString:
    """Waiting, signed or witnessed."""
    return status_tag(GROUPS[standing], str(NAMES[standing]))


@register.simple_tag
def standing_meaning(standing: Standing) -> str:
    """What that is worth."""
    return str(MEANINGS[standing])


@register.simple_tag(name="receipt_code")
def code_of(entry: Entry) -> str:
    """``48213-7F3K-Q2ZD``."""
    return receipt_code(entry.seq, bytes.fromhex(entry.leaf_hash))
