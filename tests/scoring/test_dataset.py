"""Reading the published form of CSV files, and quantiles of what is in them; on made-up rows."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from scoring.training.calibrate import main, quantiles
from scoring.training.dataset import digest_of, read_firms

HEAD = "company_id,invoice_no,issue_date,counterparty_id,net_amount,vat_amount,gross_amount,is_void"
SALES = (
    "C1,17,2018-05-03,B1,100.10,13.01,113.11,False",
    "C1,17,2018-05-03,B1,100.10,13.01,113.11,False",
    "C1,18,2018-05-04,B2,50.0,6.5,56.5,True",
    "C1,19,2018-06-04,B2,-20.0,-2.6,-22.6,False",
    "C2,20,2018-06-04,B2,7.0,0.0,7.0,False",
)
PURCHASES = ("C2,1,2019-01-09,A1,1000.0,130.0,1130.0,False",)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _write(tmp_path / "labelled_companies.csv", ["company_id,rating,default", "C1,D,1", "C2,D,0"])
    _write(tmp_path / "unlabelled_companies.csv", ["company_id", "C3"])
    for name, invoices in (("sales", SALES), ("purchases", PURCHASES)):
        _write(tmp_path / f"labelled_{name}.csv.gz", [HEAD, *invoices])
        _write(tmp_path / f"unlabelled_{name}.csv.gz", [HEAD])
    return tmp_path


def _write(path: Path, lines: list[str]) -> None:
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def test_firms_come_with_label_and_months(folder: Path) -> None:
    first, second = read_firms(folder, "labelled")
    assert (first.key, first.defaulted, second.defaulted) == ("C1", True, False)
    assert [month.month for month in first.summaries] == ["2018-05", "2018-06"]
    assert [month.month for month in second.summaries] == ["2018-06", "2019-01"]


def test_amounts_are_read_to_the_fen(folder: Path) -> None:
    may, june = read_firms(folder, "labelled")[0].summaries
    assert (may.sale.net_fen, may.sale.vat_fen) == (10_010, 1_301)
    assert (may.sale.repeats, may.sale.void, june.sale.red_net_fen) == (1, 1, -2_000)


def test_a_firm_without_a_record_has_no_label(folder: Path) -> None:
    (firm,) = read_firms(folder, "unlabelled")
    assert (firm.defaulted, firm.summaries) == (None, ())


def test_the_rating_and_the_order_of_firms_play_no_part(folder: Path) -> None:
    before = read_firms(folder, "labelled")
    _write(folder / "labelled_companies.csv", ["company_id,rating,default", "C2,A,0", "C1,A,1"])
    assert read_firms(folder, "labelled") == before


def test_the_digest_is_of_what_is_inside(folder: Path) -> None:
    before = digest_of(folder, "labelled")
    packed_again = folder / "labelled_sales.csv.gz"
    packed_again.write_bytes(gzip.compress(gzip.decompress(packed_again.read_bytes()), 1))
    assert digest_of(folder, "labelled") == before
    _write(packed_again, [HEAD, *SALES[1:]])
    assert digest_of(folder, "labelled") != before


def test_quantiles_are_rounded_to_two_digits() -> None:
    assert quantiles(range(1_001, 2_001), (25, 50)) == {"p25": 1_300, "p50": 1_500}


def test_a_calibration_holds_figures_and_no_key(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "calibration.json"
    main(str(folder), str(out))
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["firms"]["count"] == 2
    assert [found["firms"]["buyers"][name] for name in ("p25", "p50")] == [1, 2]
    assert "C1" not in out.read_text(encoding="utf-8")
