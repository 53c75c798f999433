"""A witness over HTTP, from the log's side: C2SP tlog-witness."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from threading import Timer
from urllib.parse import urlsplit

from ledger.format.base64_text import written
from ledger.format.notes import SIZE_LIMIT
from ledger.format.policy import Witness
from ledger.witnessing.problems import NotCosigned, Problem

SECONDS = 3.0
MOST_CHARACTERS = 64 * 1024
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and text of an answer."""

    status: int
    text: str


class Line:
    """The way to one witness: a connection that is kept from one checkpoint to the next.

    No proxy, no redirect: this address and no other. Whatever is answered, and however slowly,
    it takes ``seconds`` to connect and ``seconds`` for the answer at the most.
    """

    def __init__(self, url: str, *, seconds: float = SECONDS) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host = None
        if not host or parts.scheme not in {"http", "https"}:
            raise NotCosigned(Problem.UNREACHABLE, f"{url!r} is no address of a witness.")
        is_secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
        self._connection = kind(host, port, timeout=seconds)
        self._prefix = parts.path.rstrip("/")
        self._seconds = seconds

    def add_checkpoint(self, *, old_size: int, proof: Sequence[bytes], note: str) -> Reply:
        """What the witness says to a checkpoint. Refuses (`NotCosigned`) when it says nothing."""
        hashes = "".join(f"{written(node)}\n" for node in proof)
        return self._ask("POST", "/add-checkpoint", f"old {old_size}\n{hashes}\n{note}")

    def newest(self, origin: str) -> Reply:
        """The last checkpoint it cosigned for a log. Refuses as `add_checkpoint` does."""
        return self._ask("GET", f"/{sha256(origin.encode()).hexdigest()}/checkpoint")

    def close(self) -> None:
        """Let go of the connection; the next question makes another."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: str = "") -> Reply:
        is_kept = self._connection.sock is not None
        try:
            return self._asked_once(method, path, body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            # A kept connection may have been closed by the other side in the meantime.
            if is_kept and isinstance(error, (ConnectionError, http.client.RemoteDisconnected)):
                return self._ask(method, path, body)
            raise NotCosigned(Problem.UNREACHABLE, repr(error)) from error

    def _asked_once(self, method: str, path: str, body: str) -> Reply:
        if self._connection.sock is None:
            self._connection.connect()
        with _cut_after(self._connection.sock, self._seconds):
            self._connection.request(method, self._prefix + path, body.encode() or None)
            response = self._connection.getresponse()
            text = response.read(MOST_CHARACTERS).decode()
        if not response.isclosed():  # more is coming, of which nothing is wanted
            self.close()
        return Reply(response.status, text)


def newest_at(witness: Witness, origin: str, *, seconds: float = SECONDS) -> str | None:
    """The note of the last checkpoint that a witness cosigned for a log; None: it never did.

    Nothing of it is checked yet: `Policy.opened` does that. Refuses (`NotCosigned`) when there is
    no answer, or another than the protocol's.
    """
    line = Line(witness.url, seconds=seconds)
    try:
        reply = line.newest(origin)
    finally:
        line.close()
    if reply.status == HTTPStatus.NOT_FOUND:
        return None
    if reply.status != HTTPStatus.OK:
        raise NotCosigned(Problem.REFUSED, f"{witness.name} answers {reply.status}.")
    return reply.text


def size_in(reply: Reply) -> int | None:
    """The size that a conflict names; None if it names none, or one that no log can have."""
    match = _SIZE.fullmatch(reply.text)
    size = int(match[1]) if match else None
    return None if size is None or size >= SIZE_LIMIT else size


@contextmanager
def _cut_after(connection: socket.socket, seconds: float) -> Iterator[None]:
    """A socket's own timeout begins anew with each byte; this one doesn't."""

    def cut() -> None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
