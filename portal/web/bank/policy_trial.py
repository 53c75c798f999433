"""What a draft would have said of cases that people decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from portal.applications.past_cases import PastCase
from portal.products.policy.document import written
from portal.products.policy.ruling import Ruling, rule_on
from portal.products.policy.table import Table
from portal.products.policy.vocabulary import Verdict
from portal.products.reason_codes import Outcome
from portal.web.bank.policy_words import VERDICT_WORDS

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOST_SHOWN = 50
OUTCOME_WORDS = {
    Outcome.APPROVE: gettext_lazy("Approved"),
    Outcome.DECLINE: gettext_lazy("Declined"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A case that the draft rules otherwise than it was decided; no row is none that fits."""

    case: PastCase
    decided: StrPromise
    ruling: Ruling

    @property
    def now(self) -> StrPromise:
        return VERDICT_WORDS[self.ruling.verdict]

    @property
    def is_referred(self) -> bool:
        return self.ruling.verdict is Verdict.REFER


@dataclass(frozen=True, slots=True)
class Line:
    """Cases decided one way, by what the draft says of them."""

    decided: StrPromise
    cases: int
    approve: int
    refer: int
    decline: int
    changed: int


@dataclass(frozen=True, slots=True)
class Trial:
    """All lines, and the first of the changed cases: contradicted ones before referred ones."""

    cases: int
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    changed: int


def tried_on(table: Table, cases: Sequence[PastCase]) -> Trial:
    """Every case once; refused by BrokenTable when the table has a flaw."""
    rows = written(table)
    rulings = [(case, rule_on(rows, case.inputs)) for case in cases]
    counts = Counter((case.outcome, ruling.verdict) for case, ruling in rulings)
    changes = [
        Change(case, OUTCOME_WORDS[case.outcome], ruling)
        for case, ruling in rulings
        if ruling.verdict.value != case.outcome
    ]
    changes.sort(key=lambda change: change.is_referred)
    return Trial(
        cases=len(rulings),
        lines=tuple(_line(outcome, counts) for outcome in Outcome),
        changes=tuple(changes[:MOST_SHOWN]),
        changed=len(changes),
    )


def _line(outcome: Outcome, counts: Counter[tuple[Outcome, Verdict]]) -> Line:
    by_verdict = {verdict: counts[outcome, verdict] for verdict in Verdict}
    total = sum(by_verdict.values())
    return Line(
        decided=OUTCOME_WORDS[outcome],
        cases=total,
        approve=by_verdict[Verdict.APPROVE],
        refer=by_verdict[Verdict.REFER],
        decline=by_verdict[Verdict.DECLINE],
        changed=total - by_verdict[Verdict(outcome.value)],
    )
