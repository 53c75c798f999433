"""Quantiles of the published firms, for making believable ones: figures only, no row, no key.

Usage: python -m scoring.training.calibrate DATA_DIR OUT
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from scoring.engine.summary import Direction, MonthSummary, SideSummary
from scoring.training.binning import two_digits
from scoring.training.dataset import Firm, read_firms, read_records

QUANTILES = (5, 10, 25, 50, 75, 90, 95)
QUARTILES = (25, 50, 75)
FIRST_MONTH, LAST_MONTH = "2018-01", "2019-12"
PPM = 1_000_000
Measure = Callable[[Sequence[MonthSummary]], int | None]


def main(data_dir: str, out: str) -> None:
    """Write the quantiles of all firms, of paying and defaulting ones, and of single invoices."""
    folder = Path(data_dir)
    labelled = read_firms(folder, "labelled")
    firms = labelled + read_firms(folder, "unlabelled")
    result = {
        "source": "published VAT invoices of Chinese SMEs; net amounts, repeats ignored",
        "window": {"first_month": FIRST_MONTH, "last_month": LAST_MONTH},
        "units": "fen, counts, or parts per million (_ppm)",
        "firms": profile(firms, QUANTILES),
        "labelled_paying": profile([f for f in labelled if not f.defaulted], QUARTILES),
        "labelled_defaulting": profile([f for f in labelled if f.defaulted], QUARTILES),
        "invoices": invoice_profile(folder),
        "season_ppm": {"sale": season(firms, "sale"), "purchase": season(firms, "purchase")},
    }
    Path(out).write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def profile(firms: Sequence[Firm], shares: Sequence[int]) -> dict[str, object]:
    """Quantiles over firms of each measure of their window; few of them where firms are few."""
    windows = [window(firm) for firm in firms]
    windows = [months for months in windows if any(month.sale.blue for month in months)]
    table = {name: _over(windows, measure, shares) for name, measure in MEASURES.items()}
    return {"count": len(windows), **table}


def window(firm: Firm) -> list[MonthSummary]:
    """The firm's months between the first and last month of the calibration."""
    return [month for month in firm.summaries if FIRST_MONTH <= month.month <= LAST_MONTH]


def quantiles(values: Sequence[int], shares: Sequence[int] = QUANTILES) -> dict[str, int]:
    """Values at so many per cent of the sorted sample, to two digits: no firm's own figure."""
    ordered = sorted(values)
    if not ordered:
        return {}
    ranks = {f"p{share}": min(len(ordered) - 1, len(ordered) * share // 100) for share in shares}
    return {name: two_digits(ordered[rank]) for name, rank in ranks.items()}


def season(firms: Sequence[Firm], direction: Direction) -> list[int]:
    """Median share of the year's invoices, January first, in firms busy in every month."""
    shares: dict[int, list[int]] = defaultdict(list)
    for firm in firms:
        for year in ("2018", "2019"):
            months = [month for month in window(firm) if month.month.startswith(year)]
            counts = [_side(month, direction).blue for month in months]
            if len(counts) == 12 and all(counts):
                for index, count in enumerate(counts):
                    shares[index].append(count * PPM // sum(counts))
    return [int(median(shares[index])) for index in sorted(shares)]


def invoice_profile(folder: Path) -> dict[str, object]:
    """Quantiles over single invoices: net amount by direction and VAT rate; red-letter amounts."""
    amounts: dict[str, list[int]] = defaultdict(list)
    for group in ("labelled", "unlabelled"):
        for _, record in read_records(folder, group):
            if not record.void and record.net_fen:
                kind = "blue" if record.net_fen > 0 else "red"
                amounts[f"{record.direction}_{kind}_net_fen"].append(abs(record.net_fen))
                rate = record.vat_fen * PPM // record.net_fen
                amounts[f"{record.direction}_vat_rate_ppm"].append(rate)
    return {name: quantiles(values) for name, values in sorted(amounts.items())}


def _side(month: MonthSummary, direction: Direction) -> SideSummary:
    return month.sale if direction == "sale" else month.purchase


def _over(
    windows: Sequence[Sequence[MonthSummary]], measure: Measure, shares: Sequence[int]
) -> dict[str, int]:
    values = [value for months in windows if (value := measure(months)) is not None]
    return quantiles(values, shares)


def _share(part: int, whole: int) -> int | None:
    return part * PPM // whole if whole > 0 else None


def _per_busy_month(direction: Direction, field: str) -> Measure:
    def measure(months: Sequence[MonthSummary]) -> int | None:
        sides = [_side(month, direction) for month in months]
        busy = [getattr(side, field) for side in sides if side.blue]
        return sum(busy) // len(busy) if busy else None

    return measure


def _share_of_rows(direction: Direction, field: str) -> Measure:
    def measure(months: Sequence[MonthSummary]) -> int | None:
        sides = [_side(month, direction) for month in months]
        rows = sum(side.rows - side.repeats for side in sides)
        return _share(sum(getattr(side, field) for side in sides), rows)

    return measure


def _parties(direction: Direction) -> Measure:
    return lambda months: len(_party_totals(months, direction))


def _top_share(direction: Direction) -> Measure:
    def measure(months: Sequence[MonthSummary]) -> int | None:
        totals = _party_totals(months, direction)
        return _share(max(totals.values(), default=0), sum(totals.values()))

    return measure


def _party_totals(months: Sequence[MonthSummary], direction: Direction) -> Mapping[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for month in months:
        for party in _side(month, direction).counterparties:
            totals[party.counterparty] += party.net_fen
    return totals


def _busy_months(months: Sequence[MonthSummary]) -> int:
    return sum(month.sale.blue > 0 for month in months)


def _purchases_to_sales(months: Sequence[MonthSummary]) -> int | None:
    sales = sum(month.sale.net_fen for month in months)
    return _share(sum(month.purchase.net_fen for month in months), sales)


def _second_year(months: Sequence[MonthSummary]) -> int | None:
    years = {"2018": 0, "2019": 0}
    for month in months:
        years[month.month[:4]] += month.sale.net_fen
    return _share(years["2019"], years["2018"])


def _volatility(months: Sequence[MonthSummary]) -> int | None:
    nets = [month.sale.net_fen for month in months if month.sale.blue]
    mean = sum(nets) // max(1, len(nets))
    return _share(sum(abs(net - mean) for net in nets), sum(nets))


MEASURES: Mapping[str, Measure] = {
    "busy_months": _busy_months,
    "sale_net_fen_per_busy_month": _per_busy_month("sale", "net_fen"),
    "sale_invoices_per_busy_month": _per_busy_month("sale", "blue"),
    "purchase_net_fen_per_busy_month": _per_busy_month("purchase", "net_fen"),
    "purchase_invoices_per_busy_month": _per_busy_month("purchase", "blue"),
    "buyers": _parties("sale"),
    "suppliers": _parties("purchase"),
    "top_buyer_share_ppm": _top_share("sale"),
    "top_supplier_share_ppm": _top_share("purchase"),
    "sale_void_share_ppm": _share_of_rows("sale", "void"),
    "purchase_void_share_ppm": _share_of_rows("purchase", "void"),
    "sale_red_share_ppm": _share_of_rows("sale", "red"),
    "purchase_red_share_ppm": _share_of_rows("purchase", "red"),
    "purchases_to_sales_ppm": _purchases_to_sales,
    "second_year_to_first_ppm": _second_year,
    "month_volatility_ppm": _volatility,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
