"""How fast the import is, beside a loop that only splits the same files into cells.

Usage: DATABASE_URL_TAX_AUTHORITY=postgresql://… python bench/import_tax_data.py FOLDER
The store should be empty for the first figure and is full for the second.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    rows, seconds = csv_loop(folder)
    print(f"csv.reader alone, one process: {rows:,} rows, {rows / seconds:,.0f} rows/s")
    command("migrate", "--verbosity=0")
    for title in ("import, first run", "import, second run"):
        before = processor_seconds()
        said, seconds, peak = command("import_tax_data", str(folder))
        used = processor_seconds() - before
        found = re.search(r"Invoices: ([\d,]+) read.*\nOf those accepted, ([\d,]+) are new", said)
        if found is None:
            raise SystemExit(said)
        rate = int(found[1].replace(",", "")) / seconds
        print(
            f"{title}: {found[1]} rows, {found[2]} new, {seconds:.1f} s with start-up, "
            f"{rate:,.0f} rows/s, {used:.1f} s of processor time, "
            f"{peak / 2**20:.0f} MB in all processes together"
        )


def processor_seconds() -> float:
    """Used so far by our ended children; says more than the clock on a busy machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def csv_loop(folder: Path) -> tuple[int, float]:
    started = time.perf_counter()
    rows = 0
    for path in sorted(folder.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows += sum(1 for _ in csv.reader(file)) - 1
    return rows, time.perf_counter() - started


def command(*arguments: str) -> tuple[str, float, int]:
    """Output, seconds, and the highest sum of the processes' proportional memory."""
    with tempfile.TemporaryDirectory() as data:
        settings = {
            "DJANGO_SETTINGS_MODULE": "portal.sandbox.taxauthority.settings",
            "TAXBRIDGE_SECRET_KEY": "bench",
            "TAXBRIDGE_DATA_DIR": data,
            "PYTHONPATH": str(ROOT),
        }
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "django", *arguments],
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            text=True,
        )
        peaks = [0]
        watcher = threading.Thread(target=watch, args=(process.pid, peaks))
        watcher.start()
        said, _ = process.communicate()
        seconds = time.perf_counter() - started
        watcher.join()
    if process.returncode:
        raise SystemExit(said)
    return said, seconds, peaks[0]


def watch(pid: int, peaks: list[int]) -> None:
    try:
        parent = psutil.Process(pid)
        while True:
            family = [parent, *parent.children(recursive=True)]
            peaks[0] = max(peaks[0], sum(memory(one) for one in family))
            time.sleep(0.5)
    except psutil.NoSuchProcess:
        return


def memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return 0


if __name__ == "__main__":
    main()
