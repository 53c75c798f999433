"""How long after sending an application its score can be seen, on the running system.

    TAXBRIDGE_DATA_DIR=... python bench/score_visible.py [--rounds 12]

One new person with a firm applies again and again over HTTP (a one-time code counts once, so a
round takes half a minute). Seen: from the answer to "Send application" until the application's page
shows the score, fetching included. With the records there: from the request for the score to its
row, out of the job table. Exits with 1 when a 95th percentile is over its bar.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portal.embedded import installation
from portal.sandbox.journey import steps
from portal.sandbox.journey.people import Person

MOST_WITH_FETCHING, MOST_WITHOUT = 5.0, 2.0
PRODUCT = "Lantern Tax Credit Line"
JOBS = """
from portal.jobs.models import JobRow
rows = JobRow.objects.filter(name="scoring.score", finished_at__isnull=False)
for row in rows.order_by("-created_at")[:{rounds}]:
    print("took", (row.finished_at - row.created_at).total_seconds())
"""


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    running = installation.Installation.running_in(installation.data_folder())
    portal = f"http://portal.localhost:{running.base_port}"
    place = steps.Place(portal, running.folder / "mail")
    person = _person(place)
    seen = [_round(place, person) for _ in range(options.rounds)]
    jobs = [
        float(line.split()[1])
        for line in _manage("shell", "-v0", "-c", JOBS.format(rounds=options.rounds)).splitlines()
        if line.startswith("took ")
    ]
    missed = _judged("sent until the score is seen, with fetching", seen, MOST_WITH_FETCHING)
    missed |= _judged("score asked for until stored, records there", jobs, MOST_WITHOUT)
    return int(missed)


def _round(place: steps.Place, person: Person) -> float:
    application = steps.apply(place, person, steps.Loan(product=PRODUCT))
    start = perf_counter()
    steps.wait_for_score(place, person, application)
    return perf_counter() - start


def _person(place: steps.Place) -> Person:
    tag = secrets.token_hex(3)
    person = Person(f"Bench Demo {tag}", f"bench-{tag}@demo.example", secrets.token_hex(9))
    steps.register(place, person, phone="+86 000 0000 9999")
    firms = [word for word in _manage("authority_accounts").split() if len(word) == 18]
    login, password = person.email.partition("@")[0], secrets.token_urlsafe(9)
    uscc = secrets.choice(firms)
    _manage(
        *("authority_accounts", "--add", uscc, "--login", login, "--name", person.name),
        *("--role", "finance_officer", "--password", password),
    )
    steps.connect_firm(place, person, steps.FirmAccount(uscc, login, password))
    return person


def _manage(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "portal.embedded.manage", *command],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    return done.stdout


def _judged(what: str, times: list[float], most: float) -> bool:
    worst = sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]
    print(
        f"{what}: median {median(times):.2f} s, p95 {worst:.2f} s of {len(times)} "
        f"(at most {most} s){' MISSED' if worst > most else ''}"
    )
    return worst > most


if __name__ == "__main__":
    sys.exit(main())
