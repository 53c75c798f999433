"""A watched process: started again with growing pauses, stopped with patience."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import psutil
import pytest

from portal.embedded import launch, watched

FINISHES = """
import signal, sys, time
def finish(number, frame):
    time.sleep(0.5)
    print("finished", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, finish)
print("working", flush=True)
while True:
    time.sleep(0.05)
"""
IGNORES = FINISHES.replace("time.sleep(0.5)", "return")
FORKS = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.setsid()
print("forked", flush=True)
time.sleep(60)
"""


def program(folder: Path, code: str, said: list[str], *, patience: float = 15) -> watched.Watched:
    (folder / "program.py").write_text(code, encoding="utf-8")
    log = folder / "program.log"

    def start() -> subprocess.Popen[bytes]:
        environment = {"PYTHONPATH": str(folder)}
        return launch.start("module", ["program"], environment=environment, log=log)

    return watched.Watched("program", log, start, said.append, stop_seconds=patience)


def wait_for(log: Path, text: str) -> None:
    end = time.monotonic() + 20
    while text not in (log.read_text(encoding="utf-8") if log.exists() else ""):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_running_task_is_finished_at_a_stop(tmp_path: Path) -> None:
    process = program(tmp_path, FINISHES, [])
    process.begin()
    wait_for(process.log, "working")
    assert watched.stop_all([process], is_hurried=lambda: False) == []
    assert "finished" in process.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(("patience", "hurried"), [(0.3, False), (60, True)])
def test_one_that_does_not_stop_is_killed(tmp_path: Path, patience: float, hurried: bool) -> None:  # noqa: FBT001
    process = program(tmp_path, IGNORES, [], patience=patience)
    process.begin()
    wait_for(process.log, "working")
    assert watched.stop_all([process], is_hurried=lambda: hurried) == ["program"]
    assert not process.is_running()


def test_deaths_in_a_row_lengthen_the_pause_and_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "FIRST_PAUSE", 0.01)
    said: list[str] = []
    process = program(tmp_path, "import sys; sys.exit('no such file: 7')", said)
    end = time.monotonic() + 30
    while process.deaths < watched.LOOP_AFTER:
        process.look_after()
        assert time.monotonic() < end
    assert said[0] == "program ended (code 1); starting it again in 0 s."
    assert "keeps failing" in said[-1]
    assert "no such file: 7" in said[-1]
    assert process.due - time.monotonic() > 0.01 * 2


def test_forks_of_forks_end_with_the_process(tmp_path: Path) -> None:
    process = program(tmp_path, FORKS, [])
    process.begin()
    assert process.process is not None
    wait_for(process.log, "forked\nforked\nforked")
    below = psutil.Process(process.process.pid).children(recursive=True)
    assert len(below) == 2
    process.process.kill()  # this one only, not its session
    assert psutil.wait_procs(below, timeout=5)[1] == []
    process.process.wait()
