"""What a product's policy said of one case, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ledger.words import code_words
from portal.products.condition_words import CONDITION_WORDS
from portal.products.policy.vocabulary import Verdict
from portal.products.reason_codes import REASONS
from portal.products.repayment import percent
from portal.web.bank.policy_words import VERDICT_WORDS
from portal.web.formats import yuan_text


@dataclass(frozen=True, slots=True)
class PolicySaid:
    """``row`` is None when no row fitted; ``alarm`` is empty unless the policy could not rule."""

    version: str
    said: str
    row: int | None
    conditions: tuple[str, ...]
    reasons: tuple[str, ...]
    alarm: str


def policy_said(kept: Mapping[str, Any] | None) -> PolicySaid | None:
    """The frozen form of a run in the language of the page; None where no policy was asked."""
    if kept is None:
        return None
    answer = kept["answer"]
    return PolicySaid(
        version=answer["version"],
        said=_said(answer),
        row=answer["row"],
        conditions=tuple(str(CONDITION_WORDS[code]) for code in answer["conditions"]),
        reasons=tuple(str(REASONS[code].label) for code in answer["reasons"]),
        alarm=code_words(answer["alarm"]) if answer["alarm"] else "",
    )


def _said(answer: Mapping[str, Any]) -> str:
    if answer["verdict"] != Verdict.APPROVE:
        return str(VERDICT_WORDS[Verdict(answer["verdict"])])
    return _("Approve up to %(limit)s at %(rate)s%% a year") % {
        "limit": yuan_text(answer["limit_fen"]),
        "rate": percent(answer["rate_bp"]),
    }
