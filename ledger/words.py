"""Entries in sentences for people, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

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
    EventKind.FEATURES_ERASED: _(
        "The figures behind %(scores)s scores were erased; their commitments stay."
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
    EventKind.PRODUCT_CREATED: _(
        "A bank's loan product was put on offer: %(min_amount_fen)s to %(max_amount_fen)s yuan."
    ),
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
    EventKind.COMPLAINT_ANSWERED: _("A firm's complaint was answered: %(outcome)s."),
    EventKind.COMPLAINT_WITHDRAWN: _("A firm took its complaint back."),
    EventKind.COMPLAINT_TEXTS_ERASED: _("The words of an old complaint were erased."),
    EventKind.INCIDENT_OPENED: _(
        "An incident was opened: %(cause)s. It has to be reported by %(due_at)s."
    ),
    EventKind.INCIDENT_REPORTED: _("An incident was reported."),
    EventKind.INCIDENT_CLOSED: _("The regulator closed an incident."),
    EventKind.LEDGER_KEY_ANNOUNCED: _(
        "The ledger's next signing key was announced: %(key_id)s. From now on both sign."
    ),
    EventKind.LEDGER_KEY_RETIRED: _("A signing key of the ledger was retired: %(key_id)s."),
}
UNREADABLE = _("This entry can no longer be read as an event.")

CODES: Mapping[str, StrPromise] = {
    "underwriting": _("a loan decision"),
    "monitoring": _("watching over a loan"),
    "vat_invoices": _("VAT invoices"),
    "vat_returns": _("VAT returns"),
    "income_tax_returns": _("income tax returns"),
    "tax_rating": _("tax rating"),
    "legal_representative": _("legal representative"),
    "finance_officer": _("finance officer"),
    "clerk": _("clerk, may only read"),
    "firm_legal_representative": _("legal representative"),
    "firm_finance_officer": _("finance officer"),
    "firm_clerk": _("clerk, may only read"),
    "bank_officer": _("bank officer"),
    "bank_approver": _("bank approver"),
    "firm": _("a firm"),
    "bank": _("a bank"),
    "regulator": _("a regulator"),
    "operator": _("the operator"),
    "read_applications": _("applications"),
    "read_scores": _("scores"),
    "totp": _("one-time codes"),
    "passkey": _("passkey"),
    "approve": _("approved"),
    "decline": _("declined"),
    "refer": _("left to an officer"),
    "policy_changed": _("the policy is not what two people put in force"),
    "table_broken": _("the policy has a flaw"),
    "inputs_broken": _("the case does not fit the policy's inputs"),
    "engine_failed": _("the policy engine failed"),
    "readings_differ": _("two readings of the policy differ"),
    "score_sufficient": _("The score meets the product's bar"),
    "turnover_supports": _("Turnover supports the instalments"),
    "relations_steady": _("Steady buyers and suppliers"),
    "officer_knowledge": _("The officer's own review supports it"),
    "score_too_low": _("The score is below the product's bar"),
    "amount_beyond_turnover": _("The amount is too large for the turnover"),
    "sales_falling": _("Sales are falling or uneven"),
    "buyers_concentrated": _("Sales depend on too few buyers"),
    "records_too_short": _("Too few months of records"),
    "invoices_unclear": _("Invoices need explaining"),
    "purpose_outside_product": _("The use of funds is outside the product"),
    "records": _("the records are wrong or incomplete"),
    "figure": _("a figure was computed wrongly"),
    "reason": _("a reason does not fit the firm"),
    "other": _("something else"),
    "stands": _("the score stands"),
    "corrected": _("records are corrected and the score computed anew"),
    "set_aside": _("the score is set aside; a person judges the case"),
    "score": _("a score"),
    "decision": _("a decision"),
    "consent": _("a consent"),
    "data": _("its tax data"),
    "look": _("a look at its tax data"),
    "upheld": _("upheld"),
    "partly_upheld": _("upheld in part"),
    "not_upheld": _("not upheld"),
    "from_records": _("the records"),
    "genuine": _("genuine"),
    "refused": _("refused"),
    "valid": _("valid"),
    "void": _("void"),
    "reversed": _("reversed"),
    "not_listed": _("not known to the tax authority"),
    "unknown": _("unknown"),
    "waiting": _("waiting"),
    "agrees": _("agrees"),
    "differs": _("differs"),
    "not_in_records": _("not found there"),
    "void_in_records": _("void there"),
    "not_covered": _("outside the consented months"),
    "consent_used": _("not done, the consent was used before"),
    "not_compared": _("not done"),
    "from_features": _("the kept figures; the records could not be read"),
    "from_commitment": _("what was published; the figures behind it are erased"),
    "every_number_equal": _("every number is the same"),
    "numbers_differ": _("numbers differ"),
    "no_sales": _("no sales invoices"),
    "few_months": _("too few months with sales"),
    "months_missing": _("months of records are missing"),
    "authority_behind": _("the tax authority has not confirmed recent months"),
    "nothing_left": _("no usable invoices"),
    "page": _("a person opened the case"),
    "api": _("a system of the bank read the score"),
    "no_such_consent": _("there is no such consent"),
    "another_bank": _("the consent is for another bank"),
    "another_purpose": _("the consent is for another purpose"),
    "not_live": _("the consent is not in force"),
    "not_yet": _("the consent is not in force yet"),
    "paused": _("the consent is paused"),
    "withdrawn": _("the consent was withdrawn"),
    "superseded": _("a newer consent took its place"),
    "expired": _("the consent has expired"),
    "key_revoked": _("the key that signed the consent was revoked"),
    "exhausted": _("every use that the consent allowed was made"),
    "used_this_month": _("the consent's use of this month was made already"),
    "use_over": _("the job took up its use more than a day ago"),
    "beyond_document": _("the records go beyond the signed document"),
    "another_document": _("the signed document says something else"),
    "sealed_for_another": _("the records were sealed for another key"),
    "no_application": _("there is no such application"),
    "nothing_stored": _("no records are stored"),
    "authority_unreachable": _("the tax authority could not be reached"),
    "authority_refused": _("the tax authority refused"),
    "not_available": _("the tax authority has no such records"),
    "clock_skew": _("the clocks of the two sides differ too much"),
    "wrong_digest": _("a page is not the one that was signed for"),
    "wrong_total": _("the number of records does not add up"),
    "wrong_gaps": _("the list of missing months does not add up"),
    "wrong_order": _("a month holds another month's record"),
    "malformed_page": _("a page can't be understood"),
    "month_not_covered": _("a record lies outside the consented months"),
    "ledger_check_failed": _("a check of the ledger failed"),
    "entry_changed": _("an entry of the ledger no longer holds"),
    "proof_failed": _("a proof no longer leads to the signed state of the ledger"),
    "receipt_contradicts": _("a signed receipt contradicts the ledger"),
    "witness_alarm": _("a witness refused the ledger's state"),
    "signing_stopped": _("the ledger stopped signing"),
    "body_changed": _("its text was changed"),
    "link_changed": _("it does not follow from the entries before it"),
    "event_id_changed": _("it is filed under another event's number"),
    "entry_missing": _("it is missing"),
    "entry_repeated": _("an entry before it stands there twice"),
    "tail_missing": _("signed entries from there on are missing"),
    "root_changed": _("the entries are not those that were signed"),
    "checkpoint_changed": _("the newest checkpoint is not signed by the ledger's key"),
}
_STATE_PREFIX = "consent_"  # consent_paused: what was refused because the consent is paused


def entry_sentence(entry: Entry) -> str:
    """What happened, from the kind and the payload; says so when the entry is unreadable."""
    if entry.event is None or entry.kind not in SENTENCES:
        return str(UNREADABLE)
    try:
        words = {key: _word(key, value) for key, value in entry.payload.items()}
        return str(SENTENCES[EventKind(entry.kind)]) % words
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
    if key in ("expires_at", "answer_by", "due_at"):
        until = localtime(datetime.fromisoformat(str(value)))
        return date_format(until, pgettext("date format", "j F Y"))
    if key in ("categories", "reasons"):
        return pgettext("list", ", ").join(code_words(code) for code in str(value).split(","))
    return code_words("" if value is None else str(value))
