"""The XML of one invoice, in the form in which taxpayers download fully digital ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement

from portal.sandbox.taxauthority.einvoices.capitals import in_capitals

BUREAU = ("19900000000", "国家税务总局演示税务局")
Members = Mapping[str, "str | Members"]


@dataclass(frozen=True, slots=True)
class Party:
    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of goods; amounts in fen."""

    name: str
    rate: Decimal
    net_fen: int
    vat_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an invoice says. ``reverses`` is the number of the one that a red letter takes back."""

    number: str
    issued_at: str
    seller: Party
    buyer: Party
    items: tuple[Item, ...]
    reverses: str = ""

    @property
    def net_fen(self) -> int:
        return sum(item.net_fen for item in self.items)

    @property
    def vat_fen(self) -> int:
        return sum(item.vat_fen for item in self.items)


def document(content: Content) -> Element:
    """The whole tree, its signature still to come."""
    root = Element("EInvoice")
    _fill(root, {"Header": _header(content)})
    data = SubElement(root, "EInvoiceData")
    _fill(data, {"SellerInformation": _party("Seller", content.seller)})
    _fill(data, {"BuyerInformation": _party("Buyer", content.buyer)})
    _fill(data, {"BasicInformation": _basic(content)})
    for item in content.items:
        _fill(data, {"IssuItemInformation": _item(item)})
    _fill(data, {"AdditionalInformation": {"Remark": _remark(content)}})
    _fill(root, {"SellerAuthentication": {"AuthenticationMethods": "02"}})
    _fill(root, {"TaxSupervisionInfo": _supervision(content)})
    return root


def yuan(fen: int) -> str:
    """Two decimals, always."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def _header(content: Content) -> Members:
    is_red = content.net_fen + content.vat_fen < 0
    return {
        "EIid": content.number,
        "EInvoiceTag": "SWEI9900",
        "Version": "0.32",
        "InherentLabel": {
            "InIssuType": {"LabelCode": "N" if is_red else "Y", "LabelName": "是否蓝字发票标志"},
            "EInvoiceType": {"LabelCode": "01", "LabelName": "电子发票"},
            "GeneralOrSpecialVAT": {"LabelCode": "01", "LabelName": "增值税专用发票"},
        },
    }


def _party(side: str, party: Party) -> Members:
    return {f"{side}IdNum": party.uscc, f"{side}Name": party.name}


def _basic(content: Content) -> Members:
    gross = content.net_fen + content.vat_fen
    return {
        "TotalAmWithoutTax": yuan(content.net_fen),
        "TotalTaxAm": yuan(content.vat_fen),
        "TotalTax-includedAmount": yuan(gross),
        "TotalTax-includedAmountInChinese": in_capitals(gross),
        "RequestTime": content.issued_at,
    }


def _item(item: Item) -> Members:
    return {
        "ItemName": item.name,
        "Amount": yuan(item.net_fen),
        "TaxRate": str(item.rate),
        "ComTaxAm": yuan(item.vat_fen),
        "TotaltaxIncludedAmount": yuan(item.net_fen + item.vat_fen),
    }


def _remark(content: Content) -> str:
    if not content.reverses:
        return ""
    confirmation = content.number[:2] + content.reverses[2:]
    return f"被红冲蓝字数电票号码：{content.reverses} 红字发票信息确认单编号：{confirmation}"


def _supervision(content: Content) -> Members:
    code, name = BUREAU
    return {
        "InvoiceNumber": content.number,
        "IssueTime": content.issued_at,
        "TaxBureauCode": code,
        "TaxBureauName": name,
    }


def _fill(parent: Element, members: Members) -> None:
    for name, value in members.items():
        child = SubElement(parent, name)
        if isinstance(value, str):
            child.text = value
        else:
            _fill(child, value)
