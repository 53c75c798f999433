"""Handing out the signed file of an invoice that the authority holds."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from portal.core.errors import NotFound, RuleBroken
from portal.core.months import SHANGHAI, Month
from portal.sandbox.taxauthority.einvoices.document import Content, Item, Party, document
from portal.sandbox.taxauthority.einvoices.held import Held, held_in
from portal.sandbox.taxauthority.einvoices.signing import signed
from portal.sandbox.taxauthority.keys import own_key
from portal.sandbox.taxauthority.models import Direction, EInvoice, Firm
from portal.sandbox.taxauthority.records.invoice import Invoice
from portal.sandbox.taxauthority.records.usccs import uscc_for

_RATES = tuple(
    Decimal(percent) / 100 for percent in (13, 9, 6, 3, 1, 0, 5, Decimal("1.5"), 10, 11, 16, 17)
)
_GOODS = "*演示货物*货物"
_TIME = "%Y-%m-%d %H:%M:%S"


@transaction.atomic(durable=True)
def issue_einvoice(firm: Firm, *, direction: Direction, month: Month, number: str) -> bytes:
    """The file of one of the firm's invoices; from now on its status is published.

    Refuses NotFound (unknown_invoice) for a number that isn't among them, and RuleBroken
    (not_issuable) for a record that no invoice can be made of.
    """
    held = next((row for row in held_in(firm, direction, month) if row.number == number), None)
    if held is None:
        raise NotFound("The firm has no such invoice.", code="unknown_invoice")
    root = document(_content(firm, held))
    now = timezone.now()
    if not EInvoice.objects.filter(number=number).exists():
        EInvoice.objects.create(number=number, firm=firm, status=held.status, changed_at=now)
    return signed(root, key=own_key(), at=now.astimezone(SHANGHAI).strftime(_TIME))


def _content(firm: Firm, held: Held) -> Content:
    record = held.record
    own = Party(firm.uscc, firm.name_zh)
    other = _counterparty(record)
    is_sale = held.direction is Direction.SALE
    return Content(
        number=held.number,
        issued_at=f"{record.issued_on} 12:00:00",
        seller=own if is_sale else other,
        buyer=other if is_sale else own,
        items=_items(record),
        reverses=held.reverses,
    )


def _counterparty(record: Invoice) -> Party:
    try:
        return Party(uscc_for(record.counterparty), f"演示往来单位{record.counterparty}")
    except ValueError as error:
        raise _not_issuable() from error


def _items(record: Invoice) -> tuple[Item, ...]:
    """One line at the rate that gives the tax to the fen; else two, one of them free of tax."""
    net, vat = record.net_fen, record.vat_fen
    if not record.gross_fen or net + vat != record.gross_fen:
        raise _not_issuable()
    for rate in _RATES:
        if abs(net * rate - vat) <= 1:
            return (Item(_GOODS, rate, net, vat),)
    for rate in (Decimal("0.13"), Decimal("0.17")):
        taxed = int((vat / rate).to_integral_value())
        if abs(taxed) < abs(net) and taxed * net > 0:
            rest = Item("*演示货物*免税货物", Decimal(0), net - taxed, 0)
            return (Item(_GOODS, rate, taxed, vat), rest)
    raise _not_issuable()


def _not_issuable() -> RuleBroken:
    return RuleBroken("No invoice can be made of this record.", code="not_issuable")
