"""A score beside what the ledger says about it."""

from __future__ import annotations

from ledger.kinds import EventKind
from ledger.queries import Entry, entries_page
from portal.consents.purposes import Purpose
from scoring.models import Score, ScoreStatus


def differs_from_ledger(score: Score) -> tuple[str, ...] | None:
    """Names of what the ledger's entry says otherwise; None when it has no entry of the score.

    The entry is the one of the same application and consent that agrees most; of a monitoring
    consent, the one of the consent.
    """
    kind, subject = _named(score)
    found = entries_page(kind=kind, subject=subject).entries
    answers = [_differences(score, one) for one in found if _is_of_consent(score, one)]
    return min(answers, key=len, default=None)


def _named(score: Score) -> tuple[EventKind, str]:
    is_scored = score.status == ScoreStatus.SCORED
    if score.purpose == Purpose.MONITORING:
        kind = EventKind.SCORE_MONITORED if is_scored else EventKind.SCORE_NOT_MONITORED
        return kind, f"consent:{score.consent_id}"
    kind = EventKind.SCORE_RECORDED if is_scored else EventKind.SCORE_REFUSED
    return kind, f"application:{score.application_id}"


def _is_of_consent(score: Score, entry: Entry) -> bool:
    return entry.payload.get("consent", str(score.consent_id)) == str(score.consent_id)


def _differences(score: Score, entry: Entry) -> tuple[str, ...]:
    said = {
        "firm": str(score.firm_id),
        "bank": str(score.bank_id),
        "application": str(score.application_id),
        "model": score.model_version,
        "model_sha256": score.model_sha256,
        "input_digest": score.input_digest,
        "commitment": score.commitment,
        "score": score.value,
        "band": score.band,
        "code": score.detail_code,
    }
    return tuple(
        name for name, value in entry.payload.items() if name in said and said[name] != value
    )
