"""What the operator is told: its key, its books, whose orders it takes, where its answers go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import KeySet

from portal.config import env
from portal.core.wire import SigningKey, load_public_keys, load_signing_key

NAME = "ecny-operator"
ORDERER = "taxbridge"


@dataclass(frozen=True, slots=True)
class Settings:
    """The paths, as the environment gives them; no callbacks without ``callback_url``."""

    key_file: Path
    books_file: Path
    orderers_file: Path
    callback_url: str = ""

    @classmethod
    def from_environment(cls) -> Settings:
        """Refuses (`SettingMissing`) when a path is absent."""
        return cls(
            key_file=Path(env.text("TAXBRIDGE_ECNY_KEY")),
            books_file=Path(env.text("TAXBRIDGE_ECNY_BOOKS")),
            orderers_file=Path(env.text("TAXBRIDGE_ECNY_ORDERERS")),
            callback_url=env.text("TAXBRIDGE_ECNY_CALLBACK", ""),
        )

    def key(self) -> SigningKey:
        """What it signs its answers with; ValueError for a file that is no Ed25519 key."""
        return load_signing_key(self.key_file)

    def orderers(self) -> KeySet:
        """Whose orders it takes; ValueError for a file that is no key set."""
        return load_public_keys(self.orderers_file)
