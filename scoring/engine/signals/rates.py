"""False alarms on the real firms that set no cut, as (alarms, firms): by bench/signals.py.

None where the sample could show none, so that the rate on a real feed is unknown.
"""

from collections.abc import Mapping

FALSE_ALARMS: Mapping[str, tuple[int, int] | None] = {
    "void_jump": (1, 118),
    "red_jump": (4, 146),
    "purchase_red_jump": (0, 142),
    "repeat_jump": (1, 118),
    "sales_burst": (6, 145),
    "purchases_fall": (4, 133),
    "flat_sales": (3, 62),
    "round_jump": (4, 116),
    "under_limit_jump": (0, 116),
    "lookalike_jump": (0, 116),
    "month_end_jump": (5, 146),
    "weekend_jump": (1, 116),
    "serials_swapped": (0, 144),
    "new_buyer": (3, 113),
    "new_supplier": (0, 118),
    "buyer_concentration": (5, 113),
    "supplier_concentration": (0, 118),
    "both_ways": None,
    "equal_both_ways": None,
    "copied_months": (3, 151),
    "voided_since": None,
}
