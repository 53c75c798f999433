"""Names of jobs: a lower room asks for work by name, a higher room owns the handler."""

from __future__ import annotations

from enum import StrEnum


class Queue(StrEnum):
    DEFAULT = "default"
    VAULT = "vault"
    INTAKE = "intake"
    MONEY = "money"


class Job(StrEnum):
    FETCH_TAX_DATA = "taxdata.fetch"
    NOTIFY_AUTHORITY = "taxdata.notify_authority"
    ERASE_TAX_DATA = "taxdata.erase"
    TELL_CONSENT_ENDED = "consents.tell_ended"
    TELL_CONSENT_EVENT = "consents.tell_event"
    TELL_MANDATE_ENDED = "consents.tell_mandate_ended"
    SCORE_APPLICATION = "scoring.score"
    REPLAY_SCORE = "scoring.replay"
    ERASE_FEATURES = "scoring.erase_features"
    RESCORE_PORTFOLIO = "scoring.rescore_portfolio"
    FETCH_INVOICE_STATUSES = "invoices.fetch_statuses"
    APPLY_INVOICE_STATUSES = "invoices.apply_statuses"
    ADVANCE_APPLICATION = "applications.advance"
    SETTLE_ACCEPTANCE = "applications.settle_acceptance"
    MOVE_MONEY = "servicing.move_money"
    BEGIN_LOAN = "servicing.begin_loan"
    CLOSE_LOAN = "servicing.close_loan"
    END_MONITORING = "servicing.end_monitoring"
    SEND_MESSAGE = "notifications.send"
    CHECK_LEDGER = "ledger.check"
    MAKE_DISCLOSURE = "disclosure.make"
    DOUBT_MANDATES = "oversight.doubt_mandates"
    DOUBT_MODEL = "oversight.doubt_model"
    TAKE_OUTCOME = "modelwatch.take_outcome"

    @property
    def queue(self) -> Queue:
        return _QUEUES.get(self, Queue.DEFAULT)


_QUEUES = {
    Job.FETCH_TAX_DATA: Queue.INTAKE,
    Job.NOTIFY_AUTHORITY: Queue.INTAKE,
    Job.ERASE_TAX_DATA: Queue.INTAKE,
    Job.FETCH_INVOICE_STATUSES: Queue.INTAKE,
    Job.SCORE_APPLICATION: Queue.VAULT,
    Job.REPLAY_SCORE: Queue.VAULT,
    Job.ERASE_FEATURES: Queue.VAULT,
    Job.RESCORE_PORTFOLIO: Queue.VAULT,
    Job.MOVE_MONEY: Queue.MONEY,
}


class Retry(Exception):
    """Raised by a handler: not now, but again after ``seconds``."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason or f"again in {seconds} s")
        self.seconds = seconds


class Cancelled(Exception):
    """Raised by a handler: the work lost its ground (a withdrawal, say) and must not go on."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
