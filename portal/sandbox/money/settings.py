"""What a mover of money is told: its key, its books, whose orders it takes, where answers go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import KeySet

from portal.config import env
from portal.core.wire import SigningKey, load_public_keys, load_signing_key


@dataclass(frozen=True, slots=True)
class Settings:
    """The paths, as the environment gives them; no callbacks without ``callback_url``."""

    key_file: Path
    books_file: Path
    orderers_file: Path
    callback_url: str = ""

    @classmethod
    def from_environment(cls, *, key: str, books: str, orderers: str, callback: str) -> Settings:
        """From variables of these names; refuses (`SettingMissing`) when a path is absent."""
        return cls(
            key_file=Path(env.text(key)),
            books_file=Path(env.text(books)),
            orderers_file=Path(env.text(orderers)),
            callback_url=env.text(callback, ""),
        )

    def key(self) -> SigningKey:
        """What it signs its answers with; ValueError for a file that is no Ed25519 key."""
        return load_signing_key(self.key_file)

    def orderers(self) -> KeySet:
        """Whose orders it takes; ValueError for a file that is no key set."""
        return load_public_keys(self.orderers_file)
