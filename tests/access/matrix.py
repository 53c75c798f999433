"""Who gets what answer at which address: one row per URL name, one word per persona.

``ok`` 200, ``go`` a redirect onwards, ``in`` to the sign-in page, ``no`` 403, ``un`` 404 (absent
and another's are told alike), ``co`` 409, ``er`` 422, ``ba`` 400, ``au`` 401, ``po`` 405 (an
address that only takes POST).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

PERSONAS = ("nobody", "sara", "sam", "mallory", "bo", "boss", "ben", "rita", "olga")


@dataclass(frozen=True, slots=True)
class World:
    """Sara's objects, at bank A."""

    application_id: UUID
    funding_id: UUID
    consent_id: UUID
    event_id: UUID
    request_id: UUID
    product_id: UUID
    version_id: UUID
    score_id: UUID
    dispute_id: UUID
    document_id: UUID
    attachment_id: UUID
    token_id: UUID
    offer_id: UUID
    reference: str
    digest: str
    language: str
    rest: str
    token: str
    seq: int
    incident_id: UUID
    person_id: UUID
    complaint_id: UUID
    disclosure_id: UUID
    model_id: UUID
    mandate_id: UUID
    about: str
    subject_id: UUID
    run_id: UUID
    loan_id: UUID
    name: str

    def values(self) -> dict[str, object]:
        return asdict(self)


_PUBLIC = "ok ok ok ok ok ok ok ok ok"
_FIRM = "in ok ok ok no no no no no"
_SARAS = "in ok ok un no no no no no"
_SARA_ACTS = "in ok no un no no no no no"
_BANK = "in no no no ok ok ok no no"
_BANK_A = "in no no no ok ok un no no"
_REGULATOR = "in no no no no no no ok no"
_OVERSEERS = "in no no no no no no ok ok"
_ANYBODY = "in ok ok ok ok ok ok ok ok"
_POST_ONLY = "po po po po po po po po po"
_SIGNED_IN_POSTS = "in po po po po po po po po"
_LINK = "un un un un un un un un un"
# Tokens only: tests/api.
_NO_SESSION = "au au au au au au au au au"

MATRIX: dict[str, str] = {
    "public:home": _PUBLIC,
    "public:scores": _PUBLIC,
    "public:privacy": _PUBLIC,
    "public:accessibility": _PUBLIC,
    "public:help": _PUBLIC,
    "public:check": _PUBLIC,
    "public:language": _POST_ONLY,
    "public:consent_stop": _LINK,
    "public:letter": _LINK,
    "account:register": _PUBLIC,
    "account:email_sent": _PUBLIC,
    "account:confirm": _LINK,
    "account:invitation": _LINK,
    "account:sign_in": _PUBLIC,
    "account:second_factor_return": "in in in in in in in in in",
    "account:second_factor_consent": "in un un un un un un un un",
    "account:second_factor_devices": _SIGNED_IN_POSTS,
    "account:sign_out": _POST_ONLY,
    "account:messages": _ANYBODY,
    "account:records": _ANYBODY,
    "account:security": _ANYBODY,
    "account:organisation": _SIGNED_IN_POSTS,
    "account:password_forgotten": _PUBLIC,
    "account:password_reset": _LINK,
    "sme:overview": _FIRM,
    "sme:firm_connect": "in ok ok ok no no no no no",
    "sme:firm_connected": "in un un un un un un un un",
    "sme:score": _FIRM,
    "sme:score_dispute": _SARA_ACTS,
    "sme:tax_data": _FIRM,
    "sme:consents": _FIRM,
    "sme:confirmations": _FIRM,
    "sme:people": _FIRM,
    "sme:person_take_away": "in ok un un no no no no no",
    "sme:consent_return": "in un un un no no no no no",
    "sme:consent_detail": _SARAS,
    "sme:request_detail": _SARAS,
    "sme:request_reject": _POST_ONLY,
    "sme:consent_change": _SARA_ACTS,
    # The consent took no other's place.
    "sme:consent_compare": "in un un un no no no no no",
    "sme:consent_pause": _POST_ONLY,
    "sme:consent_stop": _SARA_ACTS,
    # The consent still stands: nothing is kept beyond it.
    "sme:consent_erase": "in go no un no no no no no",
    "sme:consent_receipt": _SARAS,
    "sme:consent_receipt_file": _SARAS,
    "sme:consent_receipt_pdf": _SARAS,
    # The consent still stands: nothing has ended that could be proven.
    "sme:consent_stopped_proof": "in un un un no no no no no",
    "sme:consent_erased_proof": "in un un un no no no no no",
    "sme:complaints": _FIRM,
    "sme:complaint_file": _SARA_ACTS,
    "sme:complaint": _SARAS,
    "sme:complaint_withdraw": _POST_ONLY,
    "sme:products": _FIRM,
    "sme:application_start": _POST_ONLY,
    "sme:products_choose": _POST_ONLY,
    "sme:funding_detail": _SARAS,
    "sme:applications": _FIRM,
    "sme:application_detail": _SARAS,
    "sme:application_progress": _SARAS,
    "sme:application_withdraw": _SARA_ACTS,
    "sme:application_review": "in go no un no no no no no",
    # Not decided yet: there is nothing to write.
    "sme:application_letter": "in un un un no no no no no",
    # The bank has asked nothing.
    "sme:document_add": _SARA_ACTS,
    "sme:document_download": _SARAS,
    "sme:question_answer": "in go no un no no no no no",
    "sme:question_amount": "in go no un no no no no no",
    "sme:question_term": "in go no un no no no no no",
    "sme:question_use": "in go no un no no no no no",
    "sme:question_consent": "in go no un no no no no no",
    "sme:application_check": "in go no un no no no no no",
    # There is no offer yet.
    "sme:offer_return": "in un un un no no no no no",
    "sme:loans": _FIRM,
    "sme:loan": _SARAS,
    "sme:loan_statement": "in un un un no no no no no",
    "sme:loan_of_application": "in un un un no no no no no",
    "sme:monitoring_ask": _POST_ONLY,
    "sme:agreement_file": "in un un un no no no no no",
    "sme:offer_accept": _POST_ONLY,
    "sme:offer_account": "in un no un no no no no no",
    "sme:invoices": _SARAS,
    "sme:invoice_remove": _POST_ONLY,
    "sme:looks": _FIRM,
    "sme:looks_download": _FIRM,
    "sme:events": _FIRM,
    "sme:events_download": _FIRM,
    # The entry is about a person, and so on no organisation's list.
    "sme:event_receipt": "in un un un no no no no no",
    "bank:events": _BANK,
    "bank:events_download": _BANK,
    "bank:event_receipt": "in no no no un un un no no",
    "bank:queue": _BANK,
    "bank:team": _BANK,
    "bank:case_take_next": _POST_ONLY,
    "bank:case_take": _POST_ONLY,
    "bank:case_release": _POST_ONLY,
    "bank:case_assign": "in no no no no ok no no no",
    "bank:case_note": _BANK_A,
    "bank:case_ask": _BANK_A,
    "bank:document_download": _BANK_A,
    "bank:consents": _BANK,
    "bank:consent_ask": _BANK,
    "bank:consent_detail": _BANK_A,
    "bank:consent_release": _BANK_A,
    "bank:consent_receipts": _BANK_A,
    "bank:consent_receipt_file": _BANK_A,
    "bank:consent_receipt_pdf": _BANK_A,
    "bank:consent_acknowledge": _POST_ONLY,
    "bank:calibration": _BANK,
    "bank:outcomes": _BANK,
    "bank:case_outcome": _BANK_A,
    "bank:models": _BANK,
    "bank:model": _BANK,
    "bank:drift": _BANK,
    "bank:fairness": _BANK,
    "bank:products": _BANK,
    "bank:product": _BANK_A,
    "bank:product_edit": _BANK_A,
    "bank:product_version": _BANK_A,
    "bank:disputes": _BANK,
    "bank:dispute_answer": _BANK_A,
    "bank:complaints": _BANK,
    "bank:complaint": _BANK_A,
    "bank:complaint_statement": _POST_ONLY,
    "bank:tokens": _BANK,
    "bank:token_create": "in no no no no ok no no no",
    "bank:token_revoke": _POST_ONLY,
    "bank:case_detail": _BANK_A,
    "bank:case_decide": _BANK_A,
    "bank:agreement_sign": _POST_ONLY,
    # Nothing is accepted yet.
    "bank:agreement_file": "in no no no un un un no no",
    "bank:agreement_return": "in no no no un un un no no",
    "bank:case_letter": "in no no no un un un no no",
    "api:applications": _NO_SESSION,
    "api:application": _NO_SESSION,
    "api:score": _NO_SESSION,
    "api:schema": _PUBLIC,
    "api:nothing": _LINK,
    "bank:case_approve": "in no no no no go un no no",
    "bank:loans": _BANK,
    "bank:loan": _BANK_A,
    # The application of this world became no loan, and the loan has no statement yet.
    "bank:loan_of_application": "in no no no un un un no no",
    "bank:loan_statement": "in no no no un un un no no",
    "bank:loan_retry": _POST_ONLY,
    "bank:loan_give_up": _POST_ONLY,
    "bank:loan_ask_again": _POST_ONLY,
    "regulator:loans": _OVERSEERS,
    "public:rail_call": "po po po po po po po po po",
    "bank:portfolio": _BANK,
    "bank:portfolio_start": _POST_ONLY,
    "bank:portfolio_run": _BANK_A,
    "bank:portfolio_progress": _BANK_A,
    "bank:portfolio_download": _BANK_A,
    "bank:limits": "in no no no no ok no no no",
    "bank:limit_change": "in no no no no ok no no no",
    "regulator:ledger": _REGULATOR,
    "regulator:chain": _REGULATOR,
    "regulator:check": _POST_ONLY,
    "regulator:entry_detail": _REGULATOR,
    "regulator:entry_receipt": _REGULATOR,
    "regulator:checkpoints": _REGULATOR,
    "regulator:export": _POST_ONLY,
    "regulator:consistency": _REGULATOR,
    "regulator:calibration": _OVERSEERS,
    "regulator:models": _OVERSEERS,
    "regulator:model": _OVERSEERS,
    # Olga activates: she hands in none and validates none.
    "regulator:model_register": "in no no no no no no no no",
    "regulator:model_validate": _POST_ONLY,
    "regulator:model_activate": _POST_ONLY,
    "regulator:model_retire": _POST_ONLY,
    "regulator:drift": _OVERSEERS,
    "regulator:fairness": _OVERSEERS,
    "regulator:complaints": _OVERSEERS,
    "regulator:complaint": _OVERSEERS,
    "regulator:complaint_take": _POST_ONLY,
    "regulator:complaint_answer": _POST_ONLY,
    "regulator:disclosures": _OVERSEERS,
    "regulator:disclosure_ask": _REGULATOR,
    "regulator:disclosure": _REGULATOR,
    "regulator:disclosure_approve": _POST_ONLY,
    "regulator:disclosure_refuse": _POST_ONLY,
    "regulator:disclosure_file": _POST_ONLY,
    "regulator:incidents": _OVERSEERS,
    "regulator:incident_detail": _OVERSEERS,
    "regulator:incident_report": _POST_ONLY,
    "regulator:incident_close": _POST_ONLY,
}

# What only takes POST, asked with POST. Leaving and the language switch are everybody's.
POSTS: dict[str, str] = {
    "bank:case_take_next": "in no no no go go go no no",
    "account:second_factor_devices": "in go go go go go go go go",
    "sme:application_start": "in go no go no no no no no",
    # Nothing is ticked: the page comes again and says so.
    "sme:products_choose": "in ok no ok no no no no no",
    "sme:request_reject": "in go no un no no no no no",
    # The application is with the bank: what it has seen stays.
    "sme:invoice_remove": "in co no un no no no no no",
    "sme:consent_pause": "in go no un no no no no no",
    # The consent still stands: there is no end to acknowledge.
    "bank:consent_acknowledge": "in no no no co co un no no",
    # An approver starts one, or is led to the one that is on.
    "bank:portfolio_start": "in no no no no go no no no",
    # The money is on its way: nothing failed, so nothing is sent again or given up.
    "bank:loan_retry": "in no no no no co no no no",
    "bank:loan_give_up": "in no no no no co no no no",
    "bank:loan_ask_again": "in no no no no er no no no",
    # Nothing is written: the form comes again.
    "sme:loan": "in er er un no no no no no",
    # Not signed by anybody.
    "public:rail_call": "ba ba ba ba ba ba ba ba ba",
    # It is ended already.
    "bank:token_revoke": "in no no no no co no no no",
    # It is taken back already: nobody can take it, answer it, or take it back again.
    "sme:complaint_withdraw": "in co no un no no no no no",
    "bank:complaint_statement": "in no no no co co un no no",
    "regulator:complaint_take": "in no no no no no no no co",
    "regulator:complaint_answer": "in no no no no no no no co",
    # Rita asked: another person has to decide, and there is no file yet.
    "regulator:disclosure_approve": "in no no no no no no no no",
    "regulator:disclosure_refuse": "in no no no no no no no no",
    "regulator:disclosure_file": "in no no no no no no co no",
    # Nothing is written, so the page comes again; the champion is not retired.
    "regulator:model_validate": "in no no no no no no no er",
    "regulator:model_activate": "in no no no no no no no er",
    "regulator:model_retire": "in no no no no no no no er",
    "regulator:check": "in no no no no no no go no",
    "regulator:export": "in no no no no no no ok no",
    # Without a note: the page comes again and says so; one that was not reported is not closed.
    "regulator:incident_report": "in no no no no no no er er",
    "regulator:incident_close": "in no no no no no no co no",
}
