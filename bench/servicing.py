"""The day's run over a million loans: broken off and gone on with, and its cost by size.

    python bench/servicing.py [--loans 1000000] [--days 3] [--seed 1]

Loans stand in a scratch database, paid out over the last two months, with the payments that came
due since; rows are copied, there is no agreement behind them. Each size, a tenth and the whole,
goes through so many days with the management command, as the web's log-in, two processes at once;
a tenth of a day's loans can't pay. On the first day one process is killed with SIGKILL at a
random moment. After each day every loan that is due has one open order, and the rail is played by
SQL: its orders are settled and its payments stand. Then what every loan owes is computed, as a
daily balance would be, and held against the books: principal lent is principal paid and principal
left, to the fen.
Exits with 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import django
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bars
from bench.scratch import ROOT, scratch_database

LINEAR, UNPAID = 1.3, 10
AT_ONCE = 2_000
METHODS = ("annuity", "equal_principal", "bullet")
Connection = psycopg.Connection[Any]
Row = tuple[object, ...]
_LOAN = (
    "id, application_id, offer_id, firm_id, bank_id, status, agreement_sha256, rail, account,"
    " bank_account, payees, amount_fen, fees_fen, annual_rate_bp, effective_bp, penalty_rate_bp,"
    " term_months, method, opened_at, paid_out_on, last_days, next_look_on, arrears,"
    " statement_sha256"
)
_PAYMENT = "order_id, loan_id, amount_fen, paid_on, noted_at"
_APPLICATION = (
    "id, reference, firm_id, bank_id, product_id, funding_id, status, amount_fen, term_months,"
    " use_of_funds, action_reason, consent_id, created_at, submitted_at, decided_at, decision_id,"
    " review_note"
)
_TABLES = "servicing_payment, servicing_order, servicing_loan, jobs_job, applications_application"
_SETTLE = """
    WITH over AS (
        UPDATE servicing_order SET state = 'settled', moved_fen = amount_fen, ended_at = now()
        WHERE state = 'asked' AND hashtext(loan_id::text) %% %s <> 0
        RETURNING id, loan_id, amount_fen
    )
    INSERT INTO servicing_payment (order_id, loan_id, amount_fen, paid_on, noted_at)
    SELECT id, loan_id, amount_fen, %s, now() FROM over
"""
_REFUSE = "UPDATE servicing_order SET state = 'failed', ended_at = now() WHERE state = 'asked'"
_LOOKED = "CREATE TEMP TABLE looked AS SELECT id FROM servicing_loan WHERE next_look_on <= %s"
_WITHOUT = """
    SELECT count(*) FROM servicing_loan l JOIN looked USING (id)
    WHERE l.next_look_on = %s AND 1 <>
        (SELECT count(*) FROM servicing_order o WHERE o.loan_id = l.id AND o.state = 'asked')
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--loans", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with scratch_database(flush_ms=0) as environment:
        os.environ.update({**environment, "TAXBRIDGE_ROLE": "web"})
        django.setup()
        return _measure(environment, options.loans, options.days, options.seed)


def _measure(environment: dict[str, str], loans: int, days: int, seed: int) -> int:
    admin_url = environment["DATABASE_URL_ADMIN"].rpartition("/")[0] + "/bench"
    chance, bars = random.Random(seed), Bars()  # noqa: S311 -- terms and moments, no secret
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        costs = [
            _size(environment, admin, size, days, chance, bars) for size in (loans // 10, loans)
        ]
    small, whole = costs
    bars.at_most("cost of a look, the whole to a tenth", whole / small, LINEAR)
    return int(bool(bars.missed))


def _size(
    environment: dict[str, str],
    admin: Connection,
    loans: int,
    days: int,
    chance: random.Random,
    bars: Bars,
) -> float:
    """Seconds a look."""
    began = time.perf_counter()
    first = fill(admin, loans, chance)
    print(f"{loans:,} loans filled in {time.perf_counter() - began:.0f} s", flush=True)
    looked, seconds = 0, 0.0
    for ahead in range(1, days + 1):
        day = first + timedelta(days=ahead)
        waiting = _count(admin, "SELECT count(*) FROM servicing_loan WHERE next_look_on <= %s", day)
        admin.execute("DROP TABLE IF EXISTS looked")
        admin.execute(_LOOKED, [day])
        began = time.perf_counter()
        _run_day(environment, day, chance if ahead == 1 else None)
        seconds += time.perf_counter() - began
        looked += waiting
        wrong = _count(admin, _WITHOUT, day + timedelta(days=1))
        bars.at_most(f"day {ahead}: due loans without one open order", wrong, 0)
        left = _count(admin, "SELECT count(*) FROM servicing_loan WHERE next_look_on <= %s", day)
        bars.at_most(f"day {ahead}: loans left out", left, 0)
        admin.execute(_SETTLE, [UNPAID, day])
        admin.execute(_REFUSE)
    print(f"{loans:,} loans: {looked:,} looks, {looked / seconds:,.0f} a second", flush=True)
    _balances(loans, first + timedelta(days=days), bars)
    return seconds / looked


def _run_day(environment: dict[str, str], day: date, chance: random.Random | None) -> None:
    """Two processes; with ``chance`` one is killed on its way and started again."""
    running = [_start(environment, day) for _ in range(2)]
    if chance is not None:
        time.sleep(chance.uniform(1.5, 4.0))
        os.killpg(running[0].pid, signal.SIGKILL)
        running[0].wait()
        running[0] = _start(environment, day)
    for process in running:
        if process.wait():
            raise SystemExit("the day's run failed")


def _start(environment: dict[str, str], day: date) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_loans_day", "--day", day.isoformat()],
        cwd=ROOT,
        env={**environment, "TAXBRIDGE_ROLE": "web"},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _balances(loans: int, day: date, bars: Bars) -> None:
    # These need settings, which need the scratch server's addresses.
    from portal.servicing.loans import account_of  # noqa: PLC0415
    from portal.servicing.models import Loan  # noqa: PLC0415
    from portal.servicing.terms import Payment  # noqa: PLC0415

    began, lent, left, paid, last = time.perf_counter(), 0, 0, 0, UUID(int=0)
    while some := list(
        Loan.objects.filter(id__gt=last).order_by("id").prefetch_related("payments")[:AT_ONCE]
    ):
        for loan in some:
            rows = sorted(loan.payments.all(), key=lambda row: row.paid_on)
            account = account_of(
                loan, day=day, payments=[Payment(row.amount_fen, row.paid_on) for row in rows]
            )
            owed = account.payoff
            lent, left = lent + loan.amount_fen, left + owed.principal_fen
            paid += account.paid.principal_fen
        last = some[-1].id
    seconds = time.perf_counter() - began
    print(f"{loans:,} balances: {loans / seconds:,.0f} a second", flush=True)
    bars.at_most("fen lent that are neither paid nor left", abs(lent - paid - left), 0)


def fill(admin: Connection, loans: int, chance: random.Random) -> date:
    """So many loans, and none else; the last day on which all that was due has been paid."""
    from portal.servicing.loans import today  # noqa: PLC0415

    admin.execute(f"TRUNCATE {_TABLES} CASCADE")
    now, bank = today(), uuid4()
    rows: dict[str, list[Row]] = {"loan": [], "payment": [], "application": []}
    for number in range(loans):
        application, loan, payments = _loan(number, now, bank, chance)
        rows["application"].append(application)
        rows["loan"].append(loan)
        rows["payment"] += payments
        if number % AT_ONCE == AT_ONCE - 1 or number == loans - 1:
            _copy(admin, "applications_application", _APPLICATION, rows["application"])
            _copy(admin, "servicing_loan", _LOAN, rows["loan"])
            _copy(admin, "servicing_payment", _PAYMENT, rows["payment"])
    admin.execute("VACUUM ANALYZE servicing_loan, servicing_payment, servicing_order")
    return now


def _copy(admin: Connection, table: str, columns: str, rows: list[Row]) -> None:
    with admin.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    rows.clear()


def _loan(number: int, now: date, bank: UUID, chance: random.Random) -> tuple[Row, Row, list[Row]]:
    """An application, its loan, and the payments that came due."""
    from portal.products.schedule import Method, due_date  # noqa: PLC0415
    from portal.servicing.terms import LoanTerms  # noqa: PLC0415

    amount, rate = chance.randrange(10**6, 10**8), chance.randrange(300, 1_500)
    months, method = chance.choice((6, 12, 24)), chance.choice(METHODS)
    paid_out, loan_id = now - timedelta(days=chance.randrange(60)), uuid4()
    terms = LoanTerms(amount, rate, rate * 3 // 2, months, Method(method), paid_out)
    due = [due_date(paid_out, number + 1) for number in range(months)]
    plan = terms.plan(amount, month=1)
    paid: list[Row] = [
        (uuid4(), loan_id, one.total_fen, one.due_on, "now")
        for one in plan
        if one.due_on <= now and one.total_fen
    ]
    coming = next(one.due_on for one in plan if one.due_on > now)
    application_id, firm = uuid4(), uuid4()
    application = (
        *(application_id, f"B{number:09d}", firm, bank, uuid4(), uuid4(), "agreement_signed"),
        *(amount, months, "stock", "", uuid4(), "now", "now", "now", uuid4(), ""),
    )
    days = "[" + ", ".join(f'"{day}"' for day in due) + "]"
    loan = (
        *(loan_id, application_id, uuid4(), firm, bank, "active", "0" * 64, "ecny"),
        *("WALLET0000000001", "BANK000000000001", "[]", amount, 0, rate, rate, rate * 3 // 2),
        *(months, method, "now", paid_out, days, coming, "normal", ""),
    )
    return application, loan, paid


def _count(admin: Connection, query: str, day: date) -> int:
    row = admin.execute(query, [day]).fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    sys.exit(main())
