from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from ledger.format.cosignatures import Cosigner
from portal.sandbox.witness.__main__ import new_key
from portal.sandbox.witness.server import Server
from portal.sandbox.witness.settings import Settings
from tests.witness.small_log import SmallLog, logs_file

NAME = "witness.example/w1"


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    text: str


class Desk:
    """A witness asked without a network; `reopened` is the same one after a restart."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._server = Server(settings)

    @property
    def cosigner(self) -> Cosigner:
        return self.settings.key().cosigner

    def add(self, request: str | bytes) -> Reply:
        return self.ask("POST", "/add-checkpoint", request)

    def ask(self, method: str, path: str, request: str | bytes = b"") -> Reply:
        sent = request.encode() if isinstance(request, str) else request
        environment: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path}
        environment["wsgi.input"] = io.BytesIO(sent)
        setup_testing_defaults(environment)
        said: list[Any] = []
        chunks = self._server(environment, lambda *start: said.extend(start))  # type: ignore[arg-type]
        status, headers = said
        return Reply(int(status[:3]), dict(headers)["Content-Type"], b"".join(chunks).decode())

    def reopened(self) -> Desk:
        return Desk(self.settings)


@pytest.fixture
def log() -> SmallLog:
    return SmallLog()


@pytest.fixture
def settings_of_witness(tmp_path: Path, log: SmallLog) -> Settings:
    """A witness's files in a folder of its own; it knows ``log``."""
    settings = Settings(NAME, tmp_path / "key.pem", tmp_path / "seen.sqlite3", tmp_path / "logs")
    new_key(settings)
    settings.logs_file.write_text(logs_file(log), encoding="utf-8")
    return settings


@pytest.fixture
def desk(settings_of_witness: Settings) -> Desk:
    return Desk(settings_of_witness)
