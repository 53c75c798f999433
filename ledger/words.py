"""Entries in sentences for people, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from ledger.code_words import CODES
from ledger.format.values import Scalar
from ledger.kinds import EventKind
from ledger.queries import Entry

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SENTENCES: Mapping[EventKind, StrPromise] = {
    EventKind.PERSON_REGISTERED: _("A person registered."),
    EventKind.EMAIL_CONFIRMED: _("A person confirmed the e-mail address."),
    EventKind.PASSWORD_RESET: _("A person set a new password with a mailed link."),
    EventKind.SECOND_FACTOR_ENROLLED: _("A person set up a second factor: %(method)s."),
    EventKind.SECOND_FACTOR_REMOVED: _("A person removed a second factor: %(method)s."),
    EventKind.SECOND_FACTOR_RESET: _("The operator removed a person's second factor."),
    EventKind.ORGANISATION_CREATED: _("An organisation was created: %(kind)s."),
    EventKind.PERSON_INVITED: _("The operator invited a person into an organisation: %(role)s."),
    EventKind.MEMBER_ADDED: _("A person became a member of an organisation: %(role)s."),
    EventKind.FIRM_CONNECTED: _("The tax authority confirmed a person for a firm: %(role)s."),
    EventKind.MANDATE_ENDED: _("A person may no longer act for a firm (%(role)s): %(because)s."),
    EventKind.CONSENT_REQUESTED: _(
        "A firm was asked to let a bank use its tax data (%(categories)s), "
        "%(first_month)s to %(last_month)s, for %(purpose)s."
    ),
    EventKind.CONSENT_GRANTED: _(
        "A firm let a bank use its tax data (%(categories)s), %(first_month)s to %(last_month)s, "
        "for %(purpose)s, until %(expires_at)s. Uses allowed: %(max_uses)s."
    ),
    EventKind.CONSENT_DECLINED: _("A firm declined a request for its tax data."),
    EventKind.CONSENT_WITHDRAWN: _("A firm withdrew a bank's consent."),
    EventKind.CONSENT_PAUSED: _("A firm paused a bank's consent."),
    EventKind.CONSENT_RESUMED: _("A firm resumed a bank's consent."),
    EventKind.CONSENT_SUPERSEDED: _("A newer consent took the place of this one."),
    EventKind.CONSENT_RELEASED: _("A bank gave a consent back: it no longer needs the data."),
    EventKind.CONSENT_END_ACKNOWLEDGED: _("A bank acknowledged that a consent has ended."),
    EventKind.CONSENT_ERASURE_WISHED: _(
        "A firm had the records erased that were kept for an ended consent."
    ),
    EventKind.CONSENT_EXPIRED: _("A consent ran out."),
    EventKind.CONSENT_KEY_REVOKED: _("A consent ended because the key that signed it was revoked."),
    EventKind.REQUEST_EXPIRED: _("A request for a firm's tax data ran out unanswered."),
    EventKind.DATA_FETCH_REQUESTED: _("Tax data were asked for at the tax authority."),
    EventKind.DATA_FETCHED: _(
        "%(records)s records of tax data (%(categories)s), %(first_month)s to %(last_month)s, "
        "came from the tax authority and were stored encrypted."
    ),
    EventKind.DATA_FETCH_FAILED: _("Tax data could not be fetched: %(code)s."),
    EventKind.DATA_USED: _("Tax data were used for %(purpose)s: use %(use_no)s of this consent."),
    EventKind.DATA_REFUSED: _("A use of tax data was refused: %(reason)s."),
    EventKind.DATA_VIEWED: _("The bank looked at what was learnt from tax data: %(through)s."),
    EventKind.DATA_ERASED: _("Stored tax data of a firm were erased: %(chunks)s monthly parts."),
    EventKind.SCORE_RECORDED: _("Model %(model)s computed a score: %(score)s, band %(band)s."),
    EventKind.SCORE_REFUSED: _("No score could be computed: %(code)s."),
    EventKind.SCORE_REPLAYED: _("A score was computed again from %(extent)s: %(outcome)s."),
    EventKind.SIGNALS_RECORDED: _(
        "Hints about a firm's invoices were computed beside its score, and are no part of it. "
        "Strong: %(strength_3)s. Clear: %(strength_2)s. Weak: %(strength_1)s."
    ),
    EventKind.SCORE_MONITORED: _(
        "Model %(model)s scored a firm that lets the bank watch over its loan: %(score)s, "
        "band %(band)s."
    ),
    EventKind.SCORE_NOT_MONITORED: _(
        "No score could be computed of a firm that is watched over: %(code)s."
    ),
    EventKind.PORTFOLIO_RESCORED: _(
        "A bank had the %(consents)s firms scored that let it watch over them, for %(month)s by "
        "model %(model)s. New: %(scored)s, unchanged: %(unchanged)s, refused: %(refused)s, "
        "failed: %(failed)s."
    ),
    EventKind.FEATURES_ERASED: _(
        "Figures behind scores were erased (scores: %(scores)s); their commitments stay."
    ),
    EventKind.DISPUTE_OPENED: _(
        "A firm disputed a score (%(about)s); a person at the bank has to answer by %(answer_by)s."
    ),
    EventKind.DISPUTE_ANSWERED: _("A bank answered a firm's dispute: %(outcome)s."),
    EventKind.INVOICE_CHECKED: _(
        "An attached e-invoice was checked: %(outcome)s; status: %(status)s; compared with the "
        "records: %(comparison)s."
    ),
    EventKind.INVOICE_REMOVED: _("A firm removed an attached e-invoice."),
    EventKind.APPLICATION_SUBMITTED: _(
        "A firm applied for a loan of %(amount_fen)s yuan over %(term_months)s months."
    ),
    EventKind.APPLICATION_WITHDRAWN: _("A loan application was withdrawn."),
    EventKind.DOCUMENT_ADDED: _("A firm handed in a document: %(kind)s."),
    EventKind.QUESTION_ASKED: _("A bank asked a firm a question about its application."),
    EventKind.QUESTION_ANSWERED: _("A firm answered a bank's question about its application."),
    EventKind.CASE_TEXTS_ERASED: _(
        "The words of a closed application's questions and answers were erased: %(questions)s."
    ),
    EventKind.POLICY_EVALUATED: _(
        "A bank's policy was asked about an application; its advice: %(verdict)s."
    ),
    EventKind.APPROVAL_PROPOSED: _(
        "An officer proposed to approve an application (%(reasons)s); it needs a second person."
    ),
    EventKind.APPROVAL_RETURNED: _("A proposed approval was sent back to the officer."),
    EventKind.APPROVAL_LIMIT_SET: _(
        "A bank set how much one of its people may approve: %(alone_fen)s yuan alone, "
        "%(second_fen)s yuan as the second person."
    ),
    EventKind.DECISION_RECORDED: _("A bank decided on an application: %(outcome)s (%(reasons)s)."),
    EventKind.REVIEW_ASKED: _(
        "A firm put its case before a person at the bank: the policy had declined it alone."
    ),
    EventKind.OFFER_MADE: _("A bank made a firm an offer of %(amount_fen)s yuan."),
    EventKind.OFFER_ACCEPTED: _("A firm accepted a bank's offer."),
    EventKind.OFFER_EXPIRED: _("A bank's offer was not accepted in time."),
    EventKind.AGREEMENT_SIGNED: _("A bank signed the agreement on an accepted offer."),
    EventKind.AGREEMENT_COUNTERSIGNED: _(
        "At the signer, a person of the bank signed the agreement that the firm had signed."
    ),
    EventKind.LOAN_OPENED: _("A signed agreement became a loan, to be paid out by %(rail)s."),
    EventKind.LOAN_DISBURSED: _("The loan was paid out."),
    EventKind.LOAN_DISBURSEMENT_FAILED: _("The loan could not be paid out: %(code)s."),
    EventKind.LOAN_BEGUN: _("The days were fixed on which the loan is paid back."),
    EventKind.LOAN_PAID: _("A payment of the firm arrived."),
    EventKind.LOAN_CLASSED: _("By its days overdue, the loan was classed: %(code)s."),
    EventKind.LOAN_SETTLED: _("All that was owed on the loan was paid."),
    EventKind.LOAN_CLOSED: _("The loan was closed with a statement."),
    EventKind.LOAN_ORDER_DISPUTED: _(
        "The mover of money had another order under the same number: it was stopped."
    ),
    EventKind.LOAN_ORDER_ASKED_AGAIN: _("The bank had a stopped money order looked up again."),
    EventKind.LOAN_DISBURSEMENT_RETRIED: _("The bank had the money of the loan sent once more."),
    EventKind.LOAN_PAYMENT_ASKED: _("The firm asked to pay on the loan."),
    EventKind.PRODUCT_CREATED: _(
        "A bank's loan product was put on offer: %(min_amount_fen)s to %(max_amount_fen)s yuan."
    ),
    EventKind.MODEL_REGISTERED: _("A developer handed in scoring model %(model)s."),
    EventKind.MODEL_VALIDATED: _("A second person validated scoring model %(model)s."),
    EventKind.MODEL_ACTIVATED: _("Scoring model %(model)s was put to work as %(role)s."),
    EventKind.MODEL_RETIRED: _("Scoring model %(model)s was put away."),
    EventKind.PRODUCT_VERSION_PROPOSED: _(
        "A bank proposed version %(version)s of a loan product's terms and policy."
    ),
    EventKind.PRODUCT_VERSION_APPROVED: _(
        "A second person put version %(version)s of a loan product's terms and policy in force."
    ),
    EventKind.PRODUCT_VERSION_REJECTED: _(
        "A second person turned down version %(version)s of a loan product's terms and policy."
    ),
    EventKind.API_TOKEN_CREATED: _(
        "A bank let a system of its own read (%(scopes)s) for %(days)s days."
    ),
    EventKind.API_TOKEN_REVOKED: _("A bank ended a system's right to read."),
    EventKind.AUTHORITY_NOTIFIED: _("The tax authority confirmed that a consent has ended."),
    EventKind.COMPLAINT_FILED: _(
        "A firm complained of %(about)s; it has to be answered in writing by %(answer_by)s."
    ),
    EventKind.COMPLAINT_TAKEN: _("Somebody of the operator took a complaint."),
    EventKind.COMPLAINT_STATED: _("The bank concerned made a statement on a firm's complaint."),
    EventKind.COMPLAINT_ANSWERED: _("A firm's complaint was answered: %(outcome)s."),
    EventKind.COMPLAINT_WITHDRAWN: _("A firm took its complaint back."),
    EventKind.COMPLAINT_TEXTS_ERASED: _("The words of an old complaint were erased."),
    EventKind.INCIDENT_OPENED: _(
        "An incident was opened: %(cause)s. It has to be reported by %(due_at)s."
    ),
    EventKind.INCIDENT_REPORTED: _("An incident was reported."),
    EventKind.INCIDENT_CLOSED: _("The regulator closed an incident."),
    EventKind.DISCLOSURE_REQUESTED: _(
        "The regulator asked for records of %(days)s days: %(what)s. Its legal basis: %(basis)s."
    ),
    EventKind.DISCLOSURE_APPROVED: _(
        "A second person of the regulator approved a request for records."
    ),
    EventKind.DISCLOSURE_REFUSED: _(
        "A second person of the regulator turned down a request for records."
    ),
    EventKind.DISCLOSURE_LAPSED: _("A request for records lapsed: nobody decided it in time."),
    EventKind.DISCLOSURE_EXPORTED: _(
        "The records asked for were put together: %(rows)s acts and %(entries)s ledger entries."
    ),
    EventKind.DISCLOSURE_DOWNLOADED: _("Somebody of the regulator downloaded records asked for."),
    EventKind.DISCLOSURE_TOLD: _("The party was told that the regulator asked for its records."),
    EventKind.DISCLOSURE_ERASED: _("The file of records made for the regulator was erased."),
    EventKind.LEDGER_KEY_ANNOUNCED: _(
        "The ledger's next signing key was announced: %(key_id)s. From now on both sign."
    ),
    EventKind.LEDGER_KEY_RETIRED: _("A signing key of the ledger was retired: %(key_id)s."),
}
UNREADABLE = _("This entry can no longer be read as an event.")

_SIGNALS = ("strength_1", "strength_2", "strength_3", "not_computable")
_STATE_PREFIX = "consent_"  # consent_paused: what was refused because the consent is paused

# What else is to be said where the payload gives a cause.
_BECAUSE: Mapping[tuple[EventKind, str], StrPromise] = {
    (EventKind.CONSENT_PAUSED, "representative_changed"): _(
        "The firm's legal representative changed: a bank's consent is paused until the new one "
        "confirms it, by %(confirm_by)s at the latest."
    ),
    (EventKind.CONSENT_WITHDRAWN, "unconfirmed"): _(
        "A bank's consent ended: the firm's new legal representative did not confirm it in time."
    ),
}


def entry_sentence(entry: Entry) -> str:
    """What happened, from the kind and the payload; says so when the entry is unreadable."""
    if entry.event is None or entry.kind not in SENTENCES:
        return str(UNREADABLE)
    try:
        words = {key: _word(key, value) for key, value in entry.payload.items()}
        kind, because = EventKind(entry.kind), str(entry.payload.get("because", ""))
        return str(_BECAUSE.get((kind, because), SENTENCES[kind])) % words
    except (KeyError, ValueError, OverflowError):
        # No schema was kept over what somebody brings to be checked, or changed in the database.
        return str(UNREADABLE)


def code_words(code: str) -> str:
    """A code of the ledger in words; an unknown one with spaces for its underscores."""
    words = CODES.get(code) or CODES.get(code.removeprefix(_STATE_PREFIX))
    return str(words or code.replace("_", " "))


def _word(key: str, value: Scalar) -> str:
    """One payload value as people write it."""
    if key.endswith("_fen") and isinstance(value, int):
        return f"{value // 100:,}.{value % 100:02d}"
    if key in ("first_month", "last_month"):
        return date_format(date.fromisoformat(f"{value}-01"), pgettext("date format", "F Y"))
    if key in ("expires_at", "answer_by", "confirm_by", "due_at"):
        until = localtime(datetime.fromisoformat(str(value)))
        return date_format(until, pgettext("date format", "j F Y"))
    if key in _SIGNALS:
        value = value or "no_signal"
    if key in ("categories", "reasons", *_SIGNALS):
        return pgettext("list", ", ").join(code_words(code) for code in str(value).split(","))
    return code_words("" if value is None else str(value))
