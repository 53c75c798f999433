"""A witness as a process of its own, on a free port."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from ledger.format.cosignatures import Cosigner
from portal.embedded.ports import free_port
from portal.sandbox.witness.__main__ import new_key
from portal.sandbox.witness.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30


@dataclass
class RunningWitness:
    """Its folder has key, memory and the list of logs; it may be killed and started again."""

    folder: Path
    name: str
    logs: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.settings = Settings(
            self.name, self.folder / "key.pem", self.folder / "seen.sqlite3", self.folder / "logs"
        )
        self.settings.logs_file.write_text(self.logs, encoding="utf-8")
        if not self.settings.key_file.exists():
            new_key(self.settings)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cosigner(self) -> Cosigner:
        return self.settings.key().cosigner

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "TAXBRIDGE_WITNESS_NAME": self.name,
            "TAXBRIDGE_WITNESS_KEY": str(self.settings.key_file),
            "TAXBRIDGE_WITNESS_MEMORY": str(self.settings.memory_file),
            "TAXBRIDGE_WITNESS_LOGS": str(self.settings.logs_file),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [*(sys.executable, "manage.py", "witness"), "--bind", f"127.0.0.1:{self.port}"],
                env=self.environment,
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                self.ask("GET", "/")
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "log.txt").read_text(encoding="utf-8"))

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """Status and text of an answer; OSError when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body.encode())
            response = connection.getresponse()
            return response.status, response.read().decode()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def kill(self) -> None:
        """SIGKILL to server and worker at once, as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, 9)
            self.process.wait()
            self.process = None
