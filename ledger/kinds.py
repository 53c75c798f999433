"""The closed list of events: who may write each, and what its payload may say.

Rules are those of `ledger.format.values`. They are checked in Python by `record` and in the
database by a trigger, from one registry: a change needs a migration that calls
`ledger.schema.sync_kinds`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from ledger.format.values import (
    CODE,
    CODES,
    COUNT,
    DIGEST,
    ID,
    INSTANT,
    MONTH,
    TOKEN,
    ValueRule,
    optional,
)


class EventKind(StrEnum):
    """Everything that can happen, by the name it has inside the hashed body."""

    PERSON_REGISTERED = "person.registered"
    EMAIL_CONFIRMED = "person.email_confirmed"
    PASSWORD_RESET = "person.password_reset"  # noqa: S105 -- a name, no password
    SECOND_FACTOR_ENROLLED = "person.second_factor_enrolled"
    SECOND_FACTOR_REMOVED = "person.second_factor_removed"
    SECOND_FACTOR_RESET = "person.second_factor_reset"
    ORGANISATION_CREATED = "organisation.created"
    PERSON_INVITED = "invitation.created"
    MEMBER_ADDED = "member.added"
    FIRM_CONNECTED = "firm.connected"
    CONSENT_REQUESTED = "consent.requested"
    CONSENT_GRANTED = "consent.granted"
    CONSENT_DECLINED = "consent.declined"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    CONSENT_PAUSED = "consent.paused"
    CONSENT_RESUMED = "consent.resumed"
    CONSENT_SUPERSEDED = "consent.superseded"
    CONSENT_RELEASED = "consent.released"
    CONSENT_END_ACKNOWLEDGED = "consent.end_acknowledged"
    CONSENT_ERASURE_WISHED = "consent.erasure_wished"
    CONSENT_EXPIRED = "consent.expired"
    CONSENT_KEY_REVOKED = "consent.key_revoked"
    REQUEST_EXPIRED = "request.expired"
    DATA_FETCH_REQUESTED = "data.fetch_requested"
    DATA_FETCHED = "data.fetched"
    DATA_FETCH_FAILED = "data.fetch_failed"
    DATA_USED = "data.used"
    DATA_REFUSED = "data.refused"
    DATA_VIEWED = "data.viewed"
    DATA_ERASED = "data.erased"
    SCORE_RECORDED = "score.recorded"
    SCORE_REFUSED = "score.refused"
    SCORE_REPLAYED = "score.replayed"
    FEATURES_ERASED = "features.erased"
    DISPUTE_OPENED = "dispute.opened"
    DISPUTE_ANSWERED = "dispute.answered"
    INVOICE_CHECKED = "invoice.checked"
    INVOICE_REMOVED = "invoice.removed"
    APPLICATION_SUBMITTED = "application.submitted"
    APPLICATION_WITHDRAWN = "application.withdrawn"
    DOCUMENT_ADDED = "case.document_added"
    QUESTION_ASKED = "case.question_asked"
    QUESTION_ANSWERED = "case.answered"
    CASE_TEXTS_ERASED = "case.texts_erased"
    POLICY_EVALUATED = "policy.evaluated"
    APPROVAL_PROPOSED = "approval.proposed"
    APPROVAL_RETURNED = "approval.returned"
    APPROVAL_LIMIT_SET = "approval.limit_set"
    DECISION_RECORDED = "decision.recorded"
    REVIEW_ASKED = "review.asked"
    OFFER_MADE = "offer.made"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_EXPIRED = "offer.expired"
    AGREEMENT_SIGNED = "agreement.signed"
    PRODUCT_CREATED = "product.created"
    PRODUCT_VERSION_PROPOSED = "product.version_proposed"
    PRODUCT_VERSION_APPROVED = "product.version_approved"
    PRODUCT_VERSION_REJECTED = "product.version_rejected"
    API_TOKEN_CREATED = "api_token.created"  # noqa: S105 -- a name, no secret
    API_TOKEN_REVOKED = "api_token.revoked"  # noqa: S105 -- a name, no secret
    AUTHORITY_NOTIFIED = "authority.notified"
    COMPLAINT_FILED = "complaint.filed"
    COMPLAINT_TAKEN = "complaint.taken"
    COMPLAINT_ANSWERED = "complaint.answered"
    COMPLAINT_WITHDRAWN = "complaint.withdrawn"
    COMPLAINT_TEXTS_ERASED = "complaint.texts_erased"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_REPORTED = "incident.reported"
    INCIDENT_CLOSED = "incident.closed"
    LEDGER_KEY_ANNOUNCED = "ledger.key_announced"
    LEDGER_KEY_RETIRED = "ledger.key_retired"


@dataclass(frozen=True)
class Rule:
    """Log-ins (without prefix) that may write a kind, and its payload's keys.

    ``gate_only`` kinds are written by `ledger.emit` alone, on behalf of these log-ins: the
    process itself can't insert one, only bring it about through the gate's functions.
    """

    writers: frozenset[str]
    payload: Mapping[str, ValueRule]
    gate_only: bool = False

    def payload_json(self) -> str:
        """The payload's rules as a JSON list, as the database is given them."""
        rules = [{"key": key, **asdict(rule)} for key, rule in sorted(self.payload.items())]
        return json.dumps(rules, sort_keys=True)


def _by(*writers: str, **payload: ValueRule) -> Rule:
    return Rule(frozenset(writers), payload)


def _through_gate(*writers: str, **payload: ValueRule) -> Rule:
    return Rule(frozenset(writers), payload, gate_only=True)


_TERMS = {
    "firm": ID,
    "bank": ID,
    "purpose": CODE,
    "categories": CODES,
    "first_month": MONTH,
    "last_month": MONTH,
}
_VERSION = {"bank": ID, "version": COUNT, "version_sha256": DIGEST}

REGISTRY: Mapping[EventKind, Rule] = {
    EventKind.PERSON_REGISTERED: _by("web"),
    EventKind.EMAIL_CONFIRMED: _by("web"),
    EventKind.PASSWORD_RESET: _by("web"),
    EventKind.SECOND_FACTOR_ENROLLED: _by("signer", method=CODE),
    EventKind.SECOND_FACTOR_REMOVED: _by("signer", method=CODE),
    EventKind.SECOND_FACTOR_RESET: _by("owner"),
    EventKind.ORGANISATION_CREATED: _by("owner", "web", kind=CODE),
    EventKind.PERSON_INVITED: _by("owner", "web", organisation=ID, role=CODE),
    EventKind.MEMBER_ADDED: _by("owner", "web", organisation=ID, role=CODE),
    EventKind.FIRM_CONNECTED: _by("signer", firm=ID, role=CODE, authority_jti_digest=DIGEST),
    EventKind.CONSENT_REQUESTED: _by(
        "web", request=ID, asked_by=CODE, supersedes=optional(ID), **_TERMS
    ),
    EventKind.CONSENT_GRANTED: _through_gate(
        "signer",
        expires_at=INSTANT,
        max_uses=COUNT,
        artefact_sha256=DIGEST,
        kid=TOKEN,
        **_TERMS,
    ),
    EventKind.CONSENT_DECLINED: _through_gate("web", "signer", request=ID),
    EventKind.CONSENT_WITHDRAWN: _through_gate("web", "signer", firm=ID, bank=ID),
    EventKind.CONSENT_PAUSED: _through_gate("web", "signer", firm=ID, bank=ID),
    EventKind.CONSENT_RESUMED: _through_gate("signer", firm=ID, bank=ID),
    EventKind.CONSENT_SUPERSEDED: _through_gate("signer", firm=ID, bank=ID, by=ID),
    EventKind.CONSENT_RELEASED: _through_gate("web", firm=ID, bank=ID),
    EventKind.CONSENT_END_ACKNOWLEDGED: _through_gate("web", bank=ID),
    EventKind.CONSENT_ERASURE_WISHED: _through_gate("web", firm=ID, bank=ID),
    EventKind.CONSENT_EXPIRED: _through_gate("watchdog", firm=ID, bank=ID),
    EventKind.CONSENT_KEY_REVOKED: _through_gate("owner", firm=ID, bank=ID, kid=TOKEN),
    EventKind.REQUEST_EXPIRED: _through_gate("watchdog", firm=ID, bank=ID),
    EventKind.DATA_FETCH_REQUESTED: _by("intake", firm=ID, bank=ID, session=TOKEN),
    EventKind.DATA_FETCHED: _by(
        "intake",
        firm=ID,
        categories=CODES,
        first_month=MONTH,
        last_month=MONTH,
        records=COUNT,
        chunks=COUNT,
        manifest_sha256=DIGEST,
    ),
    EventKind.DATA_FETCH_FAILED: _by("intake", code=CODE),
    EventKind.DATA_USED: _through_gate(
        "vault",
        bank=ID,
        purpose=CODE,
        job=TOKEN,
        ticket=ID,
        use_no=COUNT,
    ),
    EventKind.DATA_REFUSED: _through_gate("vault", job=TOKEN, reason=CODE),
    EventKind.DATA_VIEWED: _by("web", bank=ID, application=ID, through=CODE),
    EventKind.DATA_ERASED: _through_gate(
        "intake", "watchdog", firm=ID, chunks=COUNT, kept=optional(COUNT)
    ),
    EventKind.SCORE_RECORDED: _by(
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
    EventKind.SCORE_REFUSED: _by("scorer", application=ID, code=CODE),
    EventKind.SCORE_REPLAYED: _by("scorer", extent=CODE, outcome=CODE),
    EventKind.FEATURES_ERASED: _by("scorer", scores=COUNT),
    EventKind.DISPUTE_OPENED: _by(
        "web", score_id=ID, firm=ID, bank=ID, about=CODE, answer_by=INSTANT
    ),
    EventKind.DISPUTE_ANSWERED: _by("web", score_id=ID, outcome=CODE),
    EventKind.INVOICE_CHECKED: _by(
        "web",
        "scorer",
        document=DIGEST,
        outcome=CODE,
        refusals=CODES,
        status=CODE,
        comparison=CODE,
    ),
    EventKind.INVOICE_REMOVED: _by("web", document=DIGEST),
    EventKind.APPLICATION_SUBMITTED: _by(
        "web",
        firm=ID,
        bank=ID,
        product=TOKEN,
        amount_fen=COUNT,
        term_months=COUNT,
        consent=optional(ID),
    ),
    EventKind.APPLICATION_WITHDRAWN: _by("web", because=optional(CODE)),
    EventKind.DOCUMENT_ADDED: _by("web", document=ID, kind=CODE, sha256=DIGEST),
    EventKind.QUESTION_ASKED: _by("web", question=ID, text_digest=DIGEST),
    EventKind.QUESTION_ANSWERED: _by("web", question=ID, text_digest=DIGEST),
    EventKind.CASE_TEXTS_ERASED: _by("web", questions=COUNT),
    EventKind.POLICY_EVALUATED: _by(
        "web",
        version_sha256=DIGEST,
        verdict=CODE,
        reasons=optional(CODES),
        alarm=optional(CODE),
    ),
    EventKind.APPROVAL_PROPOSED: _by("web", reasons=CODES, alone_fen=COUNT),
    EventKind.APPROVAL_RETURNED: _by("web"),
    EventKind.APPROVAL_LIMIT_SET: _by("web", bank=ID, alone_fen=COUNT, second_fen=COUNT),
    EventKind.DECISION_RECORDED: _by(
        "web",
        outcome=CODE,
        reasons=CODES,
        score=optional(COUNT),
        band=optional(CODE),
        decision_sha256=optional(DIGEST),
    ),
    EventKind.REVIEW_ASKED: _by("web", decision_sha256=DIGEST),
    EventKind.OFFER_MADE: _by("web", offer=ID, offer_sha256=DIGEST, amount_fen=COUNT),
    EventKind.OFFER_ACCEPTED: _by(
        "signer", offer=ID, offer_sha256=DIGEST, acceptance_sha256=DIGEST
    ),
    EventKind.OFFER_EXPIRED: _by("web", offer=ID),
    EventKind.AGREEMENT_SIGNED: _by("web", offer=ID, offer_sha256=DIGEST),
    EventKind.PRODUCT_CREATED: _by(
        "owner",
        "web",
        bank=ID,
        min_amount_fen=COUNT,
        max_amount_fen=COUNT,
        annual_rate_bp=COUNT,
        version_sha256=optional(DIGEST),
    ),
    EventKind.PRODUCT_VERSION_PROPOSED: _by("web", **_VERSION),
    EventKind.PRODUCT_VERSION_APPROVED: _by("web", **_VERSION),
    EventKind.PRODUCT_VERSION_REJECTED: _by("web", **_VERSION),
    EventKind.API_TOKEN_CREATED: _by("web", bank=ID, scopes=CODES, days=COUNT),
    EventKind.API_TOKEN_REVOKED: _by("web"),
    EventKind.AUTHORITY_NOTIFIED: _by("intake", consent=ID, ack_sha256=DIGEST),
    EventKind.COMPLAINT_FILED: _by(
        "web",
        firm=ID,
        bank=ID,
        about=CODE,
        complained_of=TOKEN,
        look=optional(ID),
        answer_by=INSTANT,
        text_digest=DIGEST,
    ),
    EventKind.COMPLAINT_TAKEN: _by("web"),
    EventKind.COMPLAINT_ANSWERED: _by("web", outcome=CODE, text_digest=DIGEST),
    EventKind.COMPLAINT_WITHDRAWN: _by("web"),
    EventKind.COMPLAINT_TEXTS_ERASED: _by("web"),
    EventKind.INCIDENT_OPENED: _by(
        "web", cause=CODE, place=optional(COUNT), detail=optional(CODE), due_at=INSTANT
    ),
    EventKind.INCIDENT_REPORTED: _by("web", text_digest=DIGEST),
    EventKind.INCIDENT_CLOSED: _by("web", text_digest=DIGEST),
    # The 32 bytes of the key itself, in hexadecimal: as long as a digest.
    EventKind.LEDGER_KEY_ANNOUNCED: _by("owner", public_key=DIGEST, key_id=TOKEN),
    EventKind.LEDGER_KEY_RETIRED: _by("owner", public_key=DIGEST, key_id=TOKEN),
}


def registry_digest() -> str:
    """SHA-256 over the whole registry: changes when any writer, key or rule does."""
    lines = [
        f"{kind}|{','.join(sorted(rule.writers))}|{rule.gate_only}|{rule.payload_json()}"
        for kind, rule in sorted(REGISTRY.items())
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
