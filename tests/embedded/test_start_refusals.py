"""What stands in the way of a start is named, with what to do about it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.embedded import launch, ports
from portal.embedded.run_lock import RunLock
from tests.embedded.whole_system import free_ports, holding, start


def test_a_taken_port_is_named_with_its_holder(tmp_path: Path) -> None:
    base_port = free_ports()
    with socket.create_server(("127.0.0.1", base_port + 1)):
        system = start(tmp_path / "run", base_port=base_port)
        assert system.process.wait(30) == 1
    said = system.said()
    assert f"port {base_port + 1} is taken by process {os.getpid()} (" in said
    assert "TAXBRIDGE_PORT=" in said
    assert not (tmp_path / "run" / "postgres").exists()


def test_a_port_held_by_someone_unseen_is_still_named() -> None:
    assert ports.holder_of(ports.free_port()) == "a process of another user"


@pytest.mark.parametrize("port", ["many", "0", "65534"])
def test_an_impossible_port_is_refused(port: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "portal.embedded"],
        cwd=launch.ROOT,
        env={**launch.plain_environment(), "TAXBRIDGE_PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert f"not {port}" in result.stderr


def test_a_real_server_that_refuses_us_is_said_and_nothing_is_left(
    tmp_path: Path, admin_url: str
) -> None:
    address = admin_url.rpartition("@")[2]
    given = {"DATABASE_URL_ADMIN": f"postgresql://postgres:wrong@{address}"}
    system = start(tmp_path / "run", given=given)
    assert system.process.wait(60) == 1
    assert "Can't start: Preparing database roles failed" in system.said()
    assert "password authentication failed" in system.said()
    assert "Starting the database" not in system.said()
    assert not holding(system.folder)


def test_real_servers_without_an_administrator_need_every_log_in(tmp_path: Path) -> None:
    given = {"DATABASE_URL_OWNER": "postgresql://o:p@127.0.0.1:1/x"}
    system = start(tmp_path / "run", given=given)
    assert system.process.wait(60) == 1
    assert "Can't start: Set DATABASE_URL_WEB, or DATABASE_URL_ADMIN" in system.said()


def test_the_lock_tells_a_stopped_run_from_a_killed_one(tmp_path: Path) -> None:
    with RunLock(tmp_path) as first:
        assert not first.was_killed
    with RunLock(tmp_path) as second:
        assert not second.was_killed
    (tmp_path / "lock").write_text("123", encoding="ascii")
    with RunLock(tmp_path) as third:
        assert third.was_killed


def test_the_lock_is_held_once(tmp_path: Path) -> None:
    with RunLock(tmp_path), pytest.raises(launch.StartFailed, match=str(os.getpid())):
        RunLock(tmp_path).__enter__()
