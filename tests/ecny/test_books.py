"""The operator's books by themselves: nothing appears or is lost, and interest is exact."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sandbox.ecny.interest import PAYER, RATE_PPM, close_days
from portal.sandbox.ecny.orders import Order, carry_out, spend
from portal.sandbox.ecny.schema import SCHEMA
from portal.sandbox.money.books import Books, Ledger
from portal.sandbox.money.refusals import Failed, OrderRefused

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
WALLETS = ("a", "b", "c")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return opened(tmp_path)


def opened(folder: Path) -> Ledger:
    made = Ledger(folder / "books.sqlite3", SCHEMA)
    with made.changing() as books:
        books.open_account("issue", kind="issue", institution="pboc", owner="pboc")
        books.open_account(PAYER, kind="interest", institution="pboc", owner="pboc")
        books.open_account("bank", kind="bank", institution="icbc", owner="taxbridge")
        for name in WALLETS:
            books.open_account(name, kind="wallet", institution="abc", owner=name, wallet_class=2)
            books.allow_collection(name, "bank")
        books.open_account("anon", kind="wallet", institution="abc", owner="?", wallet_class=4)
        books.move("start", payer="issue", payee="bank", fen=10**9, day=NOON.date(), why="issue")
    return made


def fen(books: Books, name: str) -> int:
    found = books.account(name)
    assert found is not None
    return found.fen


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["payout", "collection", "bound", "spend", "freeze", "again", "night"]),
        st.sampled_from(WALLETS),
        st.integers(1, 5_000_000),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_over_any_history_nothing_appears_or_is_lost(steps: list[tuple[str, str, int]]) -> None:
    with TemporaryDirectory() as folder:
        ledger = opened(Path(folder))
        with ledger.changing() as books:
            today, last = NOON, None
            for act, wallet, amount in steps:
                if act == "night":
                    today += timedelta(days=amount % 40)
                    close_days(books, today.date())
                    continue
                last = step(books, act, wallet, amount, today, last)
                assert books.is_balanced()


def step(
    books: Books, act: str, wallet: str, amount: int, at: datetime, last: Order | None
) -> Order | None:
    if act == "freeze":
        books.freeze(wallet, frozen=amount % 2 == 0)
        return last
    if act == "spend":
        with suppress(Failed, sqlite3.IntegrityError):
            spend(books, reference=str(uuid4()), payer=wallet, payee="c", fen=amount, at=at)
        return last
    order = last if act == "again" and last is not None else order_of(act, wallet, amount)
    before = carry_out(books, order, orderer="taxbridge", at=at)
    balances = [one.fen for one in books.accounts()]
    assert carry_out(books, order, orderer="taxbridge", at=at) == before
    assert [one.fen for one in books.accounts()] == balances
    return order


def order_of(act: str, wallet: str, amount: int) -> Order:
    collects = act == "collection"
    payer, payee = (wallet, "bank") if collects else ("bank", wallet)
    kind = "collection" if collects else "payout"
    allowed = ("c",) if act == "bound" else ()
    least = max(1, amount // 2) if collects else amount
    return Order(str(uuid4()), kind, amount, least, payer, payee, "loan", allowed)


def test_a_year_of_days_pays_exact_interest_with_a_leap_day(ledger: Ledger) -> None:
    """A constant balance from 1 January 2028, a leap year, to its end: interest is withdrawn."""
    balance = 123_456_789
    with ledger.changing() as books:
        close_days(books, date(2028, 1, 1))
        books.move("in", payer="bank", payee="a", fen=balance, day=date(2028, 1, 1), why="loan")
        paid = 0
        for number in range(1, 367):
            close_days(books, date(2028, 1, 1) + timedelta(days=number))
            more = fen(books, "a") - balance
            if more:
                paid += more
                books.move(f"w{number}", payer="a", payee="b", fen=more, day=NOON.date(), why="x")
        account = books.account("a")
        assert account is not None
        exact = Fraction(balance * RATE_PPM * 366, 360 * 1_000_000)
        assert paid + Fraction(account.parts, 360 * 1_000_000) == exact
        assert paid > 0
        assert books.is_balanced()


def test_days_are_closed_once_however_often_and_anonymous_wallets_bear_none(
    ledger: Ledger,
) -> None:
    with ledger.changing() as books:
        close_days(books, date(2027, 3, 1))
        books.move("in", payer="bank", payee="anon", fen=10**8, day=NOON.date(), why="x")
        books.move("in2", payer="bank", payee="a", fen=10**8, day=NOON.date(), why="x")
        assert close_days(books, date(2027, 3, 31)) == 30
        assert close_days(books, date(2027, 3, 31)) == 0
        assert fen(books, "anon") == 10**8
        assert fen(books, "a") == 10**8 + 10**8 * RATE_PPM * 20 // (360 * 1_000_000)


@pytest.fixture
def moved(ledger: Ledger) -> Books:
    with ledger.changing() as books:
        books.move("in", payer="bank", payee="a", fen=100, day=NOON.date(), why="loan")
    return ledger.books


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE transfer SET fen = 1",
        "DELETE FROM transfer",
        "INSERT INTO transfer VALUES (NULL, 'r', 'a', 'b', 101, '2027-03-01', 'x')",
        "INSERT INTO transfer VALUES (NULL, 'in', 'a', 'b', 1, '2027-03-01', 'x')",
        "INSERT INTO transfer VALUES (NULL, 'r', 'a', 'a', 1, '2027-03-01', 'x')",
        "INSERT INTO transfer VALUES (NULL, 'r', 'a', 'b', 0, '2027-03-01', 'x')",
        "INSERT INTO transfer VALUES (NULL, 'r', 'a', 'nobody', 1, '2027-03-01', 'x')",
    ],
)
def test_the_books_refuse_what_does_not_add_up(moved: Books, attack: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        moved.connection.execute(attack)
    assert moved.is_balanced()


def test_another_order_under_a_known_id_is_refused_by_the_books_themselves(ledger: Ledger) -> None:
    """The portal's adapter notices it too, by the digest: here is the operator's own no."""
    order = order_of("payout", "a", 500)
    with ledger.changing() as books:
        carry_out(books, order, orderer="taxbridge", at=NOON)
        for other in (replace(order, amount_fen=600, least_fen=600), replace(order, payee="b")):
            with pytest.raises(OrderRefused):
                carry_out(books, other, orderer="taxbridge", at=NOON)
        with pytest.raises(OrderRefused):
            carry_out(books, order, orderer="stranger", at=NOON)
        assert (fen(books, "a"), fen(books, "b")) == (500, 0)


def test_nobody_pays_out_of_anothers_account(ledger: Ledger) -> None:
    with ledger.changing() as books:
        books.open_account("other", kind="bank", institution="ccb", owner="another-platform")
        books.move("in", payer="bank", payee="other", fen=10_000, day=NOON.date(), why="x")
        order = replace(order_of("payout", "a", 500), payer="other")
        answer = carry_out(books, order, orderer="taxbridge", at=NOON)
        assert (answer["state"], answer["code"]) == ("failed", "refused")
        assert fen(books, "a") == 0
