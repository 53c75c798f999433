"""The signer as it runs in production: its own process, log-in and origin, spoken to over HTTP."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from portal.embedded import launch, ports
from tests.personas import browser_of, keys, people
from tests.signer.visiting import Signer

__all__ = ["browser_of", "keys", "people"]


@pytest.fixture(scope="session")
def signer(
    django_db_setup: None, keys: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Signer]:
    """A running signer on the worker's own database; its log is shown if it doesn't come up."""
    port = ports.free_port()
    log = tmp_path_factory.mktemp("signer") / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            _command(port), cwd=launch.ROOT, env=_environment(port), stdout=output, stderr=output
        )
    try:
        _wait_for(port, process, log)
        yield Signer(port)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _command(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "portal.signer.wsgi", "--no-control-socket"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"),
    ]


def _environment(port: int) -> dict[str, str]:
    """Only what the supervisor gives a signer: of all log-ins its own alone."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DATABASE_URL_", "DJANGO_", "PYTEST"))
    }
    return {
        **kept,
        "DATABASE_URL_SIGNER": os.environ["DATABASE_URL_SIGNER"],
        "DJANGO_SETTINGS_MODULE": "portal.signer.settings",
        "TAXBRIDGE_ROLE": "signer",
        "TAXBRIDGE_SECRET_KEY": "the signer's own secret in tests",
        "TAXBRIDGE_SIGNER_URL": f"http://127.0.0.1:{port}",
        "TAXBRIDGE_PORTAL_URL": settings.PORTAL_URL,
        "TAXBRIDGE_ALLOWED_HOSTS": "",
    }


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail(f"the signer did not come up:\n{log.read_text()}")
