"""What a fetch costs in time and memory, for firms of 10,000 and 100,000 invoices, in one run.

    python bench/fetch.py [--rounds 3]

The sandbox authority in its own process, over HTTP; each fetch in a fresh process with the intake
worker's log-in, under a consent of its own. Peak memory is the process's high-water mark (VmHWM),
interpreter and libraries included; beside it what the fetch added to what the process held before
it began. Exits with 1 when the large firm's peak is more than 1.2 times the small one's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from calendar import monthrange
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.scratch import ROOT, run_manage, scratch_database
from tests.sandbox.authority import Authority, dropped, made_authority
from tests.sandbox.feeds import HEADING
from tests.sandbox.talking import Browser

SIZES = (10_000, 100_000)
MONTHS, COUNTERPARTIES = 24, 300
MOST_RATIO = 1.2
PASSWORD = "demo-password"  # noqa: S105 -- of the bench's own people


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", type=UUID, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        return _fetch(options.one)
    with scratch_database(flush_ms=0) as environment:
        run_manage(environment, "make_keys", role="owner")
        run_manage(environment, "grant_rights", role="owner")
        os.environ.update({**environment, "TAXBRIDGE_ROLE": "web"})
        django.setup()
        authority = made_authority(Path(environment["TAXBRIDGE_DATA_DIR"]), name="bench_authority")
        try:
            authority.serve()
            return _measure(environment, authority, options.rounds)
        finally:
            dropped(authority)


def _measure(environment: dict[str, str], authority: Authority, rounds: int) -> int:
    parties = {size: _firm(authority, size) for size in SIZES}
    found: dict[int, list[Mapping[str, float]]] = {size: [] for size in SIZES}
    for _ in range(rounds):
        for size, party in parties.items():
            found[size].append(_run(environment, authority, party.granted(), size))
    for size, runs in found.items():
        seconds, peak, added = (median(run[name] for run in runs) for name in runs[0])
        print(
            f"fetch of {size:>7,} invoices: {seconds:6.2f} s, {size / seconds:8,.0f} a second, "
            f"peak {peak / 1024:6.1f} MB, {added / 1024:5.1f} MB of it by the fetch"
        )
    small, large = (median(run["peak_kb"] for run in found[size]) for size in SIZES)
    print(f"peak memory, large / small: {large / small:.3f}    (at most {MOST_RATIO})")
    return int(large / small > MOST_RATIO)


def _firm(authority: Authority, size: int) -> Any:
    """A firm with so many invoices at the authority, connected in the portal."""
    from bench.consent_world import new_party  # noqa: PLC0415 -- needs the scratch server

    code = f"BENCH{size}"
    folder = authority.folder / code
    folder.mkdir()
    (folder / "companies.csv").write_text(f"company_id\n{code}\n", encoding="utf-8")
    with (folder / "sales.csv").open("w", encoding="utf-8") as file:
        file.write(f"{HEADING}\n")
        file.writelines(_invoices(code, size))
    authority.run("import_tax_data", folder, "--shift")
    ((uscc,),) = authority.rows("SELECT uscc FROM taxauthority_firm WHERE code = %s", [code])
    account = ("--add", uscc, "--login", code.lower(), "--name", "Bench", "--password", PASSWORD)
    authority.run("authority_accounts", *account)
    Browser(authority).sign_in(code.lower(), PASSWORD)
    return new_party(uscc=uscc, authority_person=authority.signatory(uscc))


def _invoices(code: str, size: int) -> Iterator[str]:
    """The same number in each of 24 months that end with a December."""
    for number in range(size):
        year, month = divmod(number * MONTHS // size, 12)
        day = 1 + number % monthrange(2018 + year, month + 1)[1]
        if number == size - 1:
            day = 31  # the last month is covered to its end
        net = 100 + number % 9_000
        cells = (code, f"{number:08d}", f"{2018 + year}-{month + 1:02d}-{day:02d}")
        partner = f"Buyer {number % COUNTERPARTIES} Demo"
        yield ",".join((*cells, partner, f"{net}.00", "0.00", f"{net}.00", "False")) + "\n"


def _run(
    environment: dict[str, str], authority: Authority, consent: UUID, size: int
) -> Mapping[str, float]:
    own = {name: text for name, text in environment.items() if "DATABASE_URL" not in name}
    own |= {
        "DATABASE_URL_INTAKE": environment["DATABASE_URL_INTAKE"],
        "TAXBRIDGE_ROLE": "intake",
        "TAXBRIDGE_TAX_AUTHORITY_API_URL": authority.url,
    }
    done = subprocess.run(
        [sys.executable, __file__, "--one", str(consent)],
        env=own,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: dict[str, float] = json.loads(done.stdout)
    if told.pop("records") != size:
        raise SystemExit("Another number of records was stored than the firm has.")
    return told


def _fetch(consent: UUID) -> int:
    """In a process of its own: one fetch, and what it took."""
    django.setup()
    from portal.core.jobs import Job  # noqa: PLC0415
    from portal.jobs.registry import JobRun  # noqa: PLC0415
    from portal.taxdata.models import TaxImport  # noqa: PLC0415
    from portal.taxdata.tasks import fetch  # noqa: PLC0415

    run = JobRun(
        id=uuid4(),
        name=Job.FETCH_TAX_DATA,
        subject=f"application:{uuid4()}",
        payload={"consent": str(consent)},
        attempt=1,
        mark=lambda step: None,
    )
    before, started = _memory_kb("VmRSS"), perf_counter()
    fetch(run)
    seconds, peak = perf_counter() - started, _memory_kb("VmHWM")
    records = TaxImport.objects.get(consent_id=consent).records
    told = {"seconds": seconds, "peak_kb": peak, "added_kb": peak - before, "records": records}
    print(json.dumps(told))
    return 0


def _memory_kb(name: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])


if __name__ == "__main__":
    sys.exit(main())
