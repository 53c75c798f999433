"""What reasons say, by code; English message ids that the pages translate and fill in.

``%(figure)s`` is the firm's figure and ``%(compared_with)s`` what it is set against, both written
out by the page according to ``Reason.unit``. ``%(needed)s`` and the like come from
``NotEnoughData.detail``.
"""

from collections.abc import Mapping


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is shown."""
    return text


TITLES: Mapping[str, str] = {
    "monthly_sales": gettext_noop("Average monthly sales"),
    "sales_months": gettext_noop("Months with sales"),
    "purchase_months": gettext_noop("Months with purchases"),
    "yearly_invoices": gettext_noop("Sales invoices per year"),
    "sales_growth": gettext_noop("Sales compared with the year before"),
    "sales_volatility": gettext_noop("Ups and downs of sales"),
    "void_share": gettext_noop("Void sales invoices"),
    "red_share": gettext_noop("Sales reversed by red-letter invoices"),
    "purchases_to_sales": gettext_noop("Purchases compared with sales"),
    "buyers": gettext_noop("Number of buyers"),
    "suppliers": gettext_noop("Number of suppliers"),
    "top_buyer_share": gettext_noop("Share of the largest buyer"),
    "top_supplier_share": gettext_noop("Share of the largest supplier"),
    "returning_buyers_share": gettext_noop("Sales to returning buyers"),
}

SENTENCES: Mapping[str, str] = {
    "monthly_sales_lowers": gettext_noop(
        "Sales averaged %(figure)s a month. Most points: %(compared_with)s or more."
    ),
    "monthly_sales_raises": gettext_noop(
        "Sales averaged %(figure)s a month. Below %(compared_with)s there are fewer points."
    ),
    "sales_months_lowers": gettext_noop(
        "%(figure)s of the 24 months had sales. Most points: %(compared_with)s or more."
    ),
    "sales_months_raises": gettext_noop(
        "%(figure)s of the 24 months had sales. Below %(compared_with)s there are fewer points."
    ),
    "purchase_months_lowers": gettext_noop(
        "%(figure)s of the 24 months had purchases. Most points: %(compared_with)s or more."
    ),
    "purchase_months_raises": gettext_noop(
        "%(figure)s of the 24 months had purchases. Below %(compared_with)s there are fewer points."
    ),
    "yearly_invoices_lowers": gettext_noop(
        "Sales invoices a year: %(figure)s. Most points: %(compared_with)s or more."
    ),
    "yearly_invoices_raises": gettext_noop(
        "Sales invoices a year: %(figure)s. Below %(compared_with)s there are fewer points."
    ),
    "sales_growth_lowers": gettext_noop(
        "Sales of the last 12 months were %(figure)s of those of the 12 months before."
        " Most points: %(compared_with)s or more."
    ),
    "sales_growth_raises": gettext_noop(
        "Sales of the last 12 months were %(figure)s of those of the 12 months before."
        " Below %(compared_with)s there are fewer points."
    ),
    "sales_volatility_lowers": gettext_noop(
        "Monthly sales differ from their average by %(figure)s of it."
        " Most points: less than %(compared_with)s."
    ),
    "sales_volatility_raises": gettext_noop(
        "Monthly sales differ from their average by %(figure)s of it."
        " From %(compared_with)s on there are fewer points."
    ),
    "void_share_lowers": gettext_noop(
        "%(figure)s of the sales invoices were made void. Most points: less than %(compared_with)s."
    ),
    "void_share_raises": gettext_noop(
        "%(figure)s of the sales invoices were made void."
        " From %(compared_with)s on there are fewer points."
    ),
    "red_share_lowers": gettext_noop(
        "%(figure)s of the sales were reversed by red-letter invoices."
        " Most points: less than %(compared_with)s."
    ),
    "red_share_raises": gettext_noop(
        "%(figure)s of the sales were reversed by red-letter invoices."
        " From %(compared_with)s on there are fewer points."
    ),
    "purchases_to_sales_lowers": gettext_noop(
        "Purchases came to %(figure)s of sales. Most points: less than %(compared_with)s."
    ),
    "purchases_to_sales_raises": gettext_noop(
        "Purchases came to %(figure)s of sales. From %(compared_with)s on there are fewer points."
    ),
    "buyers_lowers": gettext_noop(
        "Different buyers: %(figure)s. Most points: %(compared_with)s or more."
    ),
    "buyers_raises": gettext_noop(
        "Different buyers: %(figure)s. Below %(compared_with)s there are fewer points."
    ),
    "suppliers_lowers": gettext_noop(
        "Different suppliers: %(figure)s. Most points: %(compared_with)s or more."
    ),
    "suppliers_raises": gettext_noop(
        "Different suppliers: %(figure)s. Below %(compared_with)s there are fewer points."
    ),
    "top_buyer_share_lowers": gettext_noop(
        "The largest buyer made up %(figure)s of sales. Most points: less than %(compared_with)s."
    ),
    "top_buyer_share_raises": gettext_noop(
        "The largest buyer made up %(figure)s of sales."
        " From %(compared_with)s on there are fewer points."
    ),
    "top_supplier_share_lowers": gettext_noop(
        "The largest supplier made up %(figure)s of purchases."
        " Most points: less than %(compared_with)s."
    ),
    "top_supplier_share_raises": gettext_noop(
        "The largest supplier made up %(figure)s of purchases."
        " From %(compared_with)s on there are fewer points."
    ),
    "returning_buyers_share_lowers": gettext_noop(
        "%(figure)s of the last 12 months' sales went to buyers of the year before."
        " Most points: %(compared_with)s or more."
    ),
    "returning_buyers_share_raises": gettext_noop(
        "%(figure)s of the last 12 months' sales went to buyers of the year before."
        " Below %(compared_with)s there are fewer points."
    ),
}

NOT_ENOUGH_DATA: Mapping[str, str] = {
    "months_missing": gettext_noop(
        "Months not available: %(missing)s of the %(needed)s that a score needs."
        " They are never guessed."
    ),
    "authority_behind": gettext_noop(
        "The tax authority has not confirmed recent months: %(months)s of those allowed are still"
        " open. A score does without %(most)s at most."
    ),
    "no_sales": gettext_noop("There are no valid sales invoices in the 24 months."),
    "short_history": gettext_noop(
        "Months since the first sale: %(months)s. A score needs %(needed)s."
    ),
    "few_months": gettext_noop("Months with sales: %(months)s. A score needs %(needed)s."),
    "nothing_left": gettext_noop("Red-letter invoices reversed all the sales."),
}
