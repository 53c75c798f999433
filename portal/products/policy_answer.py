"""A version's policy asked about one case, with what it may do about the answer."""

from __future__ import annotations

import logging
from dataclasses import asdict, astuple, dataclass
from uuid import UUID

from portal.products.models import ProductVersion
from portal.products.policy.inputs import PolicyInputs
from portal.products.policy.ruling import Alarm, Ruling, alarmed, rule_on
from portal.products.policy.vocabulary import Verdict
from portal.products.terms import Automation, digest_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """A ruling, the version that gave it, and whether the bank lets it act without an officer."""

    version_id: UUID
    version_sha256: str
    ruling: Ruling
    is_automatic: bool

    def frozen(self) -> dict[str, object]:
        """As JSON values, for the record of a decision."""
        ruling = asdict(self.ruling)
        lists = {name: list(ruling[name]) for name in ("conditions", "reasons")}
        return {
            "version": str(self.version_id),
            "version_sha256": self.version_sha256,
            "is_automatic": self.is_automatic,
            **ruling,
            **lists,
        }


def evaluate_policy(version: ProductVersion, inputs: PolicyInputs) -> PolicyAnswer:
    """What the version's policy says of a case; raises nothing, and whatever is wrong refers.

    A document that is not what its hash was taken of is not run. An alarm is logged as an error.
    """
    try:
        rows, automation = _agreed(version)
    except (KeyError, TypeError, ValueError):
        ruling, automation = alarmed(Alarm.POLICY_CHANGED), Automation()
    else:
        ruling = rule_on(rows, inputs)
    if ruling.alarm is not None:
        logger.error("policy alarm %s in version %s", ruling.alarm, version.id)
    return PolicyAnswer(
        version_id=version.id,
        version_sha256=version.sha256,
        ruling=ruling,
        is_automatic=ruling.alarm is None and _may_act(automation, ruling, inputs.amount_fen),
    )


def _agreed(version: ProductVersion) -> tuple[object, Automation]:
    """Rows and limits as two people agreed on them; raises for anything else."""
    document = version.document
    if digest_of(document) != version.sha256:
        raise ValueError("not what its hash was taken of")
    automation = Automation(**document["automation"])
    if not all(type(limit_fen) is int for limit_fen in astuple(automation)):
        raise TypeError("a limit is an integer")
    return document["rows"], automation


def _may_act(automation: Automation, ruling: Ruling, amount_fen: int) -> bool:
    match ruling.verdict:
        case Verdict.APPROVE:
            return amount_fen <= automation.approve_up_to_fen
        case Verdict.DECLINE:
            return amount_fen <= automation.decline_up_to_fen
        case Verdict.REFER:
            return False
