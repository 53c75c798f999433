"""Checking a whole ledger, against a loop over the same bodies with as many SHA-256 calls.

The loop holds the bodies in memory and runs in one process: leaf and node hashes for an export, and
the chain's links too for the database.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from bench.bars import Bars
from bench.scratch import ROOT

LEAST_EXPORT = 0.70
LEAST_DATABASE = 0.50
MOST_MEMORY = 1.5
SAMPLE = 500_000
_MEASURED = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[1:])
sys.stderr.write(f"peak {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}")
sys.exit(ended.returncode)
"""


def checking(bars: Bars, environment: Mapping[str, str], folder: Path, *, entries: int) -> None:
    """Export the ledger, verify the export, and check the database, each as a user would."""
    loop_tree, loop_chain = _loops(min(entries, SAMPLE))
    took, kilobytes = _timed(environment, _manage("export_ledger", str(folder)))
    print(f"export of {entries:,} entries: {took:.0f} s, {kilobytes / 1024:.0f} MiB")
    verifier = [sys.executable, str(folder / "verify_taxbridge.py"), "log", str(folder)]
    hashes = "--hashes-only"  # the loop reads no JSON either
    runs = {
        "one process": [hashes],
        "two processes": [hashes, "--processes", "2"],
        "and events": [],
    }
    for says, options in runs.items():
        command = [*verifier, "--policy", str(folder / "policy"), *options]
        took, kilobytes = _timed(environment, command)
        said = f"{entries / took:,.0f} entries/s, {kilobytes / 1024:.0f} MiB"
        ratio = loop_tree * entries / took
        if says == "one process":
            bars.at_least(f"export verified / loop, {says}", ratio, LEAST_EXPORT, said=said)
        else:
            print(f"  ({says}: {ratio:.2f}, {said})")
    command = _manage("ledger_fsck", "--processes", "2")
    took, kilobytes = _timed(environment, command)
    said = f"{entries / took:,.0f} entries/s, {kilobytes / 1024:.0f} MiB"
    ratio = loop_chain * entries / took
    bars.at_least("database checked / loop, two processes", ratio, LEAST_DATABASE, said=said)


def memory(
    bars: Bars, few: Mapping[str, str], many: Mapping[str, str], folder: Path, *, says: str
) -> None:
    """The largest resident set of each command, over a small and a large ledger."""
    for name in ("export_ledger", "verify_taxbridge.py", "ledger_fsck"):
        found = []
        for number, environment in enumerate((few, many)):
            place = folder / str(number)
            command = {
                "export_ledger": _manage("export_ledger", str(place)),
                "verify_taxbridge.py": [
                    sys.executable,
                    *(str(place / "verify_taxbridge.py"), "log", str(place)),
                    *("--policy", str(place / "policy")),
                ],
                "ledger_fsck": _manage("ledger_fsck", "--processes", "2"),
            }[name]
            found.append(_timed(environment, command)[1] / 1024)
        said = f"{found[0]:.0f} and {found[1]:.0f} MiB"
        bars.at_most(f"memory of {name}, {says}", found[1] / found[0], MOST_MEMORY, said=said)


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def _timed(environment: Mapping[str, str], command: Iterable[str]) -> tuple[float, int]:
    """Seconds, and kilobytes of the largest process; stops the bench unless it ends with 0.

    A small process starts it: a child's largest set counts from before it became the command.
    """
    wrapped = [sys.executable, "-S", "-c", _MEASURED, *command]
    started = perf_counter()
    result = subprocess.run(
        wrapped, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False
    )
    took = perf_counter() - started
    if result.returncode:
        asked = re.sub(r"\S*/", "", " ".join(command))
        raise SystemExit(f"{asked} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return took, int(result.stderr.rpartition("peak ")[2])


def _loops(entries: int) -> tuple[float, float]:
    """Seconds for one entry: leaf and node; leaf, node and link."""
    # Needs settings.
    from bench.ledger_world import bodies  # noqa: PLC0415

    held = [body for _, body in bodies(0, entries)]
    started = perf_counter()
    leaves = [sha256(b"\0" + body).digest() for body in held]
    level = leaves
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\1" + left + right).digest() for left, right in pairs]
    tree = perf_counter() - started
    link = bytes(32)
    for leaf in leaves:
        link = sha256(link + leaf).digest()
    return tree / entries, (perf_counter() - started) / entries
