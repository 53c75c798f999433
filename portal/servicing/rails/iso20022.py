"""ISO 20022 messages of one transaction each: initiations that we write, reports that we read.

A payout is a credit transfer (pain.001), a collection a direct debit (pain.008), and what became
of either is a status report (pain.002). On the wire amounts are in yuan; here all are in fen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from portal.servicing.rails.protocol import Kind, Order

CREDIT_TRANSFER: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
DIRECT_DEBIT: Final = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"
STATUS_REPORT: Final = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
CURRENCY: Final = "CNY"
INITIATOR: Final = "TaxBridge"
_NO_AGENT: Final = "NOTPROVIDED"
_TRANSACTION: Final = "CstmrPmtStsRpt/OrgnlPmtInfAndSts/TxInfAndSts"
_ACCOUNT_ID: Final = "Id/Othr/Id"
_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,12})\.([0-9]{2})")


class Unreadable(ValueError):
    """Not a status report about one transaction."""


@dataclass(frozen=True, slots=True)
class Report:
    """A status report: about which instruction, how it stands, and what was asked for."""

    message_id: str
    status: str
    reason: str
    amount_fen: int
    debtor: str
    creditor: str
    purpose: str
    settled_on: date | None

    def is_about(self, order: Order) -> bool:
        """Whether the bank took the order exactly as we mean it."""
        asked = (message_id(order), order.amount_fen, order.payer, order.payee, order.purpose)
        found = (self.message_id, self.amount_fen, self.debtor, self.creditor, self.purpose)
        return asked == found


def message_id(order: Order) -> str:
    """The order's id within the 35 signs that ISO 20022 has for one."""
    return order.id.hex


def initiation(order: Order, *, at: datetime) -> str:
    """The message that asks for the order, as XML."""
    return _credit_transfer(order, at) if order.kind is Kind.PAYOUT else _direct_debit(order, at)


def read_report(text: str) -> Report:
    """The report; Unreadable for anything else, and for more than one transaction."""
    if "<!" in text:
        raise Unreadable("a document type, or a comment")
    try:
        document = ET.fromstring(text)  # noqa: S314 -- without a type no entities
    except ET.ParseError as error:
        raise Unreadable(str(error)) from error
    if document.tag != f"{{{STATUS_REPORT}}}Document":
        raise Unreadable(document.tag)
    transaction = _one(document, _TRANSACTION)
    settled_on = _text_or_none(transaction, "OrgnlTxRef/IntrBkSttlmDt")
    return Report(
        message_id=_text(transaction, "OrgnlEndToEndId"),
        status=_text(transaction, "TxSts"),
        reason=_text_or_none(transaction, "StsRsnInf/Rsn/Cd") or "",
        amount_fen=_fen(_one(transaction, "OrgnlTxRef/Amt/InstdAmt")),
        debtor=_text(transaction, f"OrgnlTxRef/DbtrAcct/{_ACCOUNT_ID}"),
        creditor=_text(transaction, f"OrgnlTxRef/CdtrAcct/{_ACCOUNT_ID}"),
        purpose=_text(transaction, "OrgnlTxRef/RmtInf/Ustrd"),
        settled_on=_day(settled_on) if settled_on else None,
    )


def _credit_transfer(order: Order, at: datetime) -> str:
    document = _Writing(CREDIT_TRANSFER)
    root = document.child(document.root, "CstmrCdtTrfInitn")
    _header(document, root, order, at)
    information = _information(document, root, order, "TRF")
    requested = document.child(information, "ReqdExctnDt")
    document.child(requested, "Dt", at.date().isoformat())
    document.party(information, "Dbtr", order.payer)
    transaction = document.child(information, "CdtTrfTxInf")
    document.child(document.child(transaction, "PmtId"), "EndToEndId", message_id(order))
    document.amount(document.child(transaction, "Amt"), order.amount_fen)
    document.agent(transaction, "CdtrAgt")
    document.child(transaction, "Cdtr")
    document.account(transaction, "CdtrAcct", order.payee)
    document.child(document.child(transaction, "RmtInf"), "Ustrd", order.purpose)
    return document.text()


def _direct_debit(order: Order, at: datetime) -> str:
    document = _Writing(DIRECT_DEBIT)
    root = document.child(document.root, "CstmrDrctDbtInitn")
    _header(document, root, order, at)
    information = _information(document, root, order, "DD")
    document.child(information, "ReqdColltnDt", at.date().isoformat())
    document.party(information, "Cdtr", order.payee)
    transaction = document.child(information, "DrctDbtTxInf")
    document.child(document.child(transaction, "PmtId"), "EndToEndId", message_id(order))
    document.amount(transaction, order.amount_fen)
    document.agent(transaction, "DbtrAgt")
    document.child(transaction, "Dbtr")
    document.account(transaction, "DbtrAcct", order.payer)
    document.child(document.child(transaction, "RmtInf"), "Ustrd", order.purpose)
    return document.text()


def _header(document: _Writing, root: Element, order: Order, at: datetime) -> None:
    header = document.child(root, "GrpHdr")
    document.child(header, "MsgId", message_id(order))
    document.child(header, "CreDtTm", at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    document.child(header, "NbOfTxs", "1")
    document.child(document.child(header, "InitgPty"), "Nm", INITIATOR)


def _information(document: _Writing, root: Element, order: Order, method: str) -> Element:
    information = document.child(root, "PmtInf")
    document.child(information, "PmtInfId", message_id(order))
    document.child(information, "PmtMtd", method)
    return information


class _Writing:
    def __init__(self, namespace: str) -> None:
        self.root = Element("Document", {"xmlns": namespace})

    @staticmethod
    def child(parent: Element, name: str, text: str = "") -> Element:
        made = SubElement(parent, name)
        made.text = text or None
        return made

    def amount(self, parent: Element, fen: int) -> None:
        made = self.child(parent, "InstdAmt", f"{fen // 100}.{fen % 100:02d}")
        made.set("Ccy", CURRENCY)

    def account(self, parent: Element, name: str, number: str) -> None:
        identification = self.child(self.child(parent, name), "Id")
        self.child(self.child(identification, "Othr"), "Id", number)

    def agent(self, parent: Element, name: str) -> None:
        """The clearing finds the bank by the account."""
        institution = self.child(self.child(parent, name), "FinInstnId")
        self.child(self.child(institution, "Othr"), "Id", _NO_AGENT)

    def party(self, parent: Element, name: str, number: str) -> None:
        self.child(parent, name)
        self.account(parent, f"{name}Acct", number)
        self.agent(parent, f"{name}Agt")

    def text(self) -> str:
        return ET.tostring(self.root, encoding="unicode")


def _one(parent: Element, path: str) -> Element:
    found = parent.findall("/".join(f"{{{STATUS_REPORT}}}{step}" for step in path.split("/")))
    if len(found) != 1:
        raise Unreadable(f"{len(found)} times {path}")
    return found[0]


def _text(parent: Element, path: str) -> str:
    return _one(parent, path).text or ""


def _text_or_none(parent: Element, path: str) -> str | None:
    try:
        return _text(parent, path)
    except Unreadable:
        return None


def _fen(amount: Element) -> int:
    found = _AMOUNT.fullmatch(amount.text or "")
    if found is None or amount.get("Ccy") != CURRENCY:
        raise Unreadable(f"the amount {amount.text}")
    return int(found[1]) * 100 + int(found[2])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(text) from error
