"""ISO 20022 messages: what is written can be read on the other side, and nothing else is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sandbox.clearing.messages import (
    Instruction,
    Status,
    read_instruction,
    status_report,
)
from portal.sandbox.money.refusals import OrderRefused
from portal.servicing.rails.iso20022 import Unreadable, initiation, read_report
from portal.servicing.rails.protocol import Kind, Order
from tests.clearing.conftest import debit, transfer

NOW = datetime(2027, 2, 28, 16, 30, tzinfo=UTC)
ASKED = transfer(123_456_789)
REPORT = status_report(
    read_instruction(initiation(ASKED, at=NOW)),
    Status("ACSC", settled_on="2027-03-01"),
    report_id="R1",
    at=NOW,
)


@given(
    kind=st.sampled_from(Kind),
    fen=st.integers(1, 10**13),
    purpose=st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=140),
)
def test_what_one_side_asks_the_other_reads_and_reports(kind: Kind, fen: int, purpose: str) -> None:
    order = Order(
        id=uuid4(),
        kind=kind,
        amount_fen=fen,
        least_fen=fen,
        payer="6222000000000001",
        payee="BANKLANTERN01",
        purpose=purpose,
    )
    asked = read_instruction(initiation(order, at=NOW))
    word = "credit" if kind is Kind.PAYOUT else "debit"
    assert asked == Instruction(order.id.hex, word, fen, order.payer, order.payee, purpose)
    report = read_report(status_report(asked, Status("RJCT", "AM04"), report_id="R1", at=NOW))
    assert report.is_about(order)
    assert (report.status, report.reason, report.settled_on) == ("RJCT", "AM04", None)


def test_a_report_says_how_much_of_what_was_settled_when() -> None:
    report = read_report(REPORT)
    assert (report.status, report.amount_fen) == ("ACSC", 123_456_789)
    assert report.settled_on == date(2027, 3, 1)
    assert ">1234567.89<" in REPORT


BROKEN = [
    ("", ""),
    ("<Document", "<!DOCTYPE Document><Document"),
    ("pain.002.001.10", "pain.002.001.99"),
    ("CNY", "USD"),
    ("1234567.89", "1234567.891"),
    ("1234567.89", "-1.00"),
    ("2027-03-01", "2027-02-30"),
    ("<TxInfAndSts>", "<TxInfAndSts/><TxInfAndSts>"),
]


@pytest.mark.parametrize(("old", "new"), BROKEN)
def test_a_report_that_is_not_plain_is_not_read(old: str, new: str) -> None:
    assert old in REPORT
    with pytest.raises(Unreadable):
        read_report(REPORT.replace(old, new) if old else "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<NbOfTxs>1<", "<NbOfTxs>2<"),
        ("1234567.89", "0.00"),
        ("1234567.89", "12345678901234.00"),
        ("CNY", "USD"),
        ("pain.001.001.09", "pain.001.001.01"),
        ("<EndToEndId>", "<EndToEndId>x"),
    ],
)
def test_the_clearing_takes_plain_initiations_only(old: str, new: str) -> None:
    text = initiation(ASKED, at=NOW)
    assert old in text
    with pytest.raises(OrderRefused):
        read_instruction(text.replace(old, new))


def test_a_debit_says_its_parties_the_other_way_round() -> None:
    text = initiation(debit(100), at=NOW)
    assert "pain.008.001.08" in text
    assert text.index("CdtrAcct") < text.index("DbtrAcct")
