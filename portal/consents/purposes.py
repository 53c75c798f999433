"""Purposes and data categories: their codes, and the very words that a person signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    """Why data is used; underwriting and monitoring are separate consents."""

    UNDERWRITING = "underwriting"
    MONITORING = "monitoring"


class Category(StrEnum):
    """Kinds of tax data, by the authority's names."""

    VAT_INVOICES = "vat_invoices"
    VAT_RETURNS = "vat_returns"
    INCOME_TAX_RETURNS = "income_tax_returns"
    TAX_RATING = "tax_rating"


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence in both languages: part of what is signed, so never translated later."""

    en: str
    zh: str

    def said_in(self, language: str) -> str:
        """The sentence in one language, by its code."""
        return self.zh if language.startswith("zh") else self.en


PURPOSE_TEXTS: Final[Mapping[Purpose, Wording]] = {
    Purpose.UNDERWRITING: Wording(
        "Deciding on one loan application of this firm.",
        "用于审批本企业的一笔贷款申请。",
    ),
    Purpose.MONITORING: Wording(
        "Watching over a loan that this firm has already received, once a month.",
        "用于每月一次对本企业已获贷款进行贷后管理。",
    ),
}
CATEGORY_TEXTS: Final[Mapping[Category, Wording]] = {
    Category.VAT_INVOICES: Wording("VAT invoices, sales and purchases", "增值税发票（销项与进项）"),
    Category.VAT_RETURNS: Wording("VAT returns", "增值税纳税申报表"),
    Category.INCOME_TAX_RETURNS: Wording("Income tax returns", "企业所得税纳税申报表"),
    Category.TAX_RATING: Wording("Tax credit rating", "纳税信用等级"),
}
