"""make as the caller: what is sent to it alone reaches the supervisor too."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from portal.embedded import launch

WATCHES = """
import signal, time
from portal.embedded.caller import Caller
signal.signal(signal.SIGHUP, signal.SIG_IGN)
caller = Caller()
print("watching", flush=True)
while not caller.gave_up():
    time.sleep(0.05)
print("gave up", flush=True)
"""

# Whoever starts the tests in the background has them ignore SIGINT, and make would inherit that.
MAKE = """
import os, signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp("make", ["make", "run"])
"""


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_signal_to_make_alone_is_noticed(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "watches.py").write_text(WATCHES, encoding="utf-8")
    (tmp_path / "Makefile").write_text(f"run:\n\t@{sys.executable} watches.py\n", encoding="utf-8")
    said = tmp_path / "said"
    with said.open("wb") as output:
        make = subprocess.Popen(
            [sys.executable, "-c", MAKE],
            cwd=tmp_path,
            env={**launch.plain_environment(), "PYTHONPATH": str(launch.ROOT)},
            stdout=output,
            stderr=output,
        )
    wait_until_said(said, "watching")
    below = psutil.Process(make.pid).children()
    time.sleep(0.3)
    assert "gave up" not in said.read_text(encoding="utf-8")
    make.send_signal(number)
    wait_until_said(said, "gave up")
    assert psutil.wait_procs(below, timeout=5)[1] == []
    make.wait(5)


def wait_until_said(said: Path, text: str) -> None:
    end = time.monotonic() + 20
    while text not in said.read_text(encoding="utf-8"):
        assert time.monotonic() < end, said.read_text(encoding="utf-8")
        time.sleep(0.05)
