"""The import command against a real database: all or nothing, and once."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from stdnum.cn import uscc

from portal.sandbox.taxauthority.records.usccs import synthetic_uscc
from tests.sandbox.authority import ROOT, Authority
from tests.sandbox.feeds import HEADING, Feed, row

pytestmark = pytest.mark.xdist_group("sandbox-store")

HELD = """
SELECT coalesce(sum(p.rows), 0)::int FROM taxauthority_firm f
JOIN taxauthority_packet p ON p.firm_id = f.id WHERE f.code = %s
"""


def held(store: Authority, code: str) -> int:
    return int(store.rows(HELD, [code])[0][0])


def test_rows_are_stored_once_and_repeats_in_one_file_are_kept(
    store: Authority, tmp_path: Path, new_code: Callable[[], str]
) -> None:
    code = new_code()
    folder = Feed(tmp_path, code).write(
        sales=[row(code), row(code), row(code, number="2", day="2019-06-01")],
        purchases=[row(code)],
    )
    said = store.run("import_tax_data", folder)
    assert "4 are new and 0 were held" in said
    assert held(store, code) == 4
    assert "0 are new and 4 were held" in store.run("import_tax_data", folder)
    assert held(store, code) == 4


def test_more_rows_of_a_known_month_are_added_to_it(
    store: Authority, tmp_path: Path, new_code: Callable[[], str]
) -> None:
    code = new_code()
    store.run("import_tax_data", Feed(tmp_path, code).write([row(code), row(code, number="2")]))
    later = [row(code, number="2"), row(code, number="2"), row(code, number="3")]
    said = store.run("import_tax_data", Feed(tmp_path, code).write(later))
    assert "2 are new and 1 were held" in said  # one more of number 2, and number 3
    assert held(store, code) == 4


def test_refused_rows_are_reported_and_the_sums_agree(
    store: Authority, tmp_path: Path, new_code: Callable[[], str]
) -> None:
    code = new_code()
    folder = Feed(tmp_path / "feed", code).write([row(code), row(code, net="x"), row("nobody")])
    said = store.run("import_tax_data", folder, "--report", tmp_path / "report")
    assert "3 read = 1 accepted + 2 refused" in said
    assert "sales.csv, row 3, column net_amount: not an amount" in said
    with (tmp_path / "report" / "refused.csv").open(encoding="utf-8", newline="") as file:
        listed = [(line["file"], line["row"], line["column"]) for line in csv.DictReader(file)]
    assert listed == [("sales.csv", "3", "net_amount"), ("sales.csv", "4", "company_id")]


def test_a_damaged_file_leaves_the_store_as_it_was(
    store: Authority, tmp_path: Path, new_code: Callable[[], str]
) -> None:
    code = new_code()
    folder = Feed(tmp_path, code).write(sales=[row(code)])
    store.run("import_tax_data", folder)
    Feed(tmp_path, code).write(sales=[row(code), row(code, number="2")], purchases=[row(code)])
    (folder / "purchases.csv").write_bytes(b"company_id,something\n")
    said = store.run("import_tax_data", folder, fails=True)
    assert "purchases.csv, row 1, column invoice_no" in said
    assert "Nothing was stored." in said
    assert held(store, code) == 1


def test_a_file_of_unusable_rows_is_refused_as_a_whole(
    store: Authority, tmp_path: Path, new_code: Callable[[], str]
) -> None:
    code = new_code()
    lines = [row(code), *[row("nobody")] * 20_000]
    said = store.run("import_tax_data", Feed(tmp_path, code).write(lines), fails=True)
    assert "hardly the right file" in said
    assert "sales.csv, row 3, column company_id" in said
    assert held(store, code) == 0


@pytest.mark.slow
def test_a_kill_in_the_middle_leaves_nothing_half_stored(
    store: Authority, tmp_path: Path, new_code: Callable[[], str]
) -> None:
    code = new_code()
    (tmp_path / "companies.csv").write_text(f"company_id\n{code}\n", encoding="utf-8")
    lines = "".join(f"{row(code, number=str(n))}\n" for n in range(40_000))
    for name in ("a_sales.csv", "b_purchases.csv"):
        (tmp_path / name).write_text(f"{HEADING}\n{lines}", encoding="utf-8")
    process = store.start("import_tax_data", tmp_path, "--processes", 1)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("a_sales.csv: 40,000 rows"):
            break
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert held(store, code) == 0
    assert not store.rows("SELECT 1 FROM taxauthority_firm WHERE code = %s", [code])
    assert "80,000 are new" in store.run("import_tax_data", tmp_path)


def test_a_code_has_one_uscc_for_ever_and_nobody_owns_it(
    store: Authority, tmp_path: Path, new_code: Callable[[], str]
) -> None:
    code = new_code()
    said = store.run("import_tax_data", Feed(tmp_path, code).write([row(code)]))
    printed = re.search(rf"^{code}  (\w+)$", said, re.MULTILINE)
    assert printed is not None
    assert uscc.is_valid(printed[1])
    assert printed[1] == synthetic_uscc(code)
    kept = store.rows("SELECT uscc FROM taxauthority_firm WHERE code = %s", [code])
    assert kept == [(printed[1],)]


def test_codes_of_the_published_feed_never_change() -> None:
    assert synthetic_uscc("C01016") == "91990000GRL9JUX71Y"


def test_shift_moves_the_last_full_month_to_the_last_month_that_is_over(
    store: Authority, tmp_path: Path, new_code: Callable[[], str]
) -> None:
    code = new_code()
    folder = Feed(tmp_path, code).write([row(code), row(code, day="2020-02-21", number="2")])
    said = store.run("import_tax_data", folder, "--shift")
    assert "As of 2020-01" in said
    as_of, shift = store.rows(
        "SELECT as_of_month, shift_months FROM taxauthority_firm WHERE code = %s", [code]
    )[0]
    now = time.gmtime(time.time() + 8 * 3600)
    assert (as_of.year * 12 + as_of.month) + shift == now.tm_year * 12 + now.tm_mon - 1
    assert "0 are new" in store.run("import_tax_data", folder, "--shift")


def test_the_portals_command_line_hands_the_import_on(
    store: Authority, tmp_path: Path, new_code: Callable[[], str]
) -> None:
    code = new_code()
    folder = Feed(tmp_path / "feed", code).write([row(code)])
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "import_tax_data", "feed"],
        env=os.environ | {"DATABASE_URL_TAX_AUTHORITY": store.database_url},
        cwd=folder.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert held(store, code) == 1


@pytest.mark.slow
def test_the_published_workbook_is_stored_whole(store: Authority, published: Path) -> None:
    said = store.run("import_tax_data", published / "published_form_sample.xlsx")
    assert "8,185 read = 8,185 accepted + 0 refused" in said
    assert "5 firms" in said
    assert "0 are new" in store.run("import_tax_data", published / "published_form_sample.xlsx")
