"""The measure a signal is given from, and is strong from: written by bench/signals.py."""

from collections.abc import Mapping

CUTS: Mapping[str, tuple[int, int, int]] = {
    "void_jump": (260_000, 400_000, 540_000),
    "red_jump": (180_000, 240_000, 300_000),
    "purchase_red_jump": (700_000, 13_000_000, 25_300_000),
    "repeat_jump": (10_000, 180_000, 350_000),
    "sales_burst": (4_800_000, 19_000_000, 33_200_000),
    "purchases_fall": (970_000, 1_100_000, 1_230_000),
    "flat_sales": (840_000, 910_000, 980_000),
    "round_jump": (410_000, 840_000, 1_270_000),
    "under_limit_jump": (740_000, 840_000, 940_000),
    "lookalike_jump": (420_000, 470_000, 520_000),
    "month_end_jump": (550_000, 1_100_000, 1_650_000),
    "weekend_jump": (440_000, 870_000, 1_300_000),
    "serials_swapped": (10_000, 20_000, 30_000),
    "new_buyer": (810_000, 1_100_000, 1_390_000),
    "new_supplier": (960_000, 990_000, 1_020_000),
    "buyer_concentration": (590_000, 610_000, 630_000),
    "supplier_concentration": (780_000, 820_000, 860_000),
    "both_ways": (50_000, 200_000, 500_000),
    "equal_both_ways": (20_000, 100_000, 300_000),
    "copied_months": (410_000, 610_000, 810_000),
    "voided_since": (20_000, 100_000, 300_000),
}
