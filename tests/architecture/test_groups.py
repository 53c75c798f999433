"""Tests that share a running system stay on one worker."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("a group of one")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="runs without workers")
def test_a_group_is_part_of_the_name_that_the_scheduler_reads(
    request: pytest.FixtureRequest,
) -> None:
    assert request.node.nodeid.endswith("@a group of one")
