from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connections

from ledger.format.note_keys import Signer
from tests.witness.running import RunningWitness


@pytest.fixture
def names() -> Iterator[Callable[[str], str]]:
    """Names of this test's own: cosignatures stay, and other tests have witnesses too."""
    mark = uuid4().hex[:8]
    yield lambda name: f"{name}-{mark}"
    with connections["gatherer"].cursor() as cursor:
        cursor.execute(
            "UPDATE ledger.witness_state SET problem = NULL WHERE witness LIKE %s", [f"%-{mark}"]
        )


@pytest.fixture
def real(
    tmp_path: Path, signer: Signer, names: Callable[[str], str]
) -> Iterator[Callable[[str], RunningWitness]]:
    """Makes a real witness of the test's ledger, in a process of its own."""
    with ExitStack() as stack:

        def make(name: str) -> RunningWitness:
            logs = f"log {signer.verifier}\nquorum none\n"
            running = RunningWitness(tmp_path / name, f"w.example/{names(name)}", logs)
            stack.callback(running.kill)
            return running

        yield make
