"""How long a straight-through decision takes, on the running system; for `bench/lending.py`.

Firms of the tax authority apply one after the other; dispatcher, broker and workers are the running
ones. Read out of the tables: from the moment the fetch had stored the firm's records until the job
that wrote the decision, with its offer, was through.
"""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median

MOST_S = 3.0
TIMES = """
from django.db.models import Max
from portal.applications.models import Decision
from portal.jobs.models import JobRow
from portal.taxdata.models import TaxImport
newest = Decision.objects.filter(decided_by=None).select_related("application")
for one in newest.order_by("-decided_at")[:{rounds}]:
    fetched = TaxImport.objects.filter(consent_id=one.application.consent_id)
    begun = fetched.aggregate(last=Max("finished_at"))["last"]
    after = JobRow.objects.filter(subject=one.application.ref, finished_at__gte=one.decided_at)
    written = after.order_by("finished_at").first().finished_at
    print("took", (written - begun).total_seconds())
"""


def straight(rounds: int) -> int:
    """Measure, print, and judge: 1 when the 95th percentile is over the bar."""
    made = ("--applications", str(rounds), "--small", "--one-by-one")
    print(_manage("demo_portfolio", *made), end="")
    lines = _manage("shell", "-v0", "-c", TIMES.format(rounds=rounds)).splitlines()
    took = sorted(float(line.split()[1]) for line in lines if line.startswith("took "))
    worst = took[max(0, -(-len(took) * 95 // 100) - 1)]
    print(
        f"records there until decided: median {median(took):.2f} s, p95 {worst:.2f} s of "
        f"{len(took)}, {worst / MOST_S:.2f} of the bar of {MOST_S} s"
        f"{' MISSED' if worst > MOST_S else ''}"
    )
    return int(worst > MOST_S)


def _manage(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "portal.embedded.manage", *command],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    return done.stdout
