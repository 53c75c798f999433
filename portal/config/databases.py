"""One log-in per process: which database connections a process has, from the URLs it was given."""

from __future__ import annotations

import os

from portal.config import env

LOGINS = (
    *("owner", "web", "signer", "vault", "scorer", "intake"),
    *("sequencer", "gatherer", "watchdog"),
)


def databases(role: str) -> dict[str, dict[str, object]]:
    """Connections by alias; ``default`` is the log-in of ``role``.

    A process is given the URLs of its own log-ins only (``DATABASE_URL_WEB`` ...), so the other
    aliases do not exist there. The vault worker has two: ``scorer`` for results (its default) and
    ``vault`` for reading. Refuses a role whose URL is missing.
    """
    found = {
        name: env.database(url)
        for name in LOGINS
        if (url := os.environ.get(f"DATABASE_URL_{name.upper()}"))
    }
    if role not in found:
        raise env.SettingMissing(f"DATABASE_URL_{role.upper()} is not set for role {role!r}.")
    if "vault" in found:
        # An open server-side cursor would go on after a withdrawal (GATE.md, rule 6).
        found["vault"]["DISABLE_SERVER_SIDE_CURSORS"] = True
        found["vault"]["CONN_MAX_AGE"] = 0
    return {"default": found[role], **found}
