"""One run's folder and addresses, and from them the environment of each process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from portal.embedded.credentials import LOGINS, Credentials
from portal.embedded.launch import ROOT, StartFailed
from portal.embedded.private_file import write_private
from portal.embedded.processes import MOVERS, PUBLIC_KEYS, TAX_AUTHORITY, WITNESS_PORTS, Process

PREFIX = "taxbridge_"
DATABASES = {TAX_AUTHORITY: "tax_authority"}
BROKER_URL = "TAXBRIDGE_BROKER_URL"
ADMIN_URL = "DATABASE_URL_ADMIN"
WITNESSES = "TAXBRIDGE_WITNESSES"
LOG_LEVEL = "TAXBRIDGE_LOG_LEVEL"
ADDRESSES = "addresses.json"
# Settings that a person may give to all processes; none of them is a credential.
PASSED_ON = (
    "TAXBRIDGE_DEBUG",
    LOG_LEVEL,
    "TAXBRIDGE_ALLOWED_HOSTS",
    "TAXBRIDGE_EMAIL_BACKEND",
    "TAXBRIDGE_FROM_EMAIL",
    "TAXBRIDGE_PORTAL_URL",
    "TAXBRIDGE_SIGNER_URL",
    "TAXBRIDGE_TAX_AUTHORITY_URL",
    "TAXBRIDGE_TAX_AUTHORITY_API_URL",
)


@dataclass(frozen=True)
class Installation:
    """Where this run keeps its data and where its servers are.

    ``admin_url`` and ``broker_url`` are those of real servers, or of the embedded ones.
    """

    folder: Path
    base_port: int
    admin_url: str
    broker_url: str
    given: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @classmethod
    def running_in(cls, folder: Path) -> Installation:
        """The installation that was last started in a folder; ``FileNotFoundError`` if none was."""
        noted = json.loads((folder / ADDRESSES).read_text(encoding="utf-8"))
        return cls(folder, noted["base_port"], noted["admin_url"], noted["broker_url"])

    def note(self) -> None:
        """Write down the addresses, for `running_in`."""
        noted = {
            "base_port": self.base_port,
            "admin_url": self.admin_url,
            "broker_url": self.broker_url,
        }
        write_private(self.folder / ADDRESSES, json.dumps(noted, indent=1))

    @property
    def database_port(self) -> int:
        """Where the database server listens."""
        return urlsplit(self.database_url("web")).port or 5432

    @property
    def credentials(self) -> Credentials:
        """The passwords and secret keys kept in the folder."""
        return Credentials(self.folder / "secrets")

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.folder / "log"

    @property
    def scratch(self) -> Path:
        """Temporary files; emptied at each start."""
        return self.folder / "tmp"

    @property
    def demonstration(self) -> Path:
        """Where the seed writes the demonstration sign-ins."""
        return self.folder / "demo.json"

    def address(self, name: str) -> str:
        """Of ``web``, ``signer``, ``authority``, a mover of money, or a witness's process."""
        if name in _ADDRESS_OF:
            return self._addresses()[_ADDRESS_OF[name][0]]
        if name in MOVERS:
            return f"http://127.0.0.1:{self.base_port + MOVERS[name]}"
        return self.witness_url(name.removeprefix("witness-"))

    def witness_url(self, name: str) -> str:
        """Where a witness is asked."""
        return f"http://127.0.0.1:{self.base_port + WITNESS_PORTS[name]}"

    def environment_for(self, process: Process) -> dict[str, str]:
        """Everything this process is told, and nothing it isn't to know."""
        environment = self._outsiders() if process.is_outside else self._insiders(process)
        environment.update(process.names)
        for variable, path in process.files:
            environment[variable] = str(self.folder / path)
        if process.private_key:
            variable, path = process.private_key
            environment[variable] = str(self.folder / "keys" / path)
        if process.uses_broker:
            environment[BROKER_URL] = self.broker_url
        return environment

    def _insiders(self, process: Process) -> dict[str, str]:
        return self.environment(
            settings=process.settings,
            role=process.role,
            logins=process.logins,
            secret_key=process.secret_key or process.name,
        )

    def _outsiders(self) -> dict[str, str]:
        """Another party's process: not even where the portal is."""
        log_level = {name: self.given[name] for name in (LOG_LEVEL,) if name in self.given}
        return {"TMPDIR": str(self.scratch), **log_level}

    def environment(
        self, *, settings: str, role: str, logins: Iterable[str], secret_key: str
    ) -> dict[str, str]:
        """What a process with these log-ins and this secret key is told."""
        found = {
            "DJANGO_SETTINGS_MODULE": settings,
            "TAXBRIDGE_ROLE_PREFIX": PREFIX,
            "TAXBRIDGE_DATA_DIR": str(self.folder),
            "TAXBRIDGE_KEYS_DIR": str(self.folder / "keys"),
            "TAXBRIDGE_SECRET_KEY": self.credentials.secret_key(secret_key),
            "TAXBRIDGE_DEMONSTRATION": "true",
            "TMPDIR": str(self.scratch),
            **self._addresses(),
            **{name: self.given[name] for name in PASSED_ON if name in self.given},
            **{name: str(self.folder / "keys" / path) for name, path in PUBLIC_KEYS.items()},
            **{_variable(login): self.database_url(login) for login in logins},
        }
        if role:
            found["TAXBRIDGE_ROLE"] = role
        return found

    def set_up_environment(self, *, settings: str, role: str) -> dict[str, str]:
        """For the commands that prepare a run: all log-ins, as no lasting process has."""
        every = (*LOGINS, TAX_AUTHORITY)
        environment = self.environment(settings=settings, role=role, logins=every, secret_key="web")
        witnesses = ",".join(f"{name}={self.witness_url(name)}" for name in WITNESS_PORTS)
        return {**environment, BROKER_URL: self.broker_url, WITNESSES: witnesses}

    def database_url(self, login: str) -> str:
        """Address of one log-in: as given, else on the administrator's server."""
        if given := self.given.get(_variable(login)):
            return given
        if not self.admin_url:
            raise StartFailed(f"Set {_variable(login)}, or {ADMIN_URL} to have log-ins made.")
        server = urlsplit(self.admin_url).netloc.rpartition("@")[2]
        password = self.credentials.password(login)
        database = DATABASES.get(login, "taxbridge")
        return f"postgresql://{PREFIX}{login}:{password}@{server}/{database}"

    def _addresses(self) -> dict[str, str]:
        found = {
            variable: f"http://{host}:{self.base_port + offset}"
            for variable, host, offset in _ADDRESS_OF.values()
        }
        found |= {f"TAXBRIDGE_{name.upper()}_URL": self.address(name) for name in MOVERS}
        found["TAXBRIDGE_TAX_AUTHORITY_API_URL"] = f"http://127.0.0.1:{self.base_port + 2}"
        return {name: self.given.get(name, value) for name, value in found.items()}


_ADDRESS_OF = {
    "web": ("TAXBRIDGE_PORTAL_URL", "portal.localhost", 0),
    "signer": ("TAXBRIDGE_SIGNER_URL", "sign.localhost", 1),
    "authority": ("TAXBRIDGE_TAX_AUTHORITY_URL", "tax.localhost", 2),
}


def data_folder() -> Path:
    """Where a run keeps its data: in the checkout, unless the environment says otherwise."""
    return Path(os.environ.get("TAXBRIDGE_DATA_DIR") or ROOT / "var" / "run").absolute()


def _variable(login: str) -> str:
    return f"DATABASE_URL_{login.upper()}"
