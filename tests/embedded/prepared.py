"""A data folder that a first start has filled, copied for each system that the tests start.

A first start takes three times as long as the next one, and packages on several workers each
start a system of their own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.embedded.whole_system import start


def prepared_folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """A new copy; whoever comes first fills the original, and the others wait for it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    original = shared / "prepared" / "run"
    original.parent.mkdir(exist_ok=True)
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not original.exists():
            _fill(original)
    return Path(shutil.copytree(original, tmp_path_factory.mktemp(name) / "run", symlinks=True))


def _fill(original: Path) -> None:
    """Under another name until it is whole: a start that fails leaves nothing to be copied."""
    system = start(original.with_name("filling"))
    try:
        system.wait_until_ready()
    finally:
        system.process.send_signal(signal.SIGTERM)
        system.process.wait(90)
    system.folder.rename(original)
