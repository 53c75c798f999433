"""The servers of one test session: chosen by the settings, started by `tests/conftest.py`.

`settle()` only decides addresses and puts them into the environment, so that a settings module
may call it. The first process of a session (pytest's controller) starts the servers; pytest-xdist
workers and processes that tests start inherit the addresses. A session has a folder of its own,
so several run side by side; one made from the same migrations is copied, not built.
DATABASE_URL_ADMIN and TAXBRIDGE_BROKER_URL in the environment name real servers instead.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from portal.embedded import fingerprint, launch, ports, postgres, valkey
from portal.embedded.credentials import LOGINS
from portal.embedded.private_file import write_private

FOLDER = launch.ROOT / "var" / "test"
PREFIX = "taxbridge_test_"
KEPT_TEMPLATES = 2
_PLAN = "TAXBRIDGE_TEST_SERVERS"
DATABASE_NAMED = "TAXBRIDGE_TEST_DATABASE"


@dataclass(frozen=True)
class Plan:
    """Where this session's servers are; port 0 stands for a server that is not ours."""

    folder: str
    admin_url: str
    broker_url: str
    database_port: int
    broker_port: int

    @property
    def is_embedded(self) -> bool:
        """True when this session starts its own database server."""
        return self.database_port != 0


def settle(environment: MutableMapping[str, str] = os.environ) -> Plan:
    """Decide, or read, this session's addresses; the environment then names them all."""
    if _PLAN in environment:
        plan = Plan(**json.loads(environment[_PLAN]))
    else:
        plan = _plan_for(environment)
        environment[_PLAN] = json.dumps(asdict(plan))
    worker = environment.get("PYTEST_XDIST_WORKER", "main")
    database = environment.get(DATABASE_NAMED) or PREFIX + worker
    environment.update(urls_for(plan, database=database, worker=worker))
    return plan


def urls_for(plan: Plan, *, database: str, worker: str = "main") -> dict[str, str]:
    """The settings of a process that works on ``database`` with all log-ins."""
    server = urlsplit(plan.admin_url).netloc.rpartition("@")[2]
    number = int(worker.removeprefix("gw")) + 1 if worker.startswith("gw") else 0
    data = Path(plan.folder) / f"data-{worker}"
    found = {
        f"DATABASE_URL_{login.upper()}": (
            f"postgresql://{PREFIX}{login}:{_password(login)}@{server}/{database}"
        )
        for login in LOGINS
    }
    return {
        **found,
        "DATABASE_URL_ADMIN": plan.admin_url,
        "TAXBRIDGE_BROKER_URL": plan.broker_url.rpartition("/")[0] + f"/{number}",
        "TAXBRIDGE_ROLE_PREFIX": PREFIX,
        "TAXBRIDGE_SECRET_KEY": _password("secret key"),
        "TAXBRIDGE_DATA_DIR": str(data),
        "TAXBRIDGE_KEYS_DIR": str(data / "keys"),
    }


@contextmanager
def running(plan: Plan) -> Iterator[None]:
    """Keep the session's servers up; afterwards keep its template for the next one."""
    folder = Path(plan.folder)
    with _claim(folder), ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        if plan.is_embedded:
            _copy_newest_template(folder)
            database = _cluster(plan).start()
            stack.callback(_stop_database, database, folder)
        if plan.broker_port:
            broker = valkey.Valkey(folder, plan.broker_port, _password("broker")).start()
            stack.callback(valkey.stop, broker)
        yield


def _stop_database(server: subprocess.Popen[bytes], folder: Path) -> None:
    if postgres.stop(server):
        _keep_template(folder)


def _plan_for(environment: MutableMapping[str, str]) -> Plan:
    folder = FOLDER / f"session-{os.getpid()}-{secrets.token_hex(4)}"
    admin_url = environment.get("DATABASE_URL_ADMIN", "")
    broker_url = environment.get("TAXBRIDGE_BROKER_URL", "")
    database_port = 0 if admin_url else ports.free_port()
    broker_port = 0 if broker_url else ports.free_port()
    password = _password(postgres.SUPERUSER)
    cluster = postgres.Postgres(folder, database_port, password)
    broker = valkey.Valkey(folder, broker_port, _password("broker"))
    return Plan(
        str(folder),
        admin_url or cluster.admin_url,
        broker_url or broker.url_for(),
        database_port,
        broker_port,
    )


def _cluster(plan: Plan) -> postgres.Postgres:
    password = _password(postgres.SUPERUSER)
    return postgres.Postgres(Path(plan.folder), plan.database_port, password, durable=False)


def _password(name: str) -> str:
    """Derived from one secret of this checkout, so a copied cluster keeps its passwords."""
    seed = FOLDER / "seed"
    if not seed.exists():
        with _one_at_a_time():
            if not seed.exists():
                write_private(seed, secrets.token_hex(32))
    key = seed.read_text(encoding="ascii").encode()
    return hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:32]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _claim(folder: Path) -> Iterator[None]:
    """Make the session's folder and hold its lock; remove folders of killed sessions."""
    with _one_at_a_time():
        for other in FOLDER.glob("session-*"):
            if _is_left_behind(other):
                shutil.rmtree(other, ignore_errors=True)
        folder.mkdir(mode=0o700)
        held = _lock_of(folder)
        fcntl.flock(held, fcntl.LOCK_EX)
    with held:
        yield


def _is_left_behind(folder: Path) -> bool:
    with _lock_of(folder) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _lock_of(folder: Path) -> IO[str]:
    return (folder / "held").open("w")


def _copy_newest_template(folder: Path) -> None:
    kept = FOLDER / f"template-{fingerprint.of_schema()}"
    with _one_at_a_time():
        if (kept / "data").exists():
            os.utime(kept)
            shutil.copytree(kept / "data", folder / "data")
            shutil.copy(kept / "template", folder / "template")


def _keep_template(folder: Path) -> None:
    """Hand the stopped cluster to the next session, if this one built its template."""
    built = folder / "template"
    if not built.exists():
        return
    kept = FOLDER / f"template-{built.read_text(encoding='ascii')}"
    with _one_at_a_time():
        if kept.exists():
            return
        kept.mkdir(mode=0o700)
        built.rename(kept / "template")
        (folder / "data").rename(kept / "data")
        by_age = sorted(FOLDER.glob("template-*"), key=lambda path: path.stat().st_mtime)
        for old in by_age[:-KEPT_TEMPLATES]:
            shutil.rmtree(old)
