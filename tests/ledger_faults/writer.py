"""A client as a process of its own: ``python -m tests.ledger_faults.writer FILE``.

Writes events until it is ended; the id of each is added to FILE once its transaction has
committed. Every seventh transaction is rolled back.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import count

import django


def main() -> None:
    django.setup()
    from django.db import Error, connections, transaction  # noqa: PLC0415 -- after the setup

    from ledger.kinds import EventKind  # noqa: PLC0415
    from ledger.recording import record  # noqa: PLC0415
    from tests.ledger.facts import fresh  # noqa: PLC0415

    kept = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in count():
        try:
            with transaction.atomic():
                event_ids = [
                    record(
                        EventKind.APPLICATION_WITHDRAWN,
                        actor=fresh("person"),
                        subject=fresh("application"),
                        payload={},
                    )
                    for _ in range(1 + number % 3)
                ]
                transaction.set_rollback(number % 7 == 0)
        except Error:
            connections["default"].close()
            time.sleep(0.05)
        else:
            mark = "-" if number % 7 == 0 else "+"
            os.write(kept, "".join(f"{mark}{event_id}\n" for event_id in event_ids).encode())


if __name__ == "__main__":
    main()
