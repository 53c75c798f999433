"""The same answer bit for bit in another process, whatever its hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PROGRAM = """
import hashlib
from scoring.engine.assess import assess
from scoring.engine.model import shipped_model
from tests.scoring.made_up import AS_OF, kiosk, orchard, sleeper, summaries_of
for firm in (orchard, kiosk, sleeper):
    summaries = summaries_of(firm())
    for summary in summaries:
        print(hashlib.sha256(summary.to_json()).hexdigest())
    print(assess(summaries, as_of=AS_OF, model=shipped_model()))
"""


def _run(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("hash_seed", ["1", "4294967295"])
def test_two_processes_agree_to_the_byte(hash_seed: str) -> None:
    first = _run("0")
    assert "Assessment(score=" in first
    assert _run(hash_seed) == first


def test_the_engine_needs_the_standard_library_only() -> None:
    program = (
        "import sys; before = set(sys.modules); import scoring.engine.assess\n"
        "import scoring.engine.reason_texts\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['scoring']"
