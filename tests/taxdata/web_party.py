"""An HTTP server in a thread that answers as it is told: well, badly, slowly, or half."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any

from django.db import connections


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. ``sent`` bytes of the body go out though its whole length was announced;
    with ``drip`` they go out one by one, so many seconds apart.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0
    sent: int | None = None
    drip: float = 0


def told(status: int, body: object) -> Answer:
    """JSON, unless it is bytes already."""
    return Answer(status, body if isinstance(body, bytes) else json.dumps(body).encode())


Respond = Callable[[str, Any], Answer]


@contextmanager
def served(respond: Respond) -> Iterator[str]:
    """The address of a server that answers every request by ``respond(path, JSON body)``."""
    ended = threading.Event()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(respond, ended))
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        ended.set()
        http.shutdown()
        thread.join()
        http.server_close()


def _handler(respond: Respond, ended: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: object) -> None:
            try:
                answer = respond(self.path, body)
            finally:
                connections.close_all()  # this thread's own
            ended.wait(answer.seconds)
            with suppress(OSError):  # the other side has hung up
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                _write(self.wfile, answer, ended)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    return Handler


def _write(out: BufferedIOBase, answer: Answer, ended: threading.Event) -> None:
    body = answer.body[: answer.sent]
    if not answer.drip:
        out.write(body)
        return
    for byte in body:
        if ended.wait(answer.drip):
            return
        out.write(bytes([byte]))
        out.flush()
