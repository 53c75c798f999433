"""Returns and ratings: believable beside the firm's invoices, and served whole or not at all."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from portal.core.months import Month, months_between
from portal.sandbox.taxauthority.records.filings import Filing
from portal.sandbox.taxauthority.records.invoice import Invoice
from portal.sandbox.taxauthority.records.kinds import Direction
from portal.sandbox.taxauthority.simulation.filings import firm_filings
from portal.sandbox.taxauthority.simulation.generate import Lines, firm_lines
from portal.sandbox.taxauthority.simulation.plan import Story, story_of
from tests.sandbox.authority import Authority
from tests.sandbox.feeds import HEADING, row
from tests.sandbox.talking import Asker, Browser, asker, firm, last_months

__all__ = ["asker", "firm"]
pytestmark = pytest.mark.xdist_group("sandbox-http")
LAST = Month(2026, 10)
SEED = 7
OTHERS = ("vat_returns", "income_tax_returns", "tax_rating")


@pytest.fixture(scope="module")
def made() -> dict[int, tuple[Lines, list[Filing]]]:
    firms = {index: firm_lines(index, seed=SEED, last=LAST) for index in range(1, 19)}
    return {
        index: (lines, firm_filings(index, lines, seed=SEED, last=LAST))
        for index, lines in firms.items()
    }


def invoiced(lines: Lines, direction: Direction, first: Month, last: Month) -> list[Invoice]:
    return [
        invoice
        for month in months_between(first, last)
        for invoice in map(Invoice.from_line, lines.get((direction, month), []))
        if not invoice.is_void
    ]


def test_returns_declare_what_was_invoiced(made: dict[int, tuple[Lines, list[Filing]]]) -> None:
    kinds = set()
    for lines, filings in made.values():
        for filing in filings:
            told = filing.content
            sold = invoiced(lines, Direction.SALE, filing.first_month, filing.last_month)
            kinds.add((filing.category, filing.kind))
            if filing.category == "vat_returns":
                assert told["sales_fen"] == sum(one.net_fen for one in sold)
                assert told["output_vat_fen"] == sum(one.vat_fen for one in sold)
            elif filing.category == "income_tax_returns":
                assert told["revenue_fen"] == sum(one.net_fen for one in sold)
                assert told["profit_fen"] == int(told["revenue_fen"]) - int(told["cost_fen"])
    assert len(kinds) == 4


def test_input_vat_left_over_is_carried_forward(
    made: dict[int, tuple[Lines, list[Filing]]],
) -> None:
    """What was due over the months is never more than output less input, when input is less."""
    for _, filings in made.values():
        returns = [one.content for one in filings if one.category == "vat_returns"]
        due = sum(int(told["vat_due_fen"]) for told in returns)
        output = sum(int(told["output_vat_fen"]) for told in returns)
        assert 0 <= due <= output
        assert due >= output - sum(int(told["input_vat_fen"]) for told in returns)


def test_stories_show_in_the_rating_and_unfiled_months_stay_unfiled(
    made: dict[int, tuple[Lines, list[Filing]]],
) -> None:
    for index, (lines, filings) in made.items():
        grades = {one.content["grade"] for one in filings if one.category == "tax_rating"}
        if story_of(index) is Story.DISTRESSED:
            assert grades <= {"C", "D", "M"}
        if story_of(index) is Story.GROWING:
            assert grades <= {"A", "B", "M"}
        monthly = [one for one in filings if one.category == "vat_returns"]
        if monthly and monthly[0].first_month == monthly[0].last_month:
            assert {one.last_month for one in monthly} == {month for _, month in lines}


@pytest.mark.parametrize("category", OTHERS)
def test_each_category_is_served_in_whole_periods(asker: Asker, firm: str, category: str) -> None:
    months = last_months(24)
    artefact = asker.artefact(firm, categories=[category], months=months)
    manifest = asker.manifest(asker.open_session(artefact, category=category))
    records = asker.records(artefact, manifest)
    assert len(records) == manifest["records"] > 0
    for record in records:
        first = record.get("first_month", f"{record.get('year')}-01")
        assert months["first"] <= first
    for month, entry in manifest["months"].items():
        assert list(entry) in (["records", "version"], ["missing"], ["within"])
        if "within" in entry:
            assert manifest["months"][entry["within"]]["records"] > 0
            assert month < entry["within"]


def test_a_period_that_begins_before_the_consent_is_not_covered(asker: Asker, firm: str) -> None:
    """Of a year that is consented from its second month on, the rating stays out."""
    year = int(last_months(13)["first"][:4]) - 1
    months = {"first": f"{year}-02", "last": last_months(1)["last"]}
    artefact = asker.artefact(firm, categories=["tax_rating"], months=months)
    manifest = asker.manifest(asker.open_session(artefact, category="tax_rating"))
    assert manifest["months"][f"{year}-02"] == {"missing": "not_covered"}
    assert manifest["months"][f"{year}-12"] == {"missing": "not_covered"}


def test_a_firm_made_before_filings_were_kept_gets_its_own(authority: Authority) -> None:
    held = """
        SELECT category, kind, last_month, content::text FROM taxauthority_filing WHERE firm_id =
        (SELECT id FROM taxauthority_firm WHERE name LIKE '%% 3') ORDER BY 1, 2, 3
    """
    before = authority.rows(held, [])
    authority.rows(
        "DELETE FROM taxauthority_filing WHERE firm_id ="
        " (SELECT id FROM taxauthority_firm WHERE name LIKE %s)",
        ["% 3"],
    )
    authority.run("simulate_firms", 3, "--password", "demo-password")
    assert authority.rows(held, []) == before != []


def test_an_imported_firm_has_invoices_and_the_rating_its_file_states(
    authority: Authority, asker: Asker, tmp_path: Path
) -> None:
    code = f"F{uuid.uuid4().hex[:10].upper()}"
    (tmp_path / "companies.csv").write_text(f"company_id,tax_rating\n{code},B\n", "utf-8")
    days = ("2018-01-31", "2019-02-28")
    lines = "".join(f"{row(code, number=day, day=day)}\n" for day in days)
    (tmp_path / "sales.csv").write_text(f"{HEADING}\n{lines}", "utf-8")
    authority.run("import_tax_data", tmp_path, "--shift")
    ((uscc,),) = authority.rows("SELECT uscc FROM taxauthority_firm WHERE code = %s", [code])
    authority.run(
        *("authority_accounts", "--add", uscc, "--login", code, "--name", "Demo"),
        *("--password", "demo-password"),
    )
    Browser(authority).sign_in(code)
    artefact = asker.artefact(uscc, categories=[*OTHERS, "vat_invoices"], months=last_months(36))
    rated = asker.manifest(asker.open_session(artefact, category="tax_rating"))
    (rating,) = asker.records(artefact, rated)
    assert rating["grade"] == "B"
    assert f"{rating['year']}-12" <= last_months(1)["last"] < f"{rating['year'] + 1}-12"
    answer = asker.open_session(artefact, category="vat_returns")
    assert answer.refusal == (403, "not_available")
    assert answer.json["cause"] == "provider_omitted"


def test_a_rating_that_is_none_is_refused_by_row(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text("company_id,tax_rating\nXX1,Z\nXX2,M\n", "utf-8")
    (tmp_path / "sales.csv").write_text(f"{HEADING}\n{row('XX2')}\n", "utf-8")
    said = authority.run("import_tax_data", tmp_path)
    assert "not a tax credit rating" in said
    assert authority.rows("SELECT 1 FROM taxauthority_firm WHERE code = 'XX1'") == []
