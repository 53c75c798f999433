"""Column names of the published form and of the CSV files, and which position each field has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.sandbox.taxauthority.reading.refusals import FileRefused

SALE, PURCHASE = "sale", "purchase"

# Field → accepted headings, the English of the CSV files first.
INVOICE_COLUMNS = {
    "company": ("company_id", "企业代号", "uscc", "统一社会信用代码"),
    "number": ("invoice_no", "发票号码"),
    "issued_on": ("issue_date", "开票日期"),
    "counterparty": ("counterparty_id", "销方单位代号", "购方单位代号"),
    "net": ("net_amount", "金额"),
    "vat": ("vat_amount", "税额"),
    "gross": ("gross_amount", "价税合计"),
    "void": ("is_void", "发票状态"),
}
COMPANY_COLUMNS = {"company": ("company_id", "企业代号", "uscc", "统一社会信用代码")}
NAME_HEADINGS = ("company_name", "企业名称")
USCC_HEADINGS = ("uscc", "统一社会信用代码")
# The authority's own rating. A column "rating" or 信誉评级 is some bank's judgement, not tax data.
TAX_RATING_HEADINGS = ("tax_rating", "纳税信用等级")


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of the wanted fields in the order asked for, and all headings as read."""

    positions: tuple[int, ...]
    headings: tuple[str, ...]

    def heading(self, field: int) -> str:
        return self.headings[self.positions[field]]

    def optional(self, names: Sequence[str]) -> int | None:
        return next((at for at, name in enumerate(self.headings) if name in names), None)


def layout_of(file: str, cells: Sequence[str], wanted: Mapping[str, tuple[str, ...]]) -> Layout:
    """Find the wanted columns in a heading row; refuses missing and doubled ones by name."""
    headings = tuple(_plain(cell) for cell in cells)
    positions = []
    for names in wanted.values():
        found = [at for at, heading in enumerate(headings) if heading in names]
        if not found:
            seen = ", ".join(filter(None, headings)) or "an empty row"
            raise FileRefused(
                file,
                f"the column is missing; found {seen}",
                row=1,
                column=" or ".join(names),
            )
        if len(found) > 1 and headings[found[0]] == headings[found[1]]:
            raise FileRefused(file, "the column occurs twice", row=1, column=headings[found[0]])
        positions.append(found[0])
    return Layout(tuple(positions), headings)


def direction_in(text: str) -> str | None:
    """Which side of the invoices a file or sheet name speaks of."""
    lowered = text.lower()
    if "purchase" in lowered or "进项" in text:
        return PURCHASE
    if "sale" in lowered or "销项" in text:
        return SALE
    return None


def _plain(cell: str) -> str:
    text = cell.replace("\ufeff", "").strip()
    return text.lower() if text.isascii() else text
