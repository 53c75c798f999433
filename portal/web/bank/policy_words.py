"""A decision table in words: its conditions, what a row says, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ledger.words import code_words as ledger_words
from portal.products.condition_words import CONDITION_WORDS
from portal.products.policy.flaws import FlawCode
from portal.products.policy.table import Cell, Row, Table
from portal.products.policy.vocabulary import KINDS, NO_BAND, Input, Number, Operator, Verdict
from portal.products.reason_codes import REASONS
from portal.products.repayment import percent
from portal.products.version_models import VersionStatus
from portal.web.formats import yuan_text
from portal.web.templatetags.lending import months_words
from scoring.engine.reason_texts import TITLES

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

INPUT_WORDS: Mapping[Input, StrPromise] = {
    Input.SCORE: gettext_lazy("Score"),
    Input.BAND: gettext_lazy("Band"),
    Input.PD_PPM: gettext_lazy("Probability of default"),
    Input.AMOUNT_FEN: gettext_lazy("Amount asked for"),
    Input.TERM_MONTHS: gettext_lazy("Term"),
    Input.MONTHS_OF_RECORDS: gettext_lazy("Months of records"),
    Input.LOWERED_BY: gettext_lazy("Score lowered by"),
    Input.SIGNAL_STRENGTH: gettext_lazy("Strongest signal, 0 (none) to 3"),
    Input.SIGNALS: gettext_lazy("Signals about invoices"),
}
VERDICT_WORDS: Mapping[Verdict, StrPromise] = {
    Verdict.APPROVE: gettext_lazy("Approve"),
    Verdict.REFER: gettext_lazy("To an officer"),
    Verdict.DECLINE: gettext_lazy("Decline"),
}
STATUS_WORDS: Mapping[VersionStatus, tuple[str, StrPromise]] = {
    VersionStatus.PROPOSED: ("waiting", gettext_lazy("Waits for a second person")),
    VersionStatus.IN_FORCE: ("done", gettext_lazy("In force")),
    VersionStatus.RETIRED: ("neutral", gettext_lazy("Replaced")),
    VersionStatus.REJECTED: ("refused", gettext_lazy("Turned down")),
}
FLAW_WORDS: Mapping[FlawCode, StrPromise] = {
    FlawCode.TOO_MANY_ROWS: gettext_lazy("A policy has up to 60 rows."),
    FlawCode.OPERATOR_UNFIT: gettext_lazy("This comparison does not fit the figure."),
    FlawCode.VALUES_UNFIT: gettext_lazy("This value lies outside what there can be."),
    FlawCode.OUT_OF_ORDER: gettext_lazy("The first value has to be the smaller one."),
    FlawCode.LIMIT_UNFIT: gettext_lazy("Say up to which amount this row approves."),
    FlawCode.RATE_UNFIT: gettext_lazy("Say at which yearly rate this row approves."),
    FlawCode.ONLY_FOR_APPROVAL: gettext_lazy("Only a row that approves may have this."),
    FlawCode.CONDITIONS_UNFIT: gettext_lazy("Choose conditions from the list."),
    FlawCode.REASONS_MISSING: gettext_lazy("Choose at least one reason: the firm is told it."),
    FlawCode.REASONS_UNFIT: gettext_lazy("Choose only reasons that fit what the row does."),
    FlawCode.SCORE_NOT_ASKED: gettext_lazy(
        "This row could meet a firm without a score: name a score, a band or a probability."
    ),
    FlawCode.NEVER_REACHED: gettext_lazy(
        "A row without conditions takes every case: it can only be the last."
    ),
    FlawCode.LIMIT_BEYOND_TERMS: gettext_lazy("The limit lies outside the product's amounts."),
    FlawCode.RATE_BEYOND_TERMS: gettext_lazy("The rate is higher than the one firms are shown."),
}


@dataclass(frozen=True, slots=True)
class WordedRow:
    """One row as the page shows it."""

    number: int
    when: tuple[str, ...]
    verdict: Verdict
    then: str
    conditions: tuple[str, ...]
    reasons: tuple[str, ...]


def worded(table: Table) -> list[WordedRow]:
    """The rows in words, in their order."""
    return [_worded_row(number, row) for number, row in enumerate(table.rows, start=1)]


def _worded_row(number: int, row: Row) -> WordedRow:
    cells = sorted(row.cells.items(), key=lambda item: list(Input).index(item[0]))
    return WordedRow(
        number=number,
        when=tuple(_condition(name, cell) for name, cell in cells),
        verdict=row.verdict,
        then=_then(row),
        conditions=tuple(str(CONDITION_WORDS[code]) for code in row.conditions),
        reasons=tuple(str(REASONS[code].label) for code in row.reasons),
    )


def _then(row: Row) -> str:
    if row.verdict is not Verdict.APPROVE or row.limit_fen is None or row.rate_bp is None:
        return str(VERDICT_WORDS[row.verdict])
    return _("Approve up to %(limit)s at %(rate)s%% a year") % {
        "limit": yuan_text(row.limit_fen),
        "rate": percent(row.rate_bp),
    }


def _condition(name: Input, cell: Cell) -> str:
    kind = KINDS[name]
    said = (
        _numbers(name, kind, cell)
        if isinstance(kind, Number)
        else _codes(name, cell.operator, [str(value) for value in cell.values])
    )
    return pgettext("policy condition", "%(what)s: %(said)s") % {
        "what": INPUT_WORDS[name],
        "said": said,
    }


def _numbers(name: Input, kind: Number, cell: Cell) -> str:
    first, last = int(cell.values[0]), int(cell.values[-1])
    if cell.operator is Operator.BELOW:
        return _("below %(most)s") % {"most": _said(name, last)}
    if cell.operator is Operator.AT_LEAST:
        return _("%(least)s or more") % {"least": _said(name, first)}
    if cell.operator is Operator.EQUALS or first == last:
        return _said(name, first)
    if first == kind.low:
        return _("up to %(most)s") % {"most": _said(name, last)}
    return _("%(least)s to %(most)s") % {"least": _said(name, first), "most": _said(name, last)}


_UNITS: Mapping[Input, Callable[[int], str]] = {
    Input.AMOUNT_FEN: yuan_text,
    Input.TERM_MONTHS: months_words,
    Input.MONTHS_OF_RECORDS: months_words,
    Input.PD_PPM: lambda ppm: f"{ppm / 10_000:.4f}".rstrip("0").rstrip(".") + "%",
}


def _said(name: Input, value: int) -> str:
    return _UNITS.get(name, str)(value)


def _codes(name: Input, operator: Operator, codes: Sequence[str]) -> str:
    words = [code_words(name, code) for code in codes]
    listed = pgettext("list", ", ").join(words)
    if operator is Operator.ONE_OF:
        return listed
    if operator is Operator.HAS_ANY:
        return _("any of %(listed)s") % {"listed": listed}
    return _("none of %(listed)s") % {"listed": listed}


def code_words(name: Input, code: str) -> str:
    """A band, a signal, or a feature of the scorecard."""
    if name is Input.BAND:
        return str(BAND_CHOICES[code])
    if name is Input.SIGNALS:
        return ledger_words(code)
    return _(TITLES[code])


BAND_CHOICES: Mapping[str, StrPromise | str] = {
    **{band: band for band in "ABCDE"},
    NO_BAND: gettext_lazy("no score"),
}
