"""What each mover of money answers over HTTP: orders, questions, payments of holders, drills."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from portal.config import env
from portal.core.wire import Typ, WireRefused
from portal.sandbox.money import drills
from portal.sandbox.money.answers import read_signed, signed_answer
from portal.sandbox.money.books import Account, Books, Ledger
from portal.sandbox.money.callbacks import Caller
from portal.sandbox.money.refusals import Failed, OrderRefused
from portal.sandbox.money.settings import Settings

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


class MoneyServer(ABC):
    """A WSGI application over one set of books; subclasses say what becomes of an order."""

    name: str
    title: str
    schema: str

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._key = settings.key()
        settings.orderers()  # a file that can't be read stops the start, not the first order
        self.ledger = Ledger(settings.books_file, self.schema)
        with self.ledger.changing() as books:
            books.open_account("issue", kind="issue", institution="pboc", owner="pboc")

    @abstractmethod
    def carry_out(self, books: Books, claims: dict[str, Any], at: datetime) -> dict[str, Any]:
        """The claims of the answer to an order; OrderRefused for another one under a known id."""

    @abstractmethod
    def look_up(self, books: Books, claims: dict[str, Any]) -> dict[str, Any]:
        """The claims of the answer to a question."""

    @abstractmethod
    def answer_about(self, books: Books, order_id: str) -> dict[str, Any]:
        """The claims of a call about an order that is over."""

    @abstractmethod
    def spend(self, books: Books, names: dict[str, str], fen: int, at: datetime) -> None:
        """A holder pays somebody; Failed where that can't be."""

    def begin(self) -> None:
        """Start what runs beside the answers."""
        if self.settings.callback_url:
            url = self.settings.callback_url
            Caller(self.ledger, url=url, answer_of=self._call_about).start()

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
        claims = self._read(body["order"], Typ.RAIL_ORDER, now)
        with self.ledger.changing() as books:
            answer = self.carry_out(books, claims, now)
            is_lost = drills.loses_this(books)
        if is_lost:
            raise Lost
        return self._signed(answer)

    def _question(self, body: dict[str, Any]) -> Answer:
        now = self._awake()
        claims = self._read(body["question"], Typ.RAIL_QUESTION, now)
        return self._signed(self.look_up(self.ledger.books, claims))

    def _payment(self, body: dict[str, Any]) -> Answer:
        """As the holder's own app would ask; the stand-in takes anybody for the holder."""
        now, fen = self._awake(), body["fen"]
        if type(fen) is not int or fen <= 0:
            raise ValueError("not an amount")
        names = {name: str(body[name]) for name in ("reference", "payer", "payee")}
        with self.ledger.changing() as books:
            self.spend(books, names, fen, now)
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

    def _read(self, token: str, typ: Typ, now: datetime) -> dict[str, Any]:
        keys = self.settings.orderers()
        return dict(read_signed(token, typ=typ, keys=keys, audience=self.name, now=now.timestamp()))

    def _signed(self, answer: dict[str, Any]) -> Answer:
        return Answer(json.dumps({"answer": self._token(answer)}))

    def _call_about(self, books: Books, order_id: str) -> str:
        return self._token(self.answer_about(books, order_id))

    def _token(self, answer: dict[str, Any]) -> str:
        return signed_answer(answer, issuer=self.name, key=self._key)

    def _page(self) -> str:
        books = self.ledger.books
        lines = [f"{self.title} (stand-in): no real money", ""]
        lines.append(f"Books add up: {'yes' if books.is_balanced() else 'NO'}")
        lines.append("")
        lines += [_line(account) for account in books.accounts()]
        return "\n".join([*lines, ""])


def begin(server: MoneyServer) -> MoneyServer:
    """The application of a process: it logs, and what runs beside it is started."""
    logging.basicConfig(
        level=env.text("TAXBRIDGE_LOG_LEVEL", "INFO"),
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    server.begin()
    return server


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
