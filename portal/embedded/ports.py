"""Free ports, and who holds a taken one."""

from __future__ import annotations

import contextlib
import secrets
import socket
import time
from pathlib import Path

_LISTENING = "0A"
_OURS = range(15_000, 32_768)  # below the range from which Linux gives out ports by default
_TRIES = 200


def free_port() -> int:
    """A port of the loopback interface that nobody holds now.

    Not one that the kernel hands out: until its server listens, any outgoing connection of the
    machine could get it.
    """
    for _ in range(_TRIES):
        port = secrets.choice(_OURS)
        if is_free(port):
            return port
    raise OSError(f"No free port among {_OURS.start} to {_OURS.stop - 1}.")


def is_free(port: int) -> bool:
    """True when a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_answering(port: int) -> bool:
    """True when somebody accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_free(ports: list[int], *, seconds: float) -> list[int]:
    """Wait for processes of an ended run to let go; the ports still taken after that."""
    end = time.monotonic() + seconds
    while (taken := [port for port in ports if not is_free(port)]) and time.monotonic() < end:
        time.sleep(0.1)
    return taken


def holder_of(port: int) -> str:
    """Who listens on a port, as far as this user may see: ``process 42 (python -m x)``."""
    sockets = {f"socket:[{inode}]" for inode in _listening_sockets(port)}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(link.readlink().name in sockets for link in (folder / "fd").iterdir()):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                line = b" ".join(words).decode(errors="replace").strip()
                return f"process {folder.name} ({line[:100]})"
    return "a process of another user"


def _listening_sockets(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(fields[9])
    return found
