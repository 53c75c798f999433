"""Windows whose readers never said that they had left."""

from __future__ import annotations

from portal.consents.close_lost import close_lost
from tests.personas import People
from tests.use_cases.scenario import Case, scenario


@scenario(close_lost)
def whatever_is_too_old(_people: People) -> Case:
    while close_lost(using="watchdog"):
        pass
    return Case(run=lambda: close_lost(using="watchdog"))
