"""A real mover of money as a process of its own, with keys and books in a folder of the test."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from joserfc.jwk import KeySet, OKPKey

from portal.core.wire import SigningKey, load_signing_key, public_key_set
from portal.sandbox.money.books import Ledger
from portal.servicing.rails.bank_transfer import BankTransferRail
from portal.servicing.rails.ecny import EcnyRail

ROOT = Path(__file__).parents[2]


def new_key(path: Path) -> SigningKey:
    key = OKPKey.generate_key("Ed25519")
    path.write_bytes(key.as_pem(private=True))
    return load_signing_key(path)


class Mover(ABC):
    """One process, which may be killed and started again over the same books."""

    command: ClassVar[str]
    prefix: ClassVar[str]
    schema: ClassVar[str]
    rail_name: ClassVar[str]
    name: ClassVar[str]
    # What kind of account a firm has there, and its class.
    holds: ClassVar[Mapping[str, Any]]

    def __init__(self, folder: Path, accounts: Sequence[Mapping[str, Any]] = ()) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.key = new_key(folder / "operator.pem")
        self.orderer = new_key(folder / "orderer.pem")
        (folder / "orderers.json").write_text(public_key_set(self.orderer.key), encoding="utf-8")
        (folder / "accounts.json").write_text(json.dumps(accounts), encoding="utf-8")
        self.callback_url = ""
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self._run("--open-accounts", str(folder / "accounts.json")).wait(30)

    @property
    @abstractmethod
    def rail(self) -> EcnyRail | BankTransferRail:
        """Our way to it."""

    @staticmethod
    @abstractmethod
    def reference(order_id: UUID) -> str:
        """Of the transfer that carried an order out."""

    @property
    def pinned(self) -> KeySet:
        return KeySet([OKPKey.import_key(json.loads(public_key_set(self.key.key))["keys"][0])])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.folder / "books.sqlite3", self.schema)

    def fen(self, account: str) -> int:
        found = self.ledger.books.account(account)
        assert found is not None
        return found.fen

    def start(self) -> None:
        self._process = self._run("--bind", f"127.0.0.1:{self.port}")
        for _ in range(200):
            try:
                with urllib.request.urlopen(self.url, timeout=1) as page:  # noqa: S310
                    page.read()
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"{self.command} does not start")

    def kill(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def post(self, path: str, **body: Any) -> int:
        request = urllib.request.Request(self.url + path, data=json.dumps(body).encode())  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
                return int(response.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            f"TAXBRIDGE_{self.prefix}_KEY": str(self.folder / "operator.pem"),
            f"TAXBRIDGE_{self.prefix}_BOOKS": str(self.folder / "books.sqlite3"),
            f"TAXBRIDGE_{self.prefix}_ORDERERS": str(self.folder / "orderers.json"),
            f"TAXBRIDGE_{self.prefix}_CALLBACK": self.callback_url,
        }
        return subprocess.Popen(
            [sys.executable, "manage.py", self.command, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
