"""Small feeds of invoices in the published forms, made by the tests."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

HEADING = (
    "company_id,invoice_no,issue_date,counterparty_id,net_amount,vat_amount,gross_amount,is_void"
)
SHEETS = ("企业信息", "进项发票信息", "销项发票信息")
COMPANY_HEADING = ("企业代号", "企业名称", "信誉评级", "是否违约")


def invoice_heading(partner: str) -> tuple[str, ...]:
    return ("企业代号", "发票号码", "开票日期", partner, "金额", "税额", "价税合计", "发票状态")


def row(code: str, *, number: str = "1", day: str = "2019-05-03", net: str = "100.00") -> str:
    """One good line of a CSV file; VAT is taken as 0."""
    return f"{code},{number},{day},B1,{net},0.00,{net},False"


@dataclass
class Feed:
    """A folder with a list of one company and its sales and purchases."""

    folder: Path
    code: str

    def write(
        self, sales: Iterable[str] = (), purchases: Iterable[str] = (), encoding: str = "utf-8"
    ) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "companies.csv").write_text(f"company_id\n{self.code}\n", encoding="utf-8")
        for name, lines in (("sales", sales), ("purchases", purchases)):
            text = "".join(f"{line}\n" for line in (HEADING, *lines))
            (self.folder / f"{name}.csv").write_bytes(text.encode(encoding))
        return self.folder


Cell = str | float | int


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[Cell]]]) -> Path:
    """A minimal .xlsx with inline texts and numbers."""
    with zipfile.ZipFile(path, "w") as archive:
        names = list(sheets)
        archive.writestr("[Content_Types].xml", _types(len(names)))
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        targets = [f"worksheets/sheet{n}.xml" for n in range(1, len(names) + 1)]
        archive.writestr(
            "xl/_rels/workbook.xml.rels", _relations([("worksheet", target) for target in targets])
        )
        listed = "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1)
        )
        archive.writestr(
            "xl/workbook.xml", f"<workbook {_SPACES}><sheets>{listed}</sheets></workbook>"
        )
        for target, rows in zip(targets, sheets.values(), strict=True):
            archive.writestr(f"xl/{target}", _sheet(rows))
    return path


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPACES = f'xmlns="{_MAIN}" xmlns:r="{_OFFICE}"'


def _types(count: int) -> str:
    form = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("/xl/workbook.xml", "sheet.main")]
    parts += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, count + 1)]
    listed = "".join(
        f'<Override PartName="{name}" ContentType="{form}.{kind}+xml"/>' for name, kind in parts
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{rels}"/>{listed}</Types>'
    )


def _relations(targets: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    written = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    return f"<worksheet {_SPACES}><sheetData>{written}</sheetData></worksheet>"


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"
