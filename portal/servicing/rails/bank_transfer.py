"""Bank transfers over a clearing that takes ISO 20022 messages (docs/wire.md).

An order is accepted first and settled or rejected later. A direct debit takes all or nothing: of
an account with less than the instalment nothing is collected, and it is asked for again the next
day. Money can't be bound to payees.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any, Final
from uuid import UUID

from joserfc.jwk import KeySet

from portal.core.months import SHANGHAI
from portal.core.wire import SigningKey
from portal.servicing.rails.iso20022 import Report, Unreadable, initiation, read_report
from portal.servicing.rails.protocol import (
    Answer,
    Failure,
    Order,
    OrderDiffers,
    OutcomeUnknown,
    State,
)
from portal.servicing.rails.signed_http import TIMEOUT_SECONDS, SignedHttp, order_called_about

OPERATOR: Final = "bank-clearing"
# Transaction statuses of ISO 20022. Those before settlement leave everything open.
ON_ITS_WAY: Final = frozenset({"RCVD", "PDNG", "ACTC", "ACCP", "ACSP", "ACWC", "ACFC"})
SETTLED: Final = frozenset({"ACSC", "ACCC"})
REJECTED: Final = "RJCT"
# Reasons of the external code set; every other one is the bank's own no.
FAILURES: Final[Mapping[str, Failure]] = {
    "AC01": Failure.WALLET_UNKNOWN,
    "AC04": Failure.WALLET_UNKNOWN,
    "AC06": Failure.WALLET_FROZEN,
    "AM04": Failure.INSUFFICIENT_FUNDS,
}


class BankTransferRail:
    """A rail over one clearing."""

    def __init__(
        self, base_url: str, *, key: SigningKey, operator: KeySet, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._operator = operator
        self._http = SignedHttp(
            base_url, name=OPERATOR, key=key, operator=operator, timeout=timeout
        )

    def place(self, order: Order) -> Answer:
        """As the protocol says; money that is to be bound fails here, before anything leaves."""
        if order.allowed_payees:
            return Answer(order_id=order.id, state=State.FAILED, failure=Failure.PAYEE_NOT_ALLOWED)
        document = initiation(order, at=datetime.now(UTC))
        return _about(
            order, self._http.place(order, {"order": str(order.id), "document": document})
        )

    def look_up(self, order: Order) -> Answer:
        """As the protocol says."""
        return _about(order, self._http.look_up(order))

    def read_callback(self, token: str) -> UUID:
        """As the protocol says."""
        return order_called_about(token, operator=self._operator, name=OPERATOR)


def _about(order: Order, claims: Mapping[str, Any]) -> Answer:
    if claims.get("state") == State.UNKNOWN:
        return Answer(order_id=order.id, state=State.UNKNOWN)
    try:
        report = read_report(str(claims["document"]))
    except (KeyError, Unreadable) as error:
        raise OutcomeUnknown(f"an answer that can't be read: {error}") from error
    if not report.is_about(order):
        raise OrderDiffers(str(order.id))
    return _answer(order, report)


def _answer(order: Order, report: Report) -> Answer:
    if report.status in ON_ITS_WAY:
        return Answer(order_id=order.id, state=State.ACCEPTED)
    if report.status == REJECTED:
        failure = FAILURES.get(report.reason, Failure.REFUSED)
        return Answer(order_id=order.id, state=State.FAILED, failure=failure)
    if report.status not in SETTLED or report.settled_on is None:
        raise OutcomeUnknown(f"status {report.status}, settled on {report.settled_on}")
    return Answer(
        order_id=order.id,
        state=State.SETTLED,
        amount_fen=order.amount_fen,
        into=order.payee,
        at=datetime.combine(report.settled_on, time(12), SHANGHAI),
    )
