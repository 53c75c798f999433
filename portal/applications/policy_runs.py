"""A product's policy at a case that has just been scored; a step of use cases, under the lock."""

from __future__ import annotations

from uuid import UUID

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.models import LoanApplication
from portal.applications.policy_inputs import inputs_of
from portal.applications.policy_models import PolicyRun
from portal.applications.telling import tell_approvers
from portal.core.actor import SystemActor
from portal.products.models import ProductVersion
from portal.products.policy_answer import PolicyAnswer
from portal.products.queries import evaluate_policy
from scoring.queries import ScoreView


def run_policy(
    actor: SystemActor, application: LoanApplication, score: ScoreView, version: ProductVersion
) -> PolicyAnswer | None:
    """Ask ``version``, and keep what it saw and said; None, and nothing kept, where it has no rows.

    A policy that can't rule refers to an officer, and the bank's approvers are told.
    """
    inputs = inputs_of(
        score, amount_fen=application.amount_fen or 0, term_months=application.term_months or 0
    )
    answer = evaluate_policy(version, inputs)
    ruling = answer.ruling
    if ruling.alarm is None and not version.document["rows"]:
        return None
    PolicyRun.objects.create(
        application=application,
        score_id=score.id,
        version=version,
        inputs=inputs.frozen(),
        answer=answer.frozen(),
    )
    record(
        EventKind.POLICY_EVALUATED,
        actor=actor.ref,
        subject=application.ref,
        payload={
            "version_sha256": answer.version_sha256,
            "verdict": ruling.verdict.value,
            "reasons": ",".join(ruling.reasons) or None,
            "alarm": ruling.alarm.value if ruling.alarm else None,
        },
    )
    if ruling.alarm is not None:
        tell_approvers(application, "policy_alarm")
    return answer


def policy_run_about(application_id: UUID, score_id: UUID | None) -> PolicyRun | None:
    """What the policy said of the case with this score; None when it was not asked."""
    if score_id is None:
        return None
    runs = PolicyRun.objects.filter(application_id=application_id, score_id=score_id)
    return runs.select_related("version").first()
