"""The database server and the broker of a run: embedded, or the real ones that URLs name."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded import ports, postgres, valkey
from portal.embedded.credentials import Credentials
from portal.embedded.installation import ADMIN_URL, BROKER_URL, Installation
from portal.embedded.watched import Watched

OWNER_URL = "DATABASE_URL_OWNER"


@dataclass
class Servers:
    """What was started, in the order of starting, and the installation that uses it."""

    installation: Installation
    started: list[Watched] = field(default_factory=list)
    is_new: bool = True


def plan_servers(
    folder: Path,
    *,
    base_port: int,
    say: Callable[[str], None],
    given: Mapping[str, str] = os.environ,
) -> Servers:
    """Decide which servers are ours. Nothing is started yet: `start_servers` does."""
    credentials = Credentials(folder / "secrets")
    started: list[Watched] = []
    admin_url, broker_url = given.get(ADMIN_URL, ""), given.get(BROKER_URL, "")
    is_new = True
    if not admin_url and OWNER_URL not in given:
        given = {name: url for name, url in given.items() if not name.startswith("DATABASE_URL_")}
        cluster = postgres.Postgres(
            folder / "postgres", ports.free_port(), credentials.password("superuser")
        )
        is_new = not cluster.is_made()
        admin_url = cluster.admin_url
        started.append(_watched_database(cluster, say))
    if not broker_url:
        broker = valkey.Valkey(folder / "log", ports.free_port(), credentials.password("broker"))
        broker_url = broker.url_for()
        started.append(
            Watched("broker", broker.log, broker.start, say, stop_seconds=valkey.STOP_SECONDS)
        )
    installation = Installation(folder, base_port, admin_url, broker_url, dict(given))
    return Servers(installation, started, is_new)


def _watched_database(cluster: postgres.Postgres, say: Callable[[str], None]) -> Watched:
    return Watched(
        "database",
        cluster.log,
        cluster.start,
        say,
        stop_signal=signal.SIGINT,  # the fast stop; SIGTERM waits for every client to leave
        stop_seconds=postgres.STOP_SECONDS,
    )


def make_folders(installation: Installation) -> None:
    """The run's folders; scratch files of the last run go, its logs are kept once."""
    installation.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    installation.folder.chmod(0o700)
    shutil.rmtree(installation.scratch, ignore_errors=True)
    for folder in (installation.scratch, installation.logs, installation.folder / "static"):
        folder.mkdir(exist_ok=True, mode=0o700)
    for log in installation.logs.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))
