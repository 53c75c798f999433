"""The signer as it runs in production: its own process, log-in and origin, spoken to over HTTP."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from portal.embedded import launch, ports
from tests.signer.visiting import Signer


@pytest.fixture(scope="session")
def signer(
    django_db_setup: None, keys: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Signer]:
    """A running signer on the worker's own database; its log is shown if it doesn't come up."""
    port, folder = ports.free_port(), tmp_path_factory.mktemp("signer")
    log, environment = folder / "log", signer_environment(port, folder)
    with override_settings(STATIC_ROOT=folder / "static"):
        call_command("collectstatic", interactive=False, verbosity=0)
    process = launch.start("module", signer_command(port), environment=environment, log=log)
    try:
        wait_for_signer(port, process, log)
        yield Signer(port)
    finally:
        launch.stop(process, by=signal.SIGTERM, within=20)


def signer_command(port: int) -> list[str]:
    """As the supervisor starts it."""
    return [
        *("gunicorn", "portal.signer.wsgi", "--no-control-socket"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"),
    ]


def signer_environment(port: int, folder: Path) -> dict[str, str]:
    """Only what the supervisor gives a signer: of all log-ins its own alone."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("TAXBRIDGE_")}
    return {
        **kept,
        "DATABASE_URL_SIGNER": os.environ["DATABASE_URL_SIGNER"],
        "DJANGO_SETTINGS_MODULE": "portal.signer.settings",
        "TAXBRIDGE_ROLE": "signer",
        "TAXBRIDGE_DATA_DIR": str(folder),
        "TAXBRIDGE_KEYS_DIR": str(settings.KEYS_DIR),
        "TAXBRIDGE_SECRET_KEY": "the signer's own secret in tests",
        "TAXBRIDGE_SIGNER_URL": f"http://sign.localhost:{port}",
        "TAXBRIDGE_PORTAL_URL": settings.PORTAL_URL,
        "TAXBRIDGE_ALLOWED_HOSTS": "",
    }


def wait_for_signer(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers; shows its log when it ends instead."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/", headers={"Host": f"sign.localhost:{port}"})
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail(f"the signer did not come up:\n{launch.last_lines(log)}")
