"""The operator over HTTP: orders, questions, payments of holders, drills, and a page for people."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from portal.core.wire import Typ, WireRefused
from portal.sandbox.ecny import drills
from portal.sandbox.ecny.answers import read_signed, signed_answer
from portal.sandbox.ecny.books import Account, Ledger
from portal.sandbox.ecny.interest import PAYER, close_days
from portal.sandbox.ecny.orders import Failed, Order, OrderRefused, carry_out, look_up, spend
from portal.sandbox.ecny.settings import ORDERER, Settings

log = logging.getLogger(__name__)
MOST_BYTES = 64 * 1024
READ_SECONDS = 10.0
REFUSALS: dict[type[Exception], HTTPStatus] = {
    WireRefused: HTTPStatus.BAD_REQUEST,
    OrderRefused: HTTPStatus.CONFLICT,
    Failed: HTTPStatus.UNPROCESSABLE_ENTITY,
}


class Lost(Exception):
    """No answer: a drill."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    body: str
    status: HTTPStatus = HTTPStatus.OK
    content_type: str = "application/json"


class Server:
    """The WSGI application of the operator."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = settings.key()
        settings.orderers()  # a file that can't be read stops the start, not the first order
        self.ledger = Ledger(settings.books_file)
        with self.ledger.changing() as books:
            books.open_account("issue", kind="issue", institution="pboc", owner="pboc")
            books.open_account(PAYER, kind="interest", institution="pboc", owner="pboc")

    def __call__(
        self, environment: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        answer = self._guarded(environment)
        body = answer.body.encode()
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(body)))]
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [body]

    def _guarded(self, environment: WSGIEnvironment) -> Answer:
        try:
            return self._answer(environment)
        except (WireRefused, OrderRefused, Failed) as refused:
            return _refusal(REFUSALS[type(refused)], refused.code)
        except (KeyError, TypeError, ValueError):
            return _refusal(HTTPStatus.BAD_REQUEST, "malformed")
        except sqlite3.IntegrityError:
            return _refusal(HTTPStatus.CONFLICT, "contradicts_the_books")
        except Lost:
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable")

    def _answer(self, environment: WSGIEnvironment) -> Answer:
        path, method = environment.get("PATH_INFO", ""), environment["REQUEST_METHOD"]
        if path == "/" and method == "GET":
            return Answer(self._page(), content_type="text/plain; charset=utf-8")
        act: Callable[[dict[str, Any]], Answer] | None = {
            "/orders": self._order,
            "/questions": self._question,
            "/payments": self._payment,
            "/drills": self._drill,
        }.get(path)
        if act is None:
            return _refusal(HTTPStatus.NOT_FOUND, "no_such_page")
        if method != "POST":
            return _refusal(HTTPStatus.METHOD_NOT_ALLOWED, "post_only")
        return act(_body(environment))

    def _order(self, body: dict[str, Any]) -> Answer:
        now = self._awake()
        token = body["order"]
        claims = read_signed(
            token, typ=Typ.RAIL_ORDER, keys=self._settings.orderers(), now=now.timestamp()
        )
        with self.ledger.changing() as books:
            close_days(books, now.date())
            answer = carry_out(books, Order.of(claims), orderer=ORDERER, at=now)
            is_lost = drills.loses_this(books)
        if is_lost:
            raise Lost
        return self._signed(answer)

    def _question(self, body: dict[str, Any]) -> Answer:
        now = self._awake()
        claims = read_signed(
            body["question"],
            typ=Typ.RAIL_QUESTION,
            keys=self._settings.orderers(),
            now=now.timestamp(),
        )
        return self._signed(look_up(self.ledger.books, str(claims["order"]), orderer=ORDERER))

    def _payment(self, body: dict[str, Any]) -> Answer:
        """As the holder's own wallet app would ask; the stand-in takes anybody for the holder."""
        now, fen = self._awake(), body["fen"]
        if type(fen) is not int or fen <= 0:
            raise ValueError("not an amount")
        with self.ledger.changing() as books:
            close_days(books, now.date())
            names = {name: str(body[name]) for name in ("reference", "payer", "payee")}
            spend(books, **names, fen=fen, at=now)
        return Answer("{}")

    def _drill(self, body: dict[str, Any]) -> Answer:
        with self.ledger.changing() as books:
            if "frozen" in body:
                books.freeze(str(body["wallet"]), frozen=body["frozen"] is True)
            else:
                drills.set_drill(books, str(body["name"]), float(body["value"]))
        return Answer("{}")

    def _awake(self) -> datetime:
        books = self.ledger.books
        if drills.is_down(books):
            raise Lost
        time.sleep(min(drills.value_of(books, drills.DELAY), READ_SECONDS))
        return datetime.now(UTC)

    def _signed(self, answer: dict[str, Any]) -> Answer:
        return Answer(json.dumps({"answer": signed_answer(answer, key=self._key)}))

    def _page(self) -> str:
        books = self.ledger.books
        lines = ["e-CNY operator (stand-in): no real money", ""]
        lines.append(f"Books add up: {'yes' if books.is_balanced() else 'NO'}")
        lines.append("")
        lines += [_line(account) for account in books.accounts()]
        return "\n".join([*lines, ""])


def _line(account: Account) -> str:
    yuan, fen = divmod(abs(account.fen), 100)
    amount = f"{'-' if account.fen < 0 else ''}{yuan:,}.{fen:02d}"
    return f"{account.kind:9} {account.id:60} {amount:>20}{' frozen' if account.is_frozen else ''}"


def _refusal(status: HTTPStatus, code: str) -> Answer:
    return Answer(json.dumps({"code": code}), status)


def _body(environment: WSGIEnvironment) -> dict[str, Any]:
    """The request's JSON object; ValueError or TypeError for anything else, or too much of it."""
    connection = environment.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(READ_SECONDS)
    try:
        raw: bytes = environment["wsgi.input"].read(MOST_BYTES + 1)
    except OSError as error:
        raise ValueError("the request did not come in time") from error
    found = json.loads(raw) if len(raw) <= MOST_BYTES else None
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found
