"""Passwords and secrets of this machine's run: made once, kept in files only this user can read."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.private_file import write_private

LOGINS = (
    *("owner", "web", "signer", "vault", "scorer", "intake"),
    *("sequencer", "gatherer", "watchdog"),
)


@dataclass(frozen=True)
class Credentials:
    """A folder of one-line files."""

    folder: Path

    def password(self, name: str) -> str:
        """The password of a log-in, made at the first asking."""
        return self._kept(f"password-{name}", lambda: secrets.token_hex(24))

    def secret_key(self, name: str) -> str:
        """A process's own Django secret key, made at the first asking."""
        return self._kept(f"secret-key-{name}", lambda: secrets.token_urlsafe(48))

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(path, make())
        return path.read_text(encoding="utf-8")
