"""Limits of a dispute."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from portal.core.errors import RuleBroken

# Regulation on credit reporting, article 25: decided and answered in writing within 20 days.
ANSWER_WITHIN = timedelta(days=20)
TEXT_LIMIT = 2000


def check_text(text: str) -> str:
    """The text without surrounding space; RuleBroken when it is empty or too long."""
    text = text.strip()
    if not text:
        raise RuleBroken(_("Write at least one sentence."), code="text_missing")
    if len(text) > TEXT_LIMIT:
        raise RuleBroken(_("Write at most 2,000 characters."), code="text_too_long")
    return text
