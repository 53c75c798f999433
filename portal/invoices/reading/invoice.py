"""A whole e-invoice, out of a document that has exactly its form."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from xml.etree.ElementTree import Element

from portal.core.months import Month
from portal.invoices.reading.form import FORM, ROOT, Branch, Leaf
from portal.invoices.reading.refusals import Unreadable

_REVERSED: Final = re.compile(
    r"被红冲蓝字数电票号码：([0-9]{20}) 红字发票信息确认单编号：[0-9]{20}"
)

Parts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One item; amounts in fen."""

    amount_fen: int
    rate: Decimal
    tax_fen: int
    gross_fen: int | None


@dataclass(frozen=True, slots=True)
class Signature:
    """What the document says of its own signature; nothing of it is trusted."""

    algorithm: str
    layout: str
    at: datetime
    kid: str
    value: str


@dataclass(frozen=True, slots=True)
class EInvoice:
    """The invoice as the document states it; ``reverses`` is the number a red letter names."""

    header_number: str
    number: str
    is_blue: bool
    seller: str
    buyer: str
    requested_on: date
    issued_on: date
    lines: tuple[Line, ...]
    net_fen: int
    tax_fen: int
    gross_fen: int
    capitals: str | None
    reverses: str | None
    signature: Signature

    @property
    def month(self) -> Month:
        return Month.of(self.issued_on)


def invoice_in(root: Element) -> EInvoice:
    """The invoice of a document; refuses (Unreadable) another form or a text of no such kind.

    Codes: unknown_element, missing_element, repeated_element, stray_text, and bad_… of a text.
    """
    if root.tag != ROOT:
        raise Unreadable("unknown_element", root.tag)
    parts = _branch(root, FORM, ROOT)
    data, supervision = parts["EInvoiceData"], parts["TaxSupervisionInfo"]
    basic, signed = data["BasicInformation"], parts["TaxBureauSignature"]
    remark = data.get("AdditionalInformation", {}).get("Remark", "")
    reversal = _REVERSED.fullmatch(remark)
    return EInvoice(
        header_number=parts["Header"]["EIid"],
        number=supervision["InvoiceNumber"],
        is_blue=parts["Header"]["InherentLabel"]["InIssuType"]["LabelCode"],
        seller=data["SellerInformation"]["SellerIdNum"],
        buyer=data["BuyerInformation"]["BuyerIdNum"],
        requested_on=basic["RequestTime"].date(),
        issued_on=supervision["IssueTime"].date(),
        lines=tuple(_line(line) for line in data["IssuItemInformation"]),
        net_fen=basic["TotalAmWithoutTax"],
        tax_fen=basic["TotalTaxAm"],
        gross_fen=basic["TotalTax-includedAmount"],
        capitals=basic.get("TotalTax-includedAmountInChinese"),
        reverses=reversal[1] if reversal else None,
        signature=Signature(
            algorithm=signed["SignatureAlgorithm"],
            layout=signed["SignatureFormat"],
            at=signed["SignatureTime"],
            kid=signed["KeyInfo"],
            value=signed["SignatureValue"],
        ),
    )


def _line(parts: Parts) -> Line:
    gross = parts.get("TotaltaxIncludedAmount")
    return Line(parts["Amount"], parts["TaxRate"], parts["ComTaxAm"], gross)


def _branch(element: Element, form: Branch, place: str) -> Parts:
    _check_names(element, form, place)
    parts: Parts = {}
    for name, part in form.parts.items():
        found = [_part(child, part, f"{place}/{name}") for child in element.findall(name)]
        if isinstance(part, Branch) and part.is_repeated:
            parts[name] = found
        elif found:
            parts[name] = found[0]
    return parts


def _check_names(element: Element, form: Branch, place: str) -> None:
    if not len(element) and (element.text or "").strip():
        raise Unreadable("stray_text", place)
    counted = Counter(child.tag for child in element)
    for name, count in counted.items():
        part = form.parts.get(name)
        if part is None:
            raise Unreadable("unknown_element", f"{place}/{name}")
        if count > 1 and not (isinstance(part, Branch) and part.is_repeated):
            raise Unreadable("repeated_element", f"{place}/{name}")
    for name, part in form.parts.items():
        if part.is_required and name not in counted:
            raise Unreadable("missing_element", f"{place}/{name}")


def _part(element: Element, form: Leaf | Branch, place: str) -> Any:
    if isinstance(form, Branch):
        return _branch(element, form, place)
    if len(element):
        raise Unreadable("unknown_element", f"{place}/{element[0].tag}")
    try:
        return form.read(element.text or "")
    except (ValueError, KeyError) as error:
        raise Unreadable(form.code, place) from error
