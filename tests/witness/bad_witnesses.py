"""Servers in a witness's place that hang, drip or lie."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

# What is done with a connection on which a request has come in.
Behaviour = Callable[[socket.socket, bytes], None]


def hang(_connection: socket.socket, _request: bytes) -> None:
    """Take the request and never answer."""
    time.sleep(60)


def drip(connection: socket.socket, _request: bytes) -> None:
    """A byte now and then, so that no single wait is long."""
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 100:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def always(status: int, text: str) -> Behaviour:
    """The same answer to everything."""
    return answering(lambda _request: (status, text))


def answering(answer: Callable[[str], tuple[int, str]]) -> Behaviour:
    """The answer that ``answer`` gives to a request's body."""

    def behave(connection: socket.socket, request: bytes) -> None:
        status, text = answer(request.partition(b"\r\n\r\n")[2].decode())
        body = text.encode(errors="surrogateescape")
        connection.sendall(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        connection.sendall(body)

    return behave


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """The address of a server that closes each connection after one answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=_serve, args=(connection, behaviour), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        # Only this wakes a thread that waits in accept.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _serve(connection: socket.socket, behaviour: Behaviour) -> None:
    with connection, suppress(OSError):
        behaviour(connection, _request(connection))


def _request(connection: socket.socket) -> bytes:
    found = b""
    while b"\r\n\r\n" not in found:
        found += connection.recv(65536)
    head, _, body = found.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    wanted = int(lengths[0].partition(b":")[2]) if lengths else 0
    while len(body) < wanted:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
