"""What a firm could change, in words; English message ids, filled in as those of the reasons are.

``%(edge)s`` is where the points begin, ``%(figure)s`` the firm's figure now.
"""

from collections.abc import Mapping

from scoring.engine.reason_texts import gettext_noop

CHANGES: Mapping[str, str] = {
    "sales_volatility": gettext_noop(
        "Even out monthly sales: ups and downs below %(edge)s of the average month; now %(figure)s."
    ),
    "void_share": gettext_noop(
        "Void fewer sales invoices: less than %(edge)s of those issued; now %(figure)s."
    ),
    "red_share": gettext_noop(
        "Reverse fewer sales by red-letter invoices: less than %(edge)s of sales; now %(figure)s."
    ),
    "purchases_to_sales": gettext_noop("Keep purchases below %(edge)s of sales; now %(figure)s."),
    "buyers": gettext_noop("Sell to at least %(edge)s different buyers; now %(figure)s."),
    "suppliers": gettext_noop("Buy from at least %(edge)s different suppliers; now %(figure)s."),
    "top_buyer_share": gettext_noop(
        "Let the largest buyer make up less than %(edge)s of sales; now %(figure)s."
    ),
    "top_supplier_share": gettext_noop(
        "Let the largest supplier make up less than %(edge)s of purchases; now %(figure)s."
    ),
    "returning_buyers_share": gettext_noop(
        "Let at least %(edge)s of sales go to buyers of the year before; now %(figure)s."
    ),
}
