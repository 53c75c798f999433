"""The whole system, prepared once for all tests of this folder that need it."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.embedded.prepared import prepared_folder
from tests.embedded.whole_system import WholeSystem, holding, start


@pytest.fixture(scope="package")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[WholeSystem]]:
    """All runs in one data folder, the last one perhaps alive."""
    folder = prepared_folder(tmp_path_factory, "whole")
    runs = [start(folder)]
    yield runs
    if runs[-1].process.poll() is None:
        runs[-1].process.send_signal(signal.SIGTERM)
        runs[-1].process.wait(90)
    left = holding(folder)
    assert not left, "\n".join(left)


@pytest.fixture
def system(runs: list[WholeSystem]) -> WholeSystem:
    """The run that is alive, or a new one."""
    if runs[-1].process.poll() is not None:
        runs.append(start(runs[0].folder))
    runs[-1].wait_until_ready()
    return runs[-1]
