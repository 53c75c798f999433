"""The records of one firm and side as invoices: each with its full number and its status today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.core.months import Month
from portal.sandbox.taxauthority.einvoices.document import yuan
from portal.sandbox.taxauthority.einvoices.numbers import full_number
from portal.sandbox.taxauthority.models import Direction, EInvoice, EInvoiceStatus, Firm, Packet
from portal.sandbox.taxauthority.records.calendar import moved
from portal.sandbox.taxauthority.records.invoice import Invoice
from portal.sandbox.taxauthority.records.packing import unpack


@dataclass(frozen=True, slots=True)
class Held:
    """``record`` as it is served; ``reverses`` is the number that a red letter takes back."""

    number: str
    direction: Direction
    record: Invoice
    status: EInvoiceStatus
    reverses: str = ""

    @property
    def is_issuable(self) -> bool:
        """A void record may have lost its amounts, and there is no invoice of nothing."""
        return self.record.gross_fen != 0

    @property
    def amount(self) -> str:
        """In yuan, tax included."""
        return yuan(self.record.gross_fen)


def held_in(firm: Firm, direction: Direction, month: Month) -> list[Held]:
    """The month's invoices in the order of their days; those without a usable number left out."""
    rows = _voided_since(_numbered(firm, direction))
    reversals = _reversals(rows)
    reversed_numbers = set(reversals.values())
    return [
        replace(
            row,
            status=EInvoiceStatus.REVERSED if row.number in reversed_numbers else row.status,
            reverses=reversals.get(row.number, ""),
        )
        for row in rows
        if row.record.issued_on[:7] == str(month)
    ]


def _numbered(firm: Firm, direction: Direction) -> list[Held]:
    """Every record of the firm's side once, however often it is stated."""
    packets = Packet.objects.filter(firm=firm, direction=direction).order_by("month")
    lines = [line for packet in packets for line in dict.fromkeys(unpack(bytes(packet.content)))]
    found = []
    for line in lines:
        record = Invoice.from_line(line)
        issued_on = moved(record.issued_on, firm.shift_months)
        try:
            number = full_number(
                firm=firm.code,
                direction=direction.label,
                line=line,
                issued_on=issued_on,
                short=record.number,
            )
        except ValueError:
            continue
        status = EInvoiceStatus.VOID if record.is_void else EInvoiceStatus.VALID
        found.append(Held(number, direction, replace(record, issued_on=issued_on), status))
    return found


def _voided_since(rows: list[Held]) -> list[Held]:
    """With those that were voided after their file was handed out: the record doesn't know."""
    void = EInvoice.objects.filter(status=EInvoiceStatus.VOID)
    voided = set(
        void.filter(number__in=[row.number for row in rows]).values_list("number", flat=True)
    )
    return [
        replace(row, status=EInvoiceStatus.VOID) if row.number in voided else row for row in rows
    ]


def _reversals(rows: Iterable[Held]) -> dict[str, str]:
    """Which number each red letter takes back: the newest one before it of just that amount."""
    standing: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    found = {}
    for row in sorted(rows, key=lambda row: (row.record.issued_on, row.record.gross_fen < 0)):
        record = row.record
        if row.status is EInvoiceStatus.VOID:
            continue
        key = (record.counterparty, abs(record.net_fen), abs(record.vat_fen))
        if record.gross_fen > 0:
            standing[key].append(row.number)
        elif record.gross_fen < 0 and standing[key]:
            found[row.number] = standing[key].pop()
    return found
