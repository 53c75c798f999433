"""Fetching over real HTTP: a whole session, and its resumption. `test_refusals.py` has the noes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.authority import Authority
from tests.sandbox.feeds import HEADING
from tests.sandbox.talking import Asker, Browser, asker, firm, last_months, uscc_of

__all__ = ["asker", "firm"]

pytestmark = pytest.mark.xdist_group("sandbox-http")


def test_a_session_serves_every_record_of_the_months_and_no_other(
    authority: Authority, asker: Asker, firm: str
) -> None:
    months = last_months(24)
    artefact = asker.artefact(firm, months=months)
    manifest = asker.manifest(asker.open_session(artefact))
    records = asker.records(artefact, manifest)
    wanted = authority.rows(
        "SELECT sum(p.rows)::int FROM taxauthority_packet p JOIN taxauthority_firm f "
        "ON f.id = p.firm_id WHERE f.uscc = %s AND p.month BETWEEN %s AND %s",
        [firm, f"{months['first']}-01", f"{months['last']}-01"],
    )
    assert len(records) == manifest["records"] == wanted[0][0]
    assert {record["issued_on"][:7] for record in records} >= set(months.values())
    assert min(record["issued_on"] for record in records)[:7] == months["first"]
    assert manifest["uscc"] == firm
    assert manifest["as_of_month"] == months["last"]
    assert all(entry["records"] > 0 for entry in manifest["months"].values())
    assert sum(entry["records"] for entry in manifest["months"].values()) == len(records)
    assert [record["issued_on"][:7] for record in records] == sorted(
        record["issued_on"][:7] for record in records
    ), "pages come in the order of their months"


def test_a_record_has_the_members_of_the_protocol(asker: Asker, firm: str) -> None:
    artefact = asker.artefact(firm)
    manifest = asker.manifest(asker.open_session(artefact))
    record = asker.records(artefact, manifest)[0]
    kinds = {name: type(value) for name, value in record.items()}
    assert kinds == {
        "direction": str,
        "number": str,
        "issued_on": str,
        "counterparty": str,
        "net_fen": int,
        "vat_fen": int,
        "gross_fen": int,
        "void": bool,
        "occurrence": int,
    }


def test_an_open_session_outlives_the_process_that_made_it(
    authority: Authority, asker: Asker, firm: str
) -> None:
    session = asker.open_session(asker.artefact(firm)).json["session"]
    page = asker.page(session, 1).body
    authority.kill()
    authority.serve()
    assert asker.page(session, 1).body == page


def test_a_fetch_goes_on_in_another_session_with_the_months_it_lacks(
    asker: Asker, firm: str
) -> None:
    """The manifest speaks of all months again, the pages bring those asked for."""
    artefact = asker.artefact(firm)
    whole = asker.manifest(asker.open_session(artefact))
    rest = asker.manifest(asker.open_session(artefact, first_month=whole["last_month"]))
    assert rest["session"] != whole["session"]
    assert rest["months"] == whole["months"]
    assert rest["records"] == whole["months"][whole["last_month"]]["records"]
    assert {record["issued_on"][:7] for record in asker.records(artefact, rest)} == {
        whole["last_month"]
    }


def test_months_without_records_are_explained(authority: Authority, asker: Asker) -> None:
    Browser(authority).sign_in("owner5")
    uscc = uscc_of(authority, "5")
    authority.rows(
        "DELETE FROM taxauthority_packet p USING taxauthority_firm f WHERE f.id = p.firm_id "
        "AND f.uscc = %s AND p.month = %s",
        [uscc, f"{last_months(3)['first']}-01"],
    )
    now = datetime.now(UTC) + timedelta(hours=8)
    months = {"first": last_months(3)["first"], "last": f"{now:%Y-%m}"}
    artefact = asker.artefact(uscc, months=months)
    manifest = asker.manifest(asker.open_session(artefact))
    missing = {
        month: entry["missing"] for month, entry in manifest["months"].items() if "missing" in entry
    }
    assert missing == {
        last_months(3)["first"]: "not_filed",
        f"{now:%Y-%m}": "provider_omitted",
    }


def test_large_firms_come_in_pages_and_repeats_are_numbered(
    authority: Authority, asker: Asker, tmp_path: Any
) -> None:
    code = f"BIG{uuid.uuid4().hex[:8]}"
    (tmp_path / "companies.csv").write_text(f"company_id\n{code}\n", encoding="utf-8")
    twice = f"{code},1,2020-01-31,B1,1,0,1,False\n" * 2
    many = "".join(f"{code},{n},2019-12-15,B1,{n},0,{n},False\n" for n in range(2, 6001))
    (tmp_path / "sales.csv").write_text(f"{HEADING}\n{twice}{many}", encoding="utf-8")
    authority.run("import_tax_data", tmp_path, "--shift")
    uscc = str(authority.rows("SELECT uscc FROM taxauthority_firm WHERE code = %s", [code])[0][0])
    authority.run("authority_accounts", "--add", uscc, "--login", code, "--name", "Big Demo")
    authority.rows(
        "UPDATE taxauthority_person SET password = (SELECT password FROM "
        "taxauthority_person WHERE login = 'sara') WHERE login = %s",
        [code],
    )
    Browser(authority).sign_in(code)
    artefact = asker.artefact(uscc)
    manifest = asker.manifest(asker.open_session(artefact))
    records = asker.records(artefact, manifest)
    assert [len(manifest["pages"]), len(records)] == [2, 6001]
    assert [r["occurrence"] for r in records if r["number"] == "1"] == [1, 2]
    assert {r["issued_on"][:7] for r in records} == set(last_months(2).values())
    assert manifest["shifted_months"] > 0
