"""Words of disputes for templates."""

from __future__ import annotations

from django import template

from portal.web.dispute_words import ABOUT, OUTCOMES
from scoring.models import DisputeAbout, DisputeOutcome

register = template.Library()


@register.filter
def dispute_about(code: str) -> str:
    return str(ABOUT[DisputeAbout(code)])


@register.filter
def dispute_outcome(code: str) -> str:
    return str(OUTCOMES[DisputeOutcome(code)])
