"""The demonstration's sign-ins: kept in one private file, so that codes can be made from it."""

from __future__ import annotations

import json
import os
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django_otp.oath import TOTP

CODE_COMMAND = "make code WHO={}"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One person's password and second factor, as the demonstration knows them."""

    key: str
    who: str
    email: str
    password: str
    totp_hex: str
    code_hint: str

    def code(self, at: float | None = None) -> str:
        """The one-time code of this moment, as the person's phone would show it."""
        totp = TOTP(bytes.fromhex(self.totp_hex))
        totp.time = time.time() if at is None else at
        return f"{totp.token():06d}"


def new_sign_in(*, key: str, who: str, email: str) -> SignIn:
    """Fresh random credentials for one person."""
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    return SignIn(key, who, email, password, secrets.token_hex(20), CODE_COMMAND.format(key))


def load(path: Path) -> dict[str, SignIn]:
    """What the file holds, by key; nothing when there is no file yet."""
    if not path.exists():
        return {}
    return {row["key"]: SignIn(**row) for row in json.loads(path.read_text(encoding="utf-8"))}


def store(path: Path, sign_ins: dict[str, SignIn]) -> None:
    """Write the file anew, whole or not at all, for this user's eyes only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump([asdict(row) for row in sign_ins.values()], file, ensure_ascii=False, indent=1)
    draft.replace(path)
