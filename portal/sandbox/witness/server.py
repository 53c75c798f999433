"""The witness over HTTP: C2SP tlog-witness, and a small page for people."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from ledger.format.cosignatures import CosigningKey
from portal.sandbox.witness.cosign import cosign
from portal.sandbox.witness.memory import Memory
from portal.sandbox.witness.settings import Settings
from portal.sandbox.witness.submission import (
    MOST_BYTES,
    AnotherSize,
    Refused,
    Submission,
    malformed,
)

log = logging.getLogger(__name__)

READ_SECONDS = 10.0
TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    body: str
    status: HTTPStatus = HTTPStatus.OK
    content_type: str = TEXT


class Server:
    """The WSGI application of one witness."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key: CosigningKey = settings.key()
        self._memory = Memory(settings.memory_file)
        # A file that can't be read stops the start, not the first request.
        settings.logs()

    def __call__(
        self, environment: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        try:
            answer = self._answer(environment)
        except AnotherSize as refusal:
            answer = Answer(f"{refusal.size}\n", refusal.status, SIZE)
        except Refused as refusal:
            log.warning("Refused with %d: %s", refusal.status, refusal)
            answer = Answer(f"{refusal}\n", refusal.status)
        body = answer.body.encode()
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(body)))]
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [body]

    def _answer(self, environment: WSGIEnvironment) -> Answer:
        path, method = environment.get("PATH_INFO", ""), environment["REQUEST_METHOD"]
        expected = "POST" if path == "/add-checkpoint" else "GET"
        if method != expected:
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"Only {expected} is answered here.")
        if path == "/add-checkpoint":
            return self._add_checkpoint(_body(environment))
        return Answer(self._page() if path == "/" else self._checkpoint(path))

    def _add_checkpoint(self, body: bytes) -> Answer:
        line = cosign(
            Submission.parse(body),
            key=self._key,
            logs=self._settings.logs(),
            memory=self._memory,
            now=int(time.time()),
        )
        return Answer(line)

    def _checkpoint(self, path: str) -> str:
        """The last note of the log whose hashed origin stands in the path."""
        for latest in self._memory.book.all():
            if path == monitoring_path(latest.origin):
                return latest.note
        raise Refused(HTTPStatus.NOT_FOUND, "No log of that name was cosigned here.")

    def _page(self) -> str:
        lines = [
            f"Witness       {self._key.name}",
            f"Verifier key  {self._key.cosigner}",
            "",
            "It cosigns a log's checkpoint if it continues the one that it cosigned before.",
            "",
        ]
        for latest in self._memory.book.all():
            at = datetime.fromtimestamp(latest.cosigned_at, tz=UTC).isoformat(" ")
            lines += [latest.origin, f"  {latest.size} entries, cosigned {at}"]
            lines += [f"  {monitoring_path(latest.origin)}", ""]
        return "\n".join(lines)


def monitoring_path(origin: str) -> str:
    """Where the last checkpoint of a log is shown."""
    return f"/{sha256(origin.encode()).hexdigest()}/checkpoint"


def _body(environment: WSGIEnvironment) -> bytes:
    """The request's body, as much of it as is read at all; a sender who dawdles is left."""
    connection = environment.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(READ_SECONDS)
    try:
        body: bytes = environment["wsgi.input"].read(MOST_BYTES + 1)
    except OSError as error:
        raise malformed("The request did not come in time.") from error
    return body
