"""The process that called the supervisor (make), whose end is the supervisor's end."""

from __future__ import annotations

import os
import signal

from portal.embedded import linux


class Caller:
    """Watches the parent process.

    GNU make passes a SIGTERM on to what it started, but not a SIGINT: that it takes for a Ctrl-C,
    which reaches everybody, and waits. A SIGINT sent to make alone shows in its dropped handler.
    """

    def __init__(self) -> None:
        self._process = os.getppid()
        self._was_catching = linux.is_catching(self._process, signal.SIGINT)
        linux.stop_with_parent(self._process, by=signal.SIGHUP)

    def gave_up(self) -> bool:
        """True when the parent was interrupted and waits for us, or is gone."""
        if os.getppid() != self._process:
            return True
        return self._was_catching and not linux.is_catching(self._process, signal.SIGINT)
