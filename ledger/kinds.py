"""The closed list of events: who may write each, and what its payload may say.

Rules are those of `ledger.format.values`. They are checked in Python by `record` and in the
database by a trigger, from one registry: a change needs a migration that calls
`ledger.schema.sync_kinds`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ledger.event_kinds import EventKind
from ledger.format.values import (
    CODE,
    CODES,
    COUNT,
    DIGEST,
    ID,
    INSTANT,
    MONTH,
    TOKEN,
    optional,
)
from ledger.kind_rules import Rule, by, through_gate

__all__ = ["REGISTRY", "EventKind", "registry_digest"]

_TERMS = {
    "firm": ID,
    "bank": ID,
    "purpose": CODE,
    "categories": CODES,
    "first_month": MONTH,
    "last_month": MONTH,
}
_MODEL = {"model": TOKEN, "model_sha256": DIGEST}
_VERSION = {"bank": ID, "version": COUNT, "version_sha256": DIGEST}

REGISTRY: Mapping[EventKind, Rule] = {
    EventKind.PERSON_REGISTERED: by("web"),
    EventKind.EMAIL_CONFIRMED: by("web"),
    EventKind.PASSWORD_RESET: by("web"),
    EventKind.SECOND_FACTOR_ENROLLED: by("signer", method=CODE),
    EventKind.SECOND_FACTOR_REMOVED: by("signer", method=CODE),
    EventKind.SECOND_FACTOR_RESET: by("owner"),
    EventKind.ORGANISATION_CREATED: by("owner", "web", kind=CODE),
    EventKind.PERSON_INVITED: by("owner", "web", organisation=ID, role=CODE),
    EventKind.MEMBER_ADDED: by("owner", "web", organisation=ID, role=CODE),
    EventKind.FIRM_CONNECTED: by("signer", firm=ID, role=CODE, authority_jti_digest=DIGEST),
    EventKind.MANDATE_ENDED: through_gate(
        "intake", "watchdog", "web", firm=ID, role=CODE, because=CODE
    ),
    EventKind.CONSENT_REQUESTED: by(
        "web", request=ID, asked_by=CODE, supersedes=optional(ID), **_TERMS
    ),
    EventKind.CONSENT_GRANTED: through_gate(
        "signer",
        expires_at=INSTANT,
        max_uses=COUNT,
        artefact_sha256=DIGEST,
        kid=TOKEN,
        **_TERMS,
    ),
    EventKind.CONSENT_DECLINED: through_gate("web", "signer", request=ID),
    EventKind.CONSENT_WITHDRAWN: through_gate(
        "web", "signer", "watchdog", firm=ID, bank=ID, because=optional(CODE)
    ),
    EventKind.CONSENT_PAUSED: through_gate(
        "web",
        "signer",
        "intake",
        firm=ID,
        bank=ID,
        because=optional(CODE),
        confirm_by=optional(INSTANT),
    ),
    EventKind.CONSENT_RESUMED: through_gate("signer", firm=ID, bank=ID),
    EventKind.CONSENT_SUPERSEDED: through_gate("signer", firm=ID, bank=ID, by=ID),
    EventKind.CONSENT_RELEASED: through_gate("web", firm=ID, bank=ID),
    EventKind.CONSENT_END_ACKNOWLEDGED: through_gate("web", bank=ID),
    EventKind.CONSENT_ERASURE_WISHED: through_gate("web", firm=ID, bank=ID),
    EventKind.CONSENT_EXPIRED: through_gate("watchdog", firm=ID, bank=ID),
    EventKind.CONSENT_KEY_REVOKED: through_gate("owner", firm=ID, bank=ID, kid=TOKEN),
    EventKind.REQUEST_EXPIRED: through_gate("watchdog", firm=ID, bank=ID),
    EventKind.DATA_FETCH_REQUESTED: by("intake", firm=ID, bank=ID, session=TOKEN),
    EventKind.DATA_FETCHED: by(
        "intake",
        firm=ID,
        categories=CODES,
        first_month=MONTH,
        last_month=MONTH,
        records=COUNT,
        chunks=COUNT,
        manifest_sha256=DIGEST,
    ),
    EventKind.DATA_FETCH_FAILED: by("intake", code=CODE),
    EventKind.DATA_USED: through_gate(
        "vault",
        bank=ID,
        purpose=CODE,
        job=TOKEN,
        ticket=ID,
        use_no=COUNT,
    ),
    EventKind.DATA_REFUSED: through_gate("vault", job=TOKEN, reason=CODE),
    EventKind.DATA_VIEWED: by("web", bank=ID, application=ID, through=CODE),
    EventKind.DATA_ERASED: through_gate(
        "intake", "watchdog", firm=ID, chunks=COUNT, kept=optional(COUNT)
    ),
    EventKind.SCORE_RECORDED: by(
        "scorer",
        firm=ID,
        bank=ID,
        application=ID,
        consent=ID,
        model=TOKEN,
        model_sha256=DIGEST,
        input_digest=DIGEST,
        commitment=DIGEST,
        score=COUNT,
        band=CODE,
    ),
    EventKind.SCORE_REFUSED: by("scorer", application=ID, code=CODE),
    EventKind.SCORE_REPLAYED: by("scorer", extent=CODE, outcome=CODE),
    EventKind.SIGNALS_RECORDED: by(
        "scorer",
        bank=ID,
        application=ID,
        consent=ID,
        input_digest=DIGEST,
        strength_1=CODES,
        strength_2=CODES,
        strength_3=CODES,
        not_computable=CODES,
    ),
    EventKind.SCORE_MONITORED: by(
        "scorer",
        firm=ID,
        bank=ID,
        model=TOKEN,
        model_sha256=DIGEST,
        input_digest=DIGEST,
        commitment=DIGEST,
        score=COUNT,
        band=CODE,
        strength_1=CODES,
        strength_2=CODES,
        strength_3=CODES,
        not_computable=CODES,
    ),
    EventKind.SCORE_NOT_MONITORED: by("scorer", firm=ID, bank=ID, code=CODE),
    EventKind.PORTFOLIO_RESCORED: by(
        "scorer",
        "web",
        bank=ID,
        month=MONTH,
        model=TOKEN,
        model_sha256=DIGEST,
        consents=COUNT,
        scored=COUNT,
        unchanged=COUNT,
        refused=COUNT,
        failed=COUNT,
    ),
    EventKind.FEATURES_ERASED: by("scorer", scores=COUNT),
    EventKind.DISPUTE_OPENED: by(
        "web", score_id=ID, firm=ID, bank=ID, about=CODE, answer_by=INSTANT
    ),
    EventKind.DISPUTE_ANSWERED: by("web", score_id=ID, outcome=CODE),
    EventKind.INVOICE_CHECKED: by(
        "web",
        "scorer",
        document=DIGEST,
        outcome=CODE,
        refusals=CODES,
        status=CODE,
        comparison=CODE,
    ),
    EventKind.INVOICE_REMOVED: by("web", document=DIGEST),
    EventKind.APPLICATION_SUBMITTED: by(
        "web",
        firm=ID,
        bank=ID,
        product=TOKEN,
        amount_fen=COUNT,
        term_months=COUNT,
        consent=optional(ID),
    ),
    EventKind.APPLICATION_WITHDRAWN: by("web", because=optional(CODE)),
    EventKind.DOCUMENT_ADDED: by("web", document=ID, kind=CODE, sha256=DIGEST),
    EventKind.QUESTION_ASKED: by("web", question=ID, text_digest=DIGEST),
    EventKind.QUESTION_ANSWERED: by("web", question=ID, text_digest=DIGEST),
    EventKind.CASE_TEXTS_ERASED: by("web", questions=COUNT),
    EventKind.POLICY_EVALUATED: by(
        "web",
        version_sha256=DIGEST,
        verdict=CODE,
        reasons=optional(CODES),
        alarm=optional(CODE),
    ),
    EventKind.APPROVAL_PROPOSED: by("web", reasons=CODES, alone_fen=COUNT),
    EventKind.APPROVAL_RETURNED: by("web"),
    EventKind.APPROVAL_LIMIT_SET: by("web", bank=ID, alone_fen=COUNT, second_fen=COUNT),
    EventKind.DECISION_RECORDED: by(
        "web",
        outcome=CODE,
        reasons=CODES,
        score=optional(COUNT),
        band=optional(CODE),
        decision_sha256=optional(DIGEST),
    ),
    EventKind.REVIEW_ASKED: by("web", decision_sha256=DIGEST),
    EventKind.OFFER_MADE: by("web", offer=ID, offer_sha256=DIGEST, amount_fen=COUNT),
    EventKind.OFFER_ACCEPTED: by("signer", offer=ID, offer_sha256=DIGEST, acceptance_sha256=DIGEST),
    EventKind.OFFER_EXPIRED: by("web", offer=ID),
    EventKind.AGREEMENT_SIGNED: by("web", offer=ID, offer_sha256=DIGEST),
    EventKind.AGREEMENT_COUNTERSIGNED: by(
        "signer",
        offer=ID,
        agreement_sha256=DIGEST,
        acceptance_sha256=DIGEST,
        signature_sha256=DIGEST,
    ),
    EventKind.LOAN_OPENED: by("web", loan=ID, offer=ID, agreement_sha256=DIGEST, rail=CODE),
    EventKind.LOAN_DISBURSED: by("web", loan=ID, order=ID),
    EventKind.LOAN_DISBURSEMENT_FAILED: by("web", loan=ID, order=ID, code=CODE),
    EventKind.LOAN_BEGUN: by("web", loan=ID),
    EventKind.LOAN_PAID: by("web", loan=ID, order=ID),
    EventKind.LOAN_CLASSED: by("web", loan=ID, code=CODE),
    EventKind.LOAN_SETTLED: by("web", loan=ID),
    EventKind.LOAN_CLOSED: by("web", loan=ID, statement_sha256=DIGEST),
    EventKind.LOAN_ORDER_DISPUTED: by("web", loan=ID, order=ID),
    EventKind.LOAN_ORDER_ASKED_AGAIN: by("web", loan=ID, order=ID),
    EventKind.LOAN_DISBURSEMENT_RETRIED: by("web", loan=ID, order=ID),
    EventKind.LOAN_PAYMENT_ASKED: by("web", loan=ID, order=ID),
    EventKind.PRODUCT_CREATED: by(
        "owner",
        "web",
        bank=ID,
        min_amount_fen=COUNT,
        max_amount_fen=COUNT,
        annual_rate_bp=COUNT,
        version_sha256=optional(DIGEST),
    ),
    EventKind.MODEL_REGISTERED: by("owner", "web", **_MODEL),
    EventKind.MODEL_VALIDATED: by("web", findings_sha256=DIGEST, **_MODEL),
    EventKind.MODEL_ACTIVATED: by("owner", "web", role=CODE, instead_of=optional(DIGEST), **_MODEL),
    EventKind.MODEL_RETIRED: by("owner", "web", **_MODEL),
    EventKind.PRODUCT_VERSION_PROPOSED: by("web", **_VERSION),
    EventKind.PRODUCT_VERSION_APPROVED: by("web", **_VERSION),
    EventKind.PRODUCT_VERSION_REJECTED: by("web", **_VERSION),
    EventKind.API_TOKEN_CREATED: by("web", bank=ID, scopes=CODES, days=COUNT),
    EventKind.API_TOKEN_REVOKED: by("web"),
    EventKind.AUTHORITY_NOTIFIED: by("intake", consent=ID, ack_sha256=DIGEST),
    EventKind.COMPLAINT_FILED: by(
        "web",
        firm=ID,
        bank=ID,
        about=CODE,
        complained_of=TOKEN,
        look=optional(ID),
        answer_by=INSTANT,
        text_digest=DIGEST,
    ),
    EventKind.COMPLAINT_TAKEN: by("web"),
    EventKind.COMPLAINT_STATED: by("web", text_digest=DIGEST),
    EventKind.COMPLAINT_ANSWERED: by("web", outcome=CODE, text_digest=DIGEST),
    EventKind.COMPLAINT_WITHDRAWN: by("web"),
    EventKind.COMPLAINT_TEXTS_ERASED: by("web"),
    EventKind.INCIDENT_OPENED: by(
        "web", cause=CODE, place=optional(COUNT), detail=optional(CODE), due_at=INSTANT
    ),
    EventKind.INCIDENT_REPORTED: by("web", text_digest=DIGEST),
    EventKind.INCIDENT_CLOSED: by("web", text_digest=DIGEST),
    # Whose records they are stands in the commitment only.
    EventKind.DISCLOSURE_REQUESTED: by(
        "web", what=CODE, basis=CODE, days=COUNT, request_digest=DIGEST
    ),
    EventKind.DISCLOSURE_APPROVED: by("web"),
    EventKind.DISCLOSURE_REFUSED: by("web", text_digest=DIGEST),
    EventKind.DISCLOSURE_LAPSED: by("web"),
    EventKind.DISCLOSURE_EXPORTED: by("web", rows=COUNT, entries=COUNT, manifest_sha256=DIGEST),
    EventKind.DISCLOSURE_DOWNLOADED: by("web", manifest_sha256=DIGEST),
    EventKind.DISCLOSURE_TOLD: by("web"),
    EventKind.DISCLOSURE_ERASED: by("web"),
    # The 32 bytes of the key itself, in hexadecimal: as long as a digest.
    EventKind.LEDGER_KEY_ANNOUNCED: by("owner", public_key=DIGEST, key_id=TOKEN),
    EventKind.LEDGER_KEY_RETIRED: by("owner", public_key=DIGEST, key_id=TOKEN),
}


def registry_digest() -> str:
    """SHA-256 over the whole registry: changes when any writer, key or rule does."""
    lines = [
        f"{kind}|{','.join(sorted(rule.writers))}|{rule.gate_only}|{rule.payload_json()}"
        for kind, rule in sorted(REGISTRY.items())
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
