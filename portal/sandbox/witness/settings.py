"""What a witness is told: its name, its key, its memory and the logs it knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ledger.format.cosignatures import CosigningKey
from ledger.format.note_keys import Verifier
from ledger.format.policy import Policy
from portal.config import env

KEY = "TAXBRIDGE_WITNESS_KEY"


@dataclass(frozen=True, slots=True)
class Settings:
    """The paths and the name, as the environment gives them."""

    name: str
    key_file: Path
    memory_file: Path
    logs_file: Path

    @classmethod
    def from_environment(cls) -> Settings:
        """Refuses (`SettingMissing`) when one of the four is absent."""
        return cls(
            name=env.text("TAXBRIDGE_WITNESS_NAME"),
            key_file=Path(env.text(KEY)),
            memory_file=Path(env.text("TAXBRIDGE_WITNESS_MEMORY")),
            logs_file=Path(env.text("TAXBRIDGE_WITNESS_LOGS")),
        )

    def key(self) -> CosigningKey:
        """The witness's own; refuses (`NoteRefused`) a file that is no Ed25519 key in PEM."""
        return CosigningKey.from_pem(self.name, self.key_file.read_bytes())

    def logs(self) -> tuple[Verifier, ...]:
        """The keys of the logs it cosigns for: the ``log`` lines of a policy file.

        Read at each request, so that a log's next key counts as soon as the file has it.
        Refuses (`PolicyRefused`) a file that is no policy.
        """
        return tuple(Policy.parse(self.logs_file.read_text(encoding="utf-8")).logs)
