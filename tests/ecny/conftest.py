"""A real operator as a process of its own, with keys and books in a folder of the test."""

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
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from joserfc.jwk import KeySet, OKPKey

from portal.core.wire import SigningKey, load_signing_key, public_key_set
from portal.sandbox.ecny.books import Ledger
from portal.servicing.rails.ecny import EcnyRail
from portal.servicing.rails.protocol import Kind, Order

ROOT = Path(__file__).parents[2]
BANK, FIRM, SUPPLIER, ANONYMOUS = "bank:lantern", "wallet:firm", "wallet:supplier", "wallet:anon"
ACCOUNTS = [
    {"id": BANK, "kind": "bank", "institution": "icbc", "owner": "taxbridge", "fen": 10**11},
    {
        "id": FIRM,
        "kind": "wallet",
        "institution": "abc",
        "owner": "firm",
        "class": 2,
        "collected_by": [BANK],
    },
    {"id": SUPPLIER, "kind": "wallet", "institution": "ccb", "owner": "supplier", "class": 1},
    {"id": ANONYMOUS, "kind": "wallet", "institution": "ccb", "owner": "nobody", "class": 4},
]


def new_key(path: Path) -> SigningKey:
    key = OKPKey.generate_key("Ed25519")
    path.write_bytes(key.as_pem(private=True))
    return load_signing_key(path)


class Operator:
    """One process, which may be killed and started again over the same books."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = new_key(folder / "operator.pem")
        self.orderer = new_key(folder / "orderer.pem")
        (folder / "orderers.json").write_text(public_key_set(self.orderer.key), encoding="utf-8")
        (folder / "accounts.json").write_text(json.dumps(ACCOUNTS), encoding="utf-8")
        self.callback_url = ""
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self._run("--open-accounts", str(folder / "accounts.json")).wait(30)

    @property
    def rail(self) -> EcnyRail:
        pinned = KeySet([OKPKey.import_key(json.loads(public_key_set(self.key.key))["keys"][0])])
        return EcnyRail(self.url, key=self.orderer, operator=pinned, timeout=5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.folder / "books.sqlite3")

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
        raise AssertionError("the operator does not start")

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
            "TAXBRIDGE_ECNY_KEY": str(self.folder / "operator.pem"),
            "TAXBRIDGE_ECNY_BOOKS": str(self.folder / "books.sqlite3"),
            "TAXBRIDGE_ECNY_ORDERERS": str(self.folder / "orderers.json"),
            "TAXBRIDGE_ECNY_CALLBACK": self.callback_url,
        }
        return subprocess.Popen(
            [sys.executable, "manage.py", "sandbox_ecny", *arguments],
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


def payout(fen: int = 1_000_000, **changes: Any) -> Order:
    given: dict[str, Any] = {
        "id": uuid4(),
        "kind": Kind.PAYOUT,
        "amount_fen": fen,
        "least_fen": fen,
        "payer": BANK,
        "payee": FIRM,
        "purpose": "loan",
        **changes,
    }
    return Order(**given)


def collection(fen: int, *, least: int | None = None, **changes: Any) -> Order:
    return payout(
        fen,
        **{
            "kind": Kind.COLLECTION,
            "payer": FIRM,
            "payee": BANK,
            "least_fen": fen if least is None else least,
            "purpose": "instalment",
            **changes,
        },
    )


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    made = Operator(tmp_path)
    made.start()
    yield made
    made.kill()
    assert made.ledger.books.is_balanced()
