"""What each feature means and how it is computed; English message ids, translated as others are.

The formulas are for readers; ``scoring.engine.features`` computes them, and tests hold them there.
"""

from collections.abc import Mapping

from scoring.engine.reason_texts import gettext_noop

MEANINGS: Mapping[str, str] = {
    "monthly_sales": gettext_noop("How much the firm sells in a month, on average."),
    "sales_months": gettext_noop("In how many months the firm sold anything."),
    "purchase_months": gettext_noop("In how many months the firm bought anything."),
    "yearly_invoices": gettext_noop("How many sales invoices the firm issues in a year."),
    "sales_growth": gettext_noop("How sales of the last year compare with the year before."),
    "sales_volatility": gettext_noop("How far single months' sales lie from the average month."),
    "void_share": gettext_noop("What part of the sales invoices was made void."),
    "red_share": gettext_noop("What part of the sales was reversed by red-letter invoices."),
    "purchases_to_sales": gettext_noop("How much the firm buys for what it sells."),
    "buyers": gettext_noop("How many different buyers the firm has."),
    "suppliers": gettext_noop("How many different suppliers the firm has."),
    "top_buyer_share": gettext_noop("How much of the sales hangs on one buyer."),
    "top_supplier_share": gettext_noop("How much of the purchases hangs on one supplier."),
    "returning_buyers_share": gettext_noop("How much of the sales goes to buyers who came back."),
}

FORMULAS: Mapping[str, str] = {
    "monthly_sales": "max(0, Σ net sales) ÷ months since the first sale",
    "sales_months": "24 × months with a valid sales invoice above zero ÷ months looked into",
    "purchase_months": "24 × months with a valid purchase invoice above zero ÷ months looked into",
    "yearly_invoices": "12 × valid sales invoices above zero ÷ months since the first sale",
    "sales_growth": "net sales of months 13–24 ÷ net sales of months 1–12, each for 12 months",
    "sales_volatility": "Σ |month's net sales − mean| ÷ Σ net sales, since the first sale",
    "void_share": "void sales invoices ÷ sales invoices, repeats left out",
    "red_share": "−Σ red-letter sales ÷ Σ sales above zero",
    "purchases_to_sales": "Σ net purchases ÷ Σ net sales",
    "buyers": "number of buyers with Σ net sales above zero",
    "suppliers": "number of suppliers with Σ net purchases above zero",
    "top_buyer_share": "largest buyer's Σ net sales ÷ that of all buyers",
    "top_supplier_share": "largest supplier's Σ net purchases ÷ that of all suppliers",
    "returning_buyers_share": "net sales of months 13–24 to buyers of months 1–12 ÷ to all buyers",
}
UNITS: Mapping[str, str] = {
    "fen": "fen (¥0.01)",
    "months": "months",
    "count": "count",
    "ppm": "parts per million",
}
