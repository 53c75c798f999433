"""The embedded servers themselves: passwords, leftovers of a killed run, root."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from portal.embedded import launch, linux, ports, postgres, valkey


@contextmanager
def running(cluster: postgres.Postgres) -> Iterator[psutil.Process]:
    server = cluster.start()
    try:
        yield psutil.Process(server.pid)
    finally:
        postgres.stop(server)


@pytest.fixture
def cluster(tmp_path: Path) -> postgres.Postgres:
    return postgres.Postgres(tmp_path / "pg", ports.free_port(), "right", durable=False)


def answer(url: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW password_encryption").fetchone()
    assert row is not None
    return row[0]


def test_every_log_in_needs_its_password(cluster: postgres.Postgres) -> None:
    with running(cluster):
        assert answer(cluster.admin_url) == "scram-sha-256"
        wrong = cluster.url_for("postgres", "wrong", "postgres")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            answer(wrong)
        rules = (cluster.data / "pg_hba.conf").read_text(encoding="utf-8").splitlines()
    methods = {rule.split()[-1] for rule in rules if rule and not rule.startswith("#")}
    assert methods == {"scram-sha-256"}


def test_a_killed_server_starts_again(cluster: postgres.Postgres) -> None:
    with running(cluster) as server:
        server.kill()
        server.wait(10)
    assert (cluster.data / "postmaster.pid").exists()
    with running(cluster):
        assert answer(cluster.admin_url)


def test_a_stale_lock_that_names_another_process_is_cleared(cluster: postgres.Postgres) -> None:
    with running(cluster):
        lock = (cluster.data / "postmaster.pid").read_text(encoding="ascii").splitlines()
    lines = [str(os.getppid()), *lock[1:]]
    (cluster.data / "postmaster.pid").write_text("\n".join(lines), encoding="ascii")
    with running(cluster):
        assert answer(cluster.admin_url)


def test_a_server_left_running_is_stopped_first(cluster: postgres.Postgres) -> None:
    with running(cluster) as leftover:
        moved = postgres.Postgres(cluster.folder, ports.free_port(), "right", durable=False)
        with running(moved) as server:
            assert not leftover.is_running() or leftover.status() == psutil.STATUS_ZOMBIE
            assert server.is_running()


def test_a_half_made_cluster_is_made_again(cluster: postgres.Postgres) -> None:
    (cluster.folder / "data-unfinished").mkdir(parents=True)
    (cluster.folder / "data-unfinished" / "PG_VERSION").write_text("18", encoding="ascii")
    with running(cluster):
        assert answer(cluster.admin_url)


def test_another_password_than_the_clusters_is_said(cluster: postgres.Postgres) -> None:
    with running(cluster):
        pass
    other = postgres.Postgres(cluster.folder, cluster.port, "other", durable=False)
    with pytest.raises(launch.StartFailed, match="made with another password"):
        other.start()
    assert not ports.is_answering(cluster.port)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs it")
def test_root_gets_a_server_that_is_not_root(cluster: postgres.Postgres) -> None:
    with running(cluster) as server:
        mapping = Path(f"/proc/{server.pid}/uid_map").read_text(encoding="ascii").split()
        assert mapping == ["1", "0", "1"]
        assert cluster.data.stat().st_uid == 0


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root needs it"
)
def test_root_without_user_namespaces_gets_a_server_too(
    cluster: postgres.Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linux, "may_enter_user_namespace", lambda: False)
    with running(cluster) as server:
        assert server.username() == "nobody"
        assert answer(cluster.admin_url)


def test_the_broker_needs_its_password_and_shows_it_to_nobody(tmp_path: Path) -> None:
    broker = valkey.Valkey(tmp_path, ports.free_port(), "right-one")
    server = broker.start()
    try:
        with redis.Redis(port=broker.port) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        told = psutil.Process(server.pid)
        assert "right-one" not in " ".join([*told.cmdline(), *told.environ().values()])
    finally:
        valkey.stop(server)
    assert server.returncode in {0, -signal.SIGTERM}
