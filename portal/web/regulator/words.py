"""Short names and meanings of events, and of what an event's body says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ledger.kinds import EventKind

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

KIND_NAMES: Mapping[EventKind, StrPromise] = {
    EventKind.PERSON_REGISTERED: _("Person registered"),
    EventKind.EMAIL_CONFIRMED: _("E-mail address confirmed"),
    EventKind.PASSWORD_RESET: _("Password set anew"),
    EventKind.SECOND_FACTOR_ENROLLED: _("Second factor set up"),
    EventKind.SECOND_FACTOR_REMOVED: _("Second factor removed by its owner"),
    EventKind.SECOND_FACTOR_RESET: _("Second factor removed"),
    EventKind.ORGANISATION_CREATED: _("Organisation created"),
    EventKind.PERSON_INVITED: _("Person invited"),
    EventKind.MEMBER_ADDED: _("Member added"),
    EventKind.FIRM_CONNECTED: _("Firm connected"),
    EventKind.MANDATE_ENDED: _("Mandate ended"),
    EventKind.CONSENT_REQUESTED: _("Consent asked for"),
    EventKind.CONSENT_GRANTED: _("Consent granted"),
    EventKind.CONSENT_DECLINED: _("Consent declined"),
    EventKind.CONSENT_WITHDRAWN: _("Consent withdrawn"),
    EventKind.CONSENT_PAUSED: _("Consent paused"),
    EventKind.CONSENT_RESUMED: _("Consent resumed"),
    EventKind.CONSENT_SUPERSEDED: _("Consent superseded"),
    EventKind.CONSENT_RELEASED: _("Consent given back"),
    EventKind.CONSENT_END_ACKNOWLEDGED: _("End of consent acknowledged"),
    EventKind.CONSENT_ERASURE_WISHED: _("Erasure wished"),
    EventKind.CONSENT_EXPIRED: _("Consent expired"),
    EventKind.CONSENT_KEY_REVOKED: _("Consent ended with its key"),
    EventKind.REQUEST_EXPIRED: _("Request expired"),
    EventKind.DATA_FETCH_REQUESTED: _("Tax data asked for"),
    EventKind.DATA_FETCHED: _("Tax data received"),
    EventKind.DATA_FETCH_FAILED: _("Tax data not received"),
    EventKind.DATA_USED: _("Tax data used"),
    EventKind.DATA_REFUSED: _("Use of tax data refused"),
    EventKind.DATA_VIEWED: _("Result of tax data looked at"),
    EventKind.DATA_ERASED: _("Tax data erased"),
    EventKind.SCORE_RECORDED: _("Score computed"),
    EventKind.SCORE_REFUSED: _("Score not computed"),
    EventKind.SCORE_REPLAYED: _("Score computed again"),
    EventKind.SIGNALS_RECORDED: _("Hints about invoices computed"),
    EventKind.SCORE_MONITORED: _("Firm scored anew"),
    EventKind.SCORE_NOT_MONITORED: _("Firm not scored anew"),
    EventKind.PORTFOLIO_RESCORED: _("Portfolio scored anew"),
    EventKind.FEATURES_ERASED: _("Figures behind scores erased"),
    EventKind.DISPUTE_OPENED: _("Score disputed"),
    EventKind.DISPUTE_ANSWERED: _("Dispute answered"),
    EventKind.APPLICATION_SUBMITTED: _("Application sent"),
    EventKind.APPLICATION_WITHDRAWN: _("Application withdrawn"),
    EventKind.DOCUMENT_ADDED: _("Document handed in"),
    EventKind.QUESTION_ASKED: _("Question asked"),
    EventKind.QUESTION_ANSWERED: _("Question answered"),
    EventKind.CASE_TEXTS_ERASED: _("Questions and answers erased"),
    EventKind.INVOICE_CHECKED: _("E-invoice checked"),
    EventKind.INVOICE_REMOVED: _("E-invoice removed"),
    EventKind.POLICY_EVALUATED: _("Policy asked"),
    EventKind.APPROVAL_PROPOSED: _("Approval proposed"),
    EventKind.APPROVAL_RETURNED: _("Proposed approval sent back"),
    EventKind.APPROVAL_LIMIT_SET: _("Approval limit set"),
    EventKind.DECISION_RECORDED: _("Decision recorded"),
    EventKind.REVIEW_ASKED: _("Review by a person asked for"),
    EventKind.OFFER_MADE: _("Offer made"),
    EventKind.OFFER_ACCEPTED: _("Offer accepted"),
    EventKind.OFFER_EXPIRED: _("Offer run out"),
    EventKind.AGREEMENT_SIGNED: _("Agreement signed"),
    EventKind.AGREEMENT_COUNTERSIGNED: _("Bank’s signature under an agreement"),
    EventKind.LOAN_OPENED: _("Loan opened"),
    EventKind.LOAN_DISBURSED: _("Loan paid out"),
    EventKind.LOAN_DISBURSEMENT_FAILED: _("Payout failed"),
    EventKind.LOAN_BEGUN: _("Repayment days fixed"),
    EventKind.LOAN_PAID: _("Payment arrived"),
    EventKind.LOAN_CLASSED: _("Loan classed"),
    EventKind.LOAN_SETTLED: _("Loan paid back"),
    EventKind.LOAN_CLOSED: _("Loan closed"),
    EventKind.LOAN_ORDER_DISPUTED: _("Money order stopped"),
    EventKind.LOAN_ORDER_ASKED_AGAIN: _("Stopped money order looked up again"),
    EventKind.LOAN_DISBURSEMENT_RETRIED: _("Loan sent once more"),
    EventKind.LOAN_PAYMENT_ASKED: _("Payment by the firm asked for"),
    EventKind.PRODUCT_CREATED: _("Loan product offered"),
    EventKind.MODEL_REGISTERED: _("Scoring model registered"),
    EventKind.MODEL_VALIDATED: _("Scoring model validated"),
    EventKind.MODEL_ACTIVATED: _("Scoring model activated"),
    EventKind.MODEL_RETIRED: _("Scoring model retired"),
    EventKind.PRODUCT_VERSION_PROPOSED: _("Product version proposed"),
    EventKind.PRODUCT_VERSION_APPROVED: _("Product version put in force"),
    EventKind.PRODUCT_VERSION_REJECTED: _("Product version turned down"),
    EventKind.API_TOKEN_CREATED: _("System let in"),
    EventKind.API_TOKEN_REVOKED: _("System shut out"),
    EventKind.AUTHORITY_NOTIFIED: _("Tax authority informed"),
    EventKind.COMPLAINT_FILED: _("Complaint filed"),
    EventKind.COMPLAINT_TAKEN: _("Complaint taken"),
    EventKind.COMPLAINT_STATED: _("Bank's statement on a complaint"),
    EventKind.COMPLAINT_ANSWERED: _("Complaint answered"),
    EventKind.COMPLAINT_WITHDRAWN: _("Complaint taken back"),
    EventKind.COMPLAINT_TEXTS_ERASED: _("Words of a complaint erased"),
    EventKind.INCIDENT_OPENED: _("Incident opened"),
    EventKind.INCIDENT_REPORTED: _("Incident reported"),
    EventKind.INCIDENT_CLOSED: _("Incident closed"),
    EventKind.DISCLOSURE_REQUESTED: _("Records asked for"),
    EventKind.DISCLOSURE_APPROVED: _("Request for records approved"),
    EventKind.DISCLOSURE_REFUSED: _("Request for records turned down"),
    EventKind.DISCLOSURE_LAPSED: _("Request for records lapsed"),
    EventKind.DISCLOSURE_EXPORTED: _("Records put together"),
    EventKind.DISCLOSURE_DOWNLOADED: _("Records downloaded"),
    EventKind.DISCLOSURE_TOLD: _("Party told of a request for records"),
    EventKind.DISCLOSURE_ERASED: _("File of records erased"),
    EventKind.LEDGER_KEY_ANNOUNCED: _("Ledger's next key announced"),
    EventKind.LEDGER_KEY_RETIRED: _("Ledger's old key retired"),
}
UNREADABLE_NAME = _("Unreadable entry")

MEANINGS: Mapping[str, StrPromise] = {
    "person": _("It concerns an account, and gives nobody access to tax data."),
    "organisation": _("It concerns who takes part here, and gives nobody access to tax data."),
    "member": _("From now on the person may act for the organisation in this role."),
    "invitation": _(
        "Whoever takes it up may act for the organisation in this role; until then nobody does."
    ),
    "firm": _(
        "The tax authority itself confirmed the person's role. Before this a firm can do nothing."
    ),
    "mandate": _(
        "From this moment the person can do nothing here in the firm's name. If it was its legal "
        "representative, its consents are paused until the next one confirms them."
    ),
    "consent": _(
        "Only a granted consent opens tax data, for one bank and one purpose; declining, pausing "
        "and withdrawing close them at the same moment."
    ),
    "data": _(
        "Tax data are fetched, used and erased under a consent. Each use is written down before "
        "the data can be read."
    ),
    "score": _("The digests fix which records and model gave the score, without showing them."),
    "dispute": _(
        "The firm can always put a score before a person, who has 20 days to answer in writing."
    ),
    "features": _(
        "What was computed from a firm's records went with them. The commitment proves that "
        "nothing was put in its place, and gives nothing away."
    ),
    "signals": _(
        "Hints that invoices look forged or arranged. Nothing is proved by one, and the score "
        "knows nothing of it; what it rests on is not here."
    ),
    "portfolio": _(
        "A bank looks once a month at the firms that let it watch over a loan. Each firm’s score "
        "has an entry of its own; this one counts them."
    ),
    "application": _("The firm asked a bank for a loan, or took the request back."),
    "case": _(
        "Bank and firm wrote to each other about an application. The texts are not here; each "
        "digest shows later which text it was."
    ),
    "invoice": _(
        "What a firm attached was checked. Only its digest and the answers are here, no figure."
    ),
    "policy": _("The bank's own rules, put in force by two people, looked at the case."),
    "approval": _("Above an officer's own limit two people of the bank decide together."),
    "decision": _("The bank's answer and its coded reasons, as the firm was told them."),
    "review": _("A machine never has the last word on a refusal: a firm can always have a person."),
    "offer": _(
        "The hash names exactly what a bank offered, with all that it costs; a firm takes one of "
        "the offers it has, by its second factor."
    ),
    "agreement": _("Bank and firm are bound by an accepted offer, whose hash names its terms."),
    "loan": _(
        "What became of an agreement: paid out, paid back, late or closed. Amounts stay with firm "
        "and bank; the hash names the closing statement."
    ),
    "model": _(
        "What computes scores. Three people let a model score: who developed it, who validated it "
        "and who activated it; the hash names exactly the file."
    ),
    "product": _(
        "What a bank lends, and by which rules. A change takes two people of the bank; the hash "
        "names exactly what they agreed on."
    ),
    "api_token": _(
        "A system of the bank reads what the bank's people may read, under the same consents, and "
        "changes nothing."
    ),
    "authority": _(
        "The tax authority has signed that it delivers nothing more under this consent."
    ),
    "complaint": _(
        "A firm says that something is not right, and is answered in writing within 20 days. The "
        "texts are not here; each digest shows later which text it was."
    ),
    "incident": _(
        "Something here did not hold. It has to be reported within 24 hours, and only a person of "
        "the regulator closes it."
    ),
    "disclosure": _(
        "The regulator asks for records on a legal basis and a second person decides. Whose they "
        "are is not here; the digest shows later what was asked."
    ),
    "ledger": _(
        "The key that signs the ledger changes in the open: the old one signs the entry that names "
        "the new one, and both sign for a while. What was signed before holds as before."
    ),
}

REFERENCE_NAMES: Mapping[str, StrPromise] = {
    "person": _("person"),
    "firm": _("firm"),
    "bank": _("bank"),
    "organisation": _("organisation"),
    "regulator": _("regulator"),
    "operator": _("operator"),
    "consent": _("consent"),
    "request": _("request"),
    "application": _("application"),
    "portfolio": _("portfolio"),
    "invitation": _("invitation"),
    "product": _("loan product"),
    "score": _("score"),
    "model": _("scoring model"),
    "dispute": _("dispute"),
    "system": _("system"),
    "token": _("access of a system"),
    "session": _("session"),
    "complaint": _("complaint"),
    "incident": _("incident"),
    "disclosure": _("request for records"),
    "ledger": _("ledger"),
}

# In the order in which a page shows them.
PAYLOAD_NAMES: Mapping[str, StrPromise] = {
    "firm": _("Firm"),
    "bank": _("Bank"),
    "organisation": _("Organisation"),
    "kind": _("Kind"),
    "role": _("Role"),
    "method": _("Method"),
    "purpose": _("Purpose"),
    "categories": _("Kinds of records"),
    "first_month": _("First month"),
    "last_month": _("Last month"),
    "expires_at": _("Valid until"),
    "max_uses": _("Uses allowed"),
    "use_no": _("Number of this use"),
    "application": _("Application"),
    "question": _("Question"),
    "document": _("Document"),
    "sha256": _("SHA-256 of the file"),
    "text_digest": _("Digest of the text"),
    "questions": _("Questions"),
    "consent": _("Consent"),
    "request": _("Request"),
    "product": _("Loan product"),
    "amount_fen": _("Amount"),
    "min_amount_fen": _("Smallest amount"),
    "max_amount_fen": _("Largest amount"),
    "alone_fen": _("Limit of one person alone"),
    "second_fen": _("Limit as the second person"),
    "annual_rate_bp": _("Yearly rate in basis points"),
    "version": _("Version"),
    "version_sha256": _("SHA-256 of the version"),
    "term_months": _("Term in months"),
    "outcome": _("Outcome"),
    "because": _("Why"),
    "confirm_by": _("To be confirmed by"),
    "offer": _("Offer"),
    "offer_sha256": _("SHA-256 of the offer"),
    "acceptance_sha256": _("SHA-256 of the signed acceptance"),
    "agreement_sha256": _("SHA-256 of the agreement"),
    "statement_sha256": _("SHA-256 of the closing statement"),
    "loan": _("Loan"),
    "order": _("Money order"),
    "rail": _("Paid out by"),
    "signature_sha256": _("SHA-256 of the bank’s signature"),
    "decision_sha256": _("SHA-256 of the decision’s record"),
    "refusals": _("Why it was refused"),
    "status": _("Status at the tax authority"),
    "comparison": _("Compared with the tax records"),
    "verdict": _("What the policy said"),
    "alarm": _("Why it could not rule"),
    "reasons": _("Reasons"),
    "reason": _("Reason"),
    "scopes": _("May read"),
    "days": _("Days"),
    "public_key": _("Public key"),
    "key_id": _("Short name of the key"),
    "code": _("Cause"),
    "score": _("Score"),
    "band": _("Band"),
    "model": _("Model"),
    "records": _("Records"),
    "chunks": _("Monthly parts"),
    "job": _("Job"),
    "session": _("Session"),
    "through": _("Seen through"),
    "ticket": _("Ticket"),
    "kid": _("Signing key"),
    "authority_jti_digest": _("Digest of the tax authority's statement"),
    "input_digest": _("Digest of the inputs"),
    "commitment": _("Commitment to the inputs"),
    "score_id": _("Number of the score"),
    "strength_3": _("Strong hints"),
    "strength_2": _("Clear hints"),
    "strength_1": _("Weak hints"),
    "not_computable": _("Hints that could not be computed"),
    "about": _("What it is about"),
    "complained_of": _("What the complaint names"),
    "look": _("Which look at the data"),
    "asked_by": _("Asked by"),
    "by": _("Superseded by consent"),
    "kept": _("Chunks kept for other consents"),
    "supersedes": _("Would supersede consent"),
    "answer_by": _("Answer due by"),
    "extent": _("Computed again from"),
    "scores": _("Number of scores"),
    "model_sha256": _("Hash of the model"),
    "instead_of": _("Hash of the model before"),
    "findings_sha256": _("Hash of the findings"),
    "manifest_sha256": _("Hash of the delivery note"),
    "artefact_sha256": _("Hash of the consent artefact"),
    "ack_sha256": _("Hash of the acknowledgement"),
    "cause": _("What was seen"),
    "place": _("Entry or size where it shows"),
    "detail": _("What is wrong there"),
    "due_at": _("To be reported by"),
    "what": _("What was asked for"),
    "basis": _("Legal basis"),
    "request_digest": _("Digest of the request"),
    "rows": _("Acts"),
    "entries": _("Ledger entries"),
    "month": _("Month"),
    "consents": _("Consents"),
    "scored": _("With a new score"),
    "unchanged": _("Unchanged"),
    "refused": _("Refused"),
    "failed": _("Failed"),
}
