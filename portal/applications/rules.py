"""What is allowed of an application, as pure functions over frozen facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.core.errors import RuleBroken
from portal.core.money import yuan
from portal.products.reason_codes import REASONS, Outcome, reasons_of

NOTE_LIMIT = 1000
USE_LIMIT = 400
TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """The bounds that a product sets to an application."""

    min_amount_fen: int
    max_amount_fen: int
    terms_months: tuple[int, ...]


def check_amount(amount_fen: int, terms: ProductTerms) -> None:
    """Refuse an amount outside the product's range (RuleBroken ``amount_out_of_range``)."""
    if not terms.min_amount_fen <= amount_fen <= terms.max_amount_fen:
        raise RuleBroken(
            _("This product lends from ¥%(least)s to ¥%(most)s.")
            % {"least": yuan(terms.min_amount_fen), "most": yuan(terms.max_amount_fen)},
            code="amount_out_of_range",
        )


def check_term(term_months: int, terms: ProductTerms) -> None:
    """Refuse a term that the product does not offer (RuleBroken ``term_not_offered``)."""
    if term_months not in terms.terms_months:
        raise RuleBroken(_("This product does not offer that term."), code="term_not_offered")


def check_use_of_funds(use_of_funds: str) -> None:
    """Refuse an empty or overlong use of funds (RuleBroken ``use_of_funds_unclear``)."""
    if not 1 <= len(use_of_funds.strip()) <= USE_LIMIT:
        raise RuleBroken(
            _("Say in up to %(limit)d characters what the money is for.") % {"limit": USE_LIMIT},
            code="use_of_funds_unclear",
        )


def check_complete(
    *,
    amount_fen: int | None,
    term_months: int | None,
    use_of_funds: str,
    terms: ProductTerms,
) -> None:
    """Refuse an application that lacks an answer (RuleBroken ``answers_missing``) or breaks one."""
    if amount_fen is None or term_months is None or not use_of_funds:
        raise RuleBroken(
            _("Answer every question before you send the application."),
            code="answers_missing",
        )
    check_amount(amount_fen, terms)
    check_term(term_months, terms)
    check_use_of_funds(use_of_funds)


def check_reasons(outcome: Outcome, codes: Sequence[str], *, has_score: bool = True) -> None:
    """Refuse a decision without a reason, or with one that belongs to the other outcome.

    Without a score in sight also one that rests on it (RuleBroken ``reasons_rest_on_score``).
    """
    if not codes:
        raise RuleBroken(_("Choose at least one reason."), code="reasons_missing")
    if not has_score and any(REASONS[code].rests_on_score for code in codes if code in REASONS):
        raise RuleBroken(
            _("There is no score to rest on: choose reasons that do not rest on it."),
            code="reasons_rest_on_score",
        )
    if len(set(codes)) != len(codes) or not set(codes) <= set(reasons_of(outcome)):
        raise RuleBroken(
            _("Choose only reasons that belong to the outcome."),
            code="reasons_do_not_fit",
        )


def check_note(note: str) -> None:
    """Refuse an overlong note to the firm (RuleBroken ``note_too_long``)."""
    if len(note) > NOTE_LIMIT:
        raise RuleBroken(
            _("The note may have up to %(limit)d characters.") % {"limit": NOTE_LIMIT},
            code="note_too_long",
        )


def check_text(text: str) -> str:
    """The text of a note, question or answer without its margins.

    Refuses (RuleBroken ``text_missing``, ``text_too_long``) one that is empty or overlong.
    """
    kept = text.strip()
    if not kept:
        raise RuleBroken(_("Write at least one sentence."), code="text_missing")
    if len(kept) > TEXT_LIMIT:
        raise RuleBroken(
            _("The text may have up to %(limit)d characters.") % {"limit": TEXT_LIMIT},
            code="text_too_long",
        )
    return kept
