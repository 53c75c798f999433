"""The messages of ISO 20022 that the clearing takes and gives, as it reads and writes them.

In: a credit transfer (pain.001) or a direct debit (pain.008) of one transaction. Out: a status
report (pain.002). Amounts are in yuan on the wire and in fen everywhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from portal.sandbox.money.refusals import OrderRefused

CREDIT, DEBIT = "credit", "debit"
STATUS_REPORT: Final = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
MOST_FEN: Final = 10**13
_ACCOUNT_ID: Final = "Id/Othr/Id"
_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,12})\.([0-9]{2})")
_LONGEST: Final = 35
_LONGEST_PURPOSE: Final = 140


@dataclass(frozen=True, slots=True)
class Instruction:
    """One transaction that is asked for."""

    id: str
    kind: str
    fen: int
    debtor: str
    creditor: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Shape:
    """Where an initiation has its parts."""

    namespace: str
    root: str
    transaction: str
    amount: str
    debtor_above: bool  # the debtor is said once above the transactions, or in each
    kind: str


SHAPES: Final = (
    Shape(
        namespace="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09",
        root="CstmrCdtTrfInitn",
        transaction="CdtTrfTxInf",
        amount="Amt/InstdAmt",
        debtor_above=True,
        kind=CREDIT,
    ),
    Shape(
        namespace="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08",
        root="CstmrDrctDbtInitn",
        transaction="DrctDbtTxInf",
        amount="InstdAmt",
        debtor_above=False,
        kind=DEBIT,
    ),
)


def read_instruction(text: str) -> Instruction:
    """The one transaction of an initiation; OrderRefused (malformed) for anything else."""
    try:
        return _instruction(_parsed(text))
    except (ValueError, ET.ParseError) as error:
        raise OrderRefused("malformed") from error


def _parsed(text: str) -> Element:
    if "<!" in text:
        raise ValueError("a document type, or a comment")
    return ET.fromstring(text)  # noqa: S314 -- without a document type no entities


def _instruction(document: Element) -> Instruction:
    for shape in SHAPES:
        if document.tag == f"{{{shape.namespace}}}Document":
            return _of_shape(_Part(document, shape.namespace).part(shape.root), shape)
    raise ValueError("neither a credit transfer nor a direct debit")


def _of_shape(message: _Part, shape: Shape) -> Instruction:
    information = message.part("PmtInf")
    transaction = information.part(shape.transaction)
    debtor, creditor = (
        (information, transaction) if shape.debtor_above else (transaction, information)
    )
    found = Instruction(
        id=message.text("GrpHdr/MsgId"),
        kind=shape.kind,
        fen=transaction.fen(shape.amount),
        debtor=debtor.text(f"DbtrAcct/{_ACCOUNT_ID}"),
        creditor=creditor.text(f"CdtrAcct/{_ACCOUNT_ID}"),
        purpose=transaction.text("RmtInf/Ustrd", _LONGEST_PURPOSE),
    )
    if message.text("GrpHdr/NbOfTxs") != "1" or transaction.text("PmtId/EndToEndId") != found.id:
        raise ValueError("not one transaction under the message's own id")
    return found


class _Part:
    """An element, whose parts are there once."""

    def __init__(self, element: Element, namespace: str) -> None:
        self._element, self._namespace = element, namespace

    def part(self, path: str) -> _Part:
        return _Part(self._one(path), self._namespace)

    def text(self, path: str, longest: int = _LONGEST) -> str:
        found = self._one(path).text or ""
        if not 0 < len(found) <= longest or not found.isprintable():
            raise ValueError(path)
        return found

    def fen(self, path: str) -> int:
        amount = self._one(path)
        found = _AMOUNT.fullmatch(amount.text or "")
        if found is None or amount.get("Ccy") != "CNY":
            raise ValueError(path)
        fen = int(found[1]) * 100 + int(found[2])
        if not 0 < fen <= MOST_FEN:
            raise ValueError(path)
        return fen

    def _one(self, path: str) -> Element:
        steps = "/".join(f"{{{self._namespace}}}{step}" for step in path.split("/"))
        found = self._element.findall(steps)
        if len(found) != 1:
            raise ValueError(path)
        return found[0]


@dataclass(frozen=True, slots=True)
class Status:
    """How an instruction stands: ``code`` of a transaction, ``reason`` of a rejection."""

    code: str
    reason: str = ""
    settled_on: str = ""


def status_report(instruction: Instruction, status: Status, *, report_id: str, at: datetime) -> str:
    """A pain.002 about it, with what was asked for."""
    document = Element("Document", {"xmlns": STATUS_REPORT})
    report = _child(document, "CstmrPmtStsRpt")
    header = _child(report, "GrpHdr")
    _child(header, "MsgId", report_id)
    _child(header, "CreDtTm", at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _child(header, "InitgPty")
    group = _child(report, "OrgnlGrpInfAndSts")
    _child(group, "OrgnlMsgId", instruction.id)
    _child(group, "OrgnlMsgNmId", _message_name(instruction.kind))
    information = _child(report, "OrgnlPmtInfAndSts")
    _child(information, "OrgnlPmtInfId", instruction.id)
    transaction = _child(information, "TxInfAndSts")
    _child(transaction, "OrgnlEndToEndId", instruction.id)
    _child(transaction, "TxSts", status.code)
    if status.reason:
        _child(_child(_child(transaction, "StsRsnInf"), "Rsn"), "Cd", status.reason)
    reference = _child(transaction, "OrgnlTxRef")
    amount = _child(_child(reference, "Amt"), "InstdAmt", _yuan(instruction.fen))
    amount.set("Ccy", "CNY")
    if status.settled_on:
        _child(reference, "IntrBkSttlmDt", status.settled_on)
    _child(_child(reference, "RmtInf"), "Ustrd", instruction.purpose)
    _account(reference, "DbtrAcct", instruction.debtor)
    _account(reference, "CdtrAcct", instruction.creditor)
    return ET.tostring(document, encoding="unicode")


def _message_name(kind: str) -> str:
    return next(shape.namespace.rpartition(":")[2] for shape in SHAPES if shape.kind == kind)


def _account(parent: Element, name: str, number: str) -> None:
    _child(_child(_child(_child(parent, name), "Id"), "Othr"), "Id", number)


def _child(parent: Element, name: str, text: str = "") -> Element:
    made = SubElement(parent, name)
    made.text = text or None
    return made


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
