"""The frozen record of a decision as bytes, and their digest."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from portal.applications.models import Decision


def record_bytes(decision: Decision) -> bytes:
    """Everything that was frozen, in one spelling: keys sorted, no spaces, UTF-8."""
    record = {
        "application": str(decision.application_id),
        "outcome": decision.outcome,
        "reasons": decision.reasons,
        "note_to_firm": decision.note_to_firm,
        "decided_at": decision.decided_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "terms": decision.terms,
        "amount_fen": decision.amount_fen,
        "alone_fen": decision.alone_fen,
        "decided_by": str(decision.decided_by) if decision.decided_by else None,
        "approved_by": str(decision.approved_by) if decision.approved_by else None,
        "review_of": str(decision.review_of_id) if decision.review_of_id else None,
        "inputs": decision.inputs,
    }
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def digest_of(decision: Decision) -> str:
    """SHA-256 of the record, in hex."""
    return hashlib.sha256(record_bytes(decision)).hexdigest()
