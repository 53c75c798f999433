"""A decided case as a letter: every sentence of it, in the reader's language."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.applications.letter.content import Letter, RecordNote, Section
from portal.applications.letter.queries import DecidedCase
from portal.applications.models import Decision
from portal.products.reason_codes import Outcome
from portal.products.repayment import percent
from portal.web.formats import grouped_hash, local_day, time_text, yuan_text
from portal.web.letter_offer import offer_sections
from portal.web.qr import qr_svg
from portal.web.score_texts import explained
from portal.web.templatetags.lending import months_words
from scoring.queries import ScoreView


def letter_of(case: DecidedCase, language: str) -> Letter:
    """The letter in ``language``, whatever the language of the page that asks."""
    with translation.override(language):
        return _letter(case, language)


def verify_address(case: DecidedCase) -> str:
    """Where anybody who holds the letter can have it compared with the record."""
    path = reverse("public:letter", args=[case.application.reference, case.digest])
    return f"{settings.PORTAL_URL}{path}"


def _letter(case: DecidedCase, language: str) -> Letter:
    application, decision = case.application, case.decision
    at = time_text(decision.decided_at)
    address = verify_address(case)
    return Letter(
        language=language,
        day=local_day(decision.decided_at),
        bank=application.bank_name,
        through=_("Sent through TaxBridge"),
        to=_("To"),
        firm=application.firm_name,
        firm_code=application.firm.uscc,
        title=_("Decision on your loan application"),
        dated=_("Decided on %(at)s (UTC+8)") % {"at": at},
        rows=_rows(case),
        sections=tuple(section for section in _sections(case) if section.points or section.notes),
        record=_record(case, address),
        footer=_("Application %(reference)s") % {"reference": application.reference},
        qr=qr_svg(address),
        qr_alt=_("QR code of the address below, where this letter can be checked"),
    )


def _rows(case: DecidedCase) -> tuple[tuple[str, str], ...]:
    asked, terms = case.decision.inputs["application"], case.decision.inputs["product"]
    words = {
        "product": case.application.product.shown_name,
        "rate": percent(terms["annual_rate_bp"]),
    }
    return (
        (_("Reference"), case.application.reference),
        (_("Decision"), _("Approved") if _is_approved(case) else _("Declined")),
        (_("Decided by"), _decided_by(case.decision)),
        (_("Product"), _("%(product)s, %(rate)s%% a year") % words),
        (_("Amount asked for"), yuan_text(asked["amount_fen"])),
        (_("Term"), months_words(asked["term_months"])),
        (_("Score"), _score_words(case.score)),
    )


def _decided_by(decision: Decision) -> str:
    if decision.is_automatic:
        return _("The bank's policy by itself, within limits that two people set")
    if decision.approved_by is not None:
        return _("Two people at the bank")
    return _("A person at the bank")


def _score_words(score: ScoreView | None) -> str:
    if score is None:
        return _("Set aside after a dispute: the decision does not rest on it")
    if not score.is_scored:
        return _("None: there was not enough data for a score")
    return _("%(score)s, band %(band)s") % {"score": score.value, "band": score.band}


def _sections(case: DecidedCase) -> tuple[Section, ...]:
    told = tuple(str(reason.told) for reason in case.reasons)
    note = tuple(line for line in case.decision.note_to_firm.splitlines() if line.strip())
    reasons = Section(_("Main reasons"), told, ranked=True)
    said = Section(_("The bank’s note to you"), notes=note)
    if _is_approved(case):
        return *offer_sections(case.offer), reasons, said, _rights(case)
    return reasons, said, _what_would_change(case), _rights(case)


def _what_would_change(case: DecidedCase) -> Section:
    remedies = [str(reason.remedy) for reason in case.reasons if reason.remedy is not None]
    about_score, changes = _recourse(case.score)
    return Section(_("What would change it"), tuple(remedies), (about_score,), changes)


def _recourse(score: ScoreView | None) -> tuple[str, tuple[str, ...]]:
    """What would raise the score's band: a sentence, and the figures where it gives them."""
    words = explained(score)
    recourse = score.recourse if score is not None else None
    if words is None or recourse is None or not recourse.code:
        return _("There are no figures of a score that would change this decision."), ()
    if recourse.code == "best_band":
        return _("The score is in the best band already: it is not what has to change."), ()
    if recourse.code == "possible":
        sentence = _(
            "The smallest change that is in the firm's own hands and would give band %(band)s "
            "(a score of %(after)s, if all else stays as it is):"
        )
        return sentence % {"band": recourse.band, "after": recourse.score}, words.changes
    sentence = ngettext(
        "The score's next band is %(needed)d point away, and no change within the firm's own reach "
        "brings it soon.",
        "The score's next band is %(needed)d points away, and no change within the firm's own "
        "reach brings it soon.",
        recourse.needed,
    )
    return sentence % {"needed": recourse.needed}, ()


def _rights(case: DecidedCase) -> Section:
    score = case.score
    points = [_person_words(case.decision)]
    if score is not None and score.is_scored:
        points.append(
            _(
                "Dispute the score if you think it is wrong, on its page in TaxBridge: the bank "
                "has to answer in writing within 20 days."
            )
        )
    points.append(
        _(
            "Complain to the bank. If its answer does not satisfy you, complain to the financial "
            "regulator; %(address)s tells you how."
        )
        % {"address": f"{settings.PORTAL_URL}{reverse('public:help')}"}
    )
    return Section(_("If you do not agree"), tuple(points))


def _person_words(decision: Decision) -> str:
    if decision.is_automatic and decision.outcome == Outcome.DECLINE:
        return _(
            "Have a person decide: no person has looked at your case yet. On its page in TaxBridge "
            'press "Ask for a person"; somebody at the bank then decides anew.'
        )
    return _(
        "Have a person look again: write to the bank, name the reference above, and add "
        "documents of your own. You may always ask for this."
    )


def _record(case: DecidedCase, address: str) -> RecordNote:
    return RecordNote(
        title=_("What is on record"),
        notes=(
            _(
                "Frozen with the decision and unchanged since: what you applied for, the "
                "product's terms, the score with its reasons, and the reasons above. SHA-256 of "
                "that record:"
            ),
        ),
        digest=grouped_hash(case.digest),
        verify=_("Anybody who holds this letter can check it here, or by the QR code:"),
        address=address,
    )


def _is_approved(case: DecidedCase) -> bool:
    return case.decision.outcome == Outcome.APPROVE
