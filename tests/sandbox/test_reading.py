"""Cells, encodings and columns; and that every refused row says where it stands and why."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from portal.sandbox.taxauthority.reading.cells import amount_fen, parse_date
from portal.sandbox.taxauthority.reading.companies import read_companies
from portal.sandbox.taxauthority.reading.invoices import Reading, read_invoices
from portal.sandbox.taxauthority.reading.refusals import FileRefused
from portal.sandbox.taxauthority.reading.sources import Kind, find_sources
from portal.sandbox.taxauthority.records.packing import unpack
from tests.sandbox.feeds import HEADING, SHEETS, Feed, invoice_heading, row, workbook

TODAY = date(2026, 11, 22)


def read_sales(folder: Path, *codes: str) -> Reading:
    sources = find_sources(folder).of(Kind.INVOICES)
    sales = next(source for source in sources if source.direction == "sale")
    return read_invoices(sales, known=frozenset(codes), today=TODAY)


def lines(reading: Reading) -> list[str]:
    return [line for part in reading.parts for line in unpack(part.packed.content)]


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("100", 10000),
        ("1234.5", 123450),
        ("-0.05", -5),
        ("1,234.50", 123450),
        ("-1,234,567.89", -123456789),
        ("¥1,234.50", 123450),
        ("１２３．４５", 12345),
        ("1424.5000000000002", 142450),
    ],
)
def test_an_amount_is_read_to_the_fen(text: str, fen: int) -> None:
    assert amount_fen(text) == fen


@pytest.mark.parametrize(
    "text", ["", "abc", "1,23.4", "1_000", "nan", "inf", "1.234", "1e999", "- 5"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount"):
        amount_fen(text)


@pytest.mark.parametrize(
    "text",
    [
        "2019-05-03",
        "2019/5/3",
        "20190503",
        "2019.5.3",
        "2019年5月3日",
        "43588",
        "43588.0",
        "2019-05-03 00:00:00",
    ],
)
def test_a_date_is_read_in_each_accepted_form(text: str) -> None:
    assert parse_date(text) == date(2019, 5, 3)


@pytest.mark.parametrize("text", ["", "03/05/2019", "2019-02-30", "20191301", "5.3.2019", "2019-5"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|day"):
        parse_date(text)


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("C1,7,2019-05-03,B1,abc,0,100,False", "net_amount", "not an amount"),
        ("C1,7,2019-05-03,B1,100,0.001,100,False", "vat_amount", "two decimals"),
        ("C1,7,2019-13-03,B1,100,0,100,False", "issue_date", "no such day"),
        ("C1,7,2027-05-03,B1,100,0,100,False", "issue_date", "must lie between"),
        ("C1,,2019-05-03,B1,100,0,100,False", "invoice_no", "empty"),
        ("C1,7,2019-05-03,,100,0,100,False", "counterparty_id", "empty"),
        ("C1,7,2019-05-03,B1,100,0,100,maybe", "is_void", "neither valid"),
        ("C9,7,2019-05-03,B1,100,0,100,False", "company_id", "in no list"),
        ("91110000600037341X,7,2019-05-03,B1,100,0,100,False", "company_id", "check digit"),
        ("C1,7,2019-05-03,B1,100", "vat_amount", "5 columns, the heading 8"),
        ("C1,7,2019-05-03,B1,100,0,100,False,more", "is_void", "9 columns, the heading 8"),
        (f"C1,{'7' * 65},2019-05-03,B1,100,0,100,False", "invoice_no", "longer than 64"),
    ],
)
def test_a_refused_row_names_file_row_column_and_reason(
    tmp_path: Path, line: str, column: str, reason: str
) -> None:
    reading = read_sales(Feed(tmp_path, "C1").write([row("C1"), line, row("C1", number="2")]), "C1")
    assert (reading.rows, reading.accepted) == (3, 2)
    refusal = reading.refusals[0]
    assert (refusal.file, refusal.row, refusal.column) == ("sales.csv", 3, column)
    assert reason in refusal.reason


def test_blanks_around_cells_and_thousands_separators_are_no_reason_to_refuse(
    tmp_path: Path,
) -> None:
    feed = Feed(tmp_path, "C1").write(['C1 , 7,2019/5/3,B1,"1,234.50",0,"1,234.50", False'])
    assert lines(read_sales(feed, "C1")) == ["2019-05-03\t7\tB1\t123450\t0\t123450\t0"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    feed = Feed(tmp_path, "C1").write([row("C1").replace("B1", "雪松公司")], encoding=encoding)
    assert "\t雪松公司\t" in lines(read_sales(feed, "C1"))[0]


def test_lines_of_two_encodings_in_one_file_are_all_read_and_counted(tmp_path: Path) -> None:
    folder = Feed(tmp_path, "C1").write()
    utf8 = f"{HEADING}\n{row('C1').replace('B1', '白桦')}\n".encode()
    (folder / "sales.csv").write_bytes(utf8 + row("C1").replace("B1", "雪松").encode("gb18030"))
    reading = read_sales(folder, "C1")
    assert sorted(line.split("\t")[2] for line in lines(reading)) == ["白桦", "雪松"]
    assert reading.remarks["lines_in_gb18030"] == 1


def test_bytes_of_no_encoding_are_refused_by_row_and_column(tmp_path: Path) -> None:
    folder = Feed(tmp_path, "C1").write()
    bad = row("C1").encode().replace(b"B1", b"\xff\xff")
    (folder / "sales.csv").write_bytes(f"{HEADING}\n{row('C1')}\n".encode() + bad)
    refusal = read_sales(folder, "C1").refusals[0]
    assert (refusal.row, refusal.column) == (3, "counterparty_id")
    assert "neither UTF-8 nor GB18030" in refusal.reason


def test_oddities_are_kept_and_counted(tmp_path: Path) -> None:
    odd = [
        "C1,1,2019-05-03,B1,100.00,13.00,200.00,False",
        "C1,2,2019-05-03,B1,-100.00,13.00,-87.00,False",
        "C1,3,2019-05-03,B1,0,0,0,True",
        row("C1", number="4"),
        row("C1", number="4"),
    ]
    reading = read_sales(Feed(tmp_path, "C1").write(odd), "C1")
    assert (reading.accepted, len(lines(reading))) == (5, 5)
    assert reading.remarks == {
        "net_and_vat_differ_from_gross": 1,
        "vat_of_the_wrong_sign": 1,
        "of_zero_amount": 1,
        "exact_repeats": 1,
    }


def test_a_missing_column_is_named_with_what_was_found(tmp_path: Path) -> None:
    folder = Feed(tmp_path, "C1").write([row("C1")])
    text = (folder / "sales.csv").read_text(encoding="utf-8").replace("vat_amount", "tax")
    (folder / "sales.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused, match=r"sales\.csv, row 1, column vat_amount .* found .*tax"):
        read_sales(folder, "C1")


def test_a_cut_off_gzip_file_is_refused_with_its_row(tmp_path: Path) -> None:
    folder = Feed(tmp_path, "C1").write([])
    text = "\n".join([HEADING, *(row("C1", number=str(n)) for n in range(5000))])
    (folder / "sales.csv").unlink()
    (folder / "sales.csv.gz").write_bytes(gzip.compress(text.encode())[:-2000])
    with pytest.raises(FileRefused, match=r"sales\.csv\.gz, row \d+: .*cut off"):
        read_sales(folder, "C1")


def test_utf16_is_refused_in_words(tmp_path: Path) -> None:
    folder = Feed(tmp_path, "C1").write([row("C1")], encoding="utf-16")
    with pytest.raises(FileRefused, match="UTF-16"):
        read_sales(folder, "C1")


def published_workbook(path: Path, *, sheets: tuple[str, ...] = SHEETS, **change: object) -> Path:
    sale = ["C1", "2048649", change.get("day", 43588), "B1", change.get("net", 100.5), 0, 100.5]
    rows = {
        SHEETS[0]: [("企业代号", "企业名称"), ("C1", "***示例公司")],
        SHEETS[1]: [invoice_heading("销方单位代号")],
        SHEETS[2]: [invoice_heading("购方单位代号"), [*sale, "有效发票"]],
    }
    return workbook(path, {name: rows[name] for name in sheets})  # type: ignore[misc]


@pytest.mark.parametrize("day", [43588, 43588.0, "2019-05-03", "2019/5/3", "20190503", 20190503])
def test_a_workbook_is_read_with_dates_in_each_form(tmp_path: Path, day: object) -> None:
    reading = read_sales(published_workbook(tmp_path / "form.xlsx", day=day), "C1")
    assert lines(reading) == ["2019-05-03\t2048649\tB1\t10050\t0\t10050\t0"]


def test_a_bad_cell_of_a_workbook_is_named_by_sheet_row_and_column(tmp_path: Path) -> None:
    reading = read_sales(published_workbook(tmp_path / "form.xlsx", net="一百"), "C1")
    assert str(reading.refusals[0]).startswith("form.xlsx [销项发票信息], row 2, column 金额: ")


def test_a_workbook_without_a_sheet_says_which_one_it_misses(tmp_path: Path) -> None:
    path = published_workbook(tmp_path / "form.xlsx", sheets=SHEETS[:2])
    with pytest.raises(FileRefused, match=r"form\.xlsx.*销项发票信息 is missing; found 企业信息"):
        find_sources(path)


@pytest.mark.parametrize("keep", [0.5, 0.98])
def test_a_cut_off_workbook_is_refused(tmp_path: Path, keep: float) -> None:
    path = published_workbook(tmp_path / "form.xlsx")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(FileRefused, match=r"form\.xlsx: the workbook is cut off"):
        find_sources(path)


def test_a_wrong_check_digit_in_a_list_of_companies_is_refused(tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text(
        "company_id,uscc\nC1,91110000600037341L\nC2,91110000600037341M\nC3,12\n", encoding="utf-8"
    )
    (tmp_path / "sales.csv").write_text(HEADING, encoding="utf-8")
    listed = read_companies(find_sources(tmp_path).of(Kind.COMPANIES))
    assert {code: company.uscc for code, company in listed.companies.items()} == {
        "C1": "91110000600037341L"
    }
    assert [(refusal.row, refusal.column) for refusal in listed.refusals] == [
        (3, "uscc"),
        (4, "uscc"),
    ]
    assert "check digit" in listed.refusals[0].reason


def test_a_folder_with_nothing_to_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(FileRefused, match="no workbook"):
        find_sources(tmp_path)
