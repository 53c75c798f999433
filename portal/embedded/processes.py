"""The processes of one run: what each is, what it is given, and in which order all stop.

The one table to read or change. A process knows only what stands in its row: its log-ins, its
own secret key and its own private key; public keys are everybody's.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from pathlib import Path

PORTAL = "portal.config.settings.dev"
SIGNER = "portal.signer.settings"
AUTHORITY = "portal.sandbox.taxauthority.settings"
TAX_AUTHORITY = "tax_authority"

# Stopping goes by stage: first what takes new work in, then the workers, which finish their
# task and may need an answer from the tax authority for it, then the rest, then the witnesses,
# which the last checkpoints are brought before.
TAKES_WORK_IN, WORKS, SERVES_WORKERS, WITNESSES_ALL = 1, 2, 3, 4

# The demonstration's witnesses: the regulator and each bank, on ports of their own.
WITNESS_PORTS = {"regulator": 3, "lantern": 4, "harbour": 5}
# What moves money, and where: a stand-in's process, and its port.
MOVERS = {"ecny": 6, "clearing": 7}


@dataclass(frozen=True)
class Process:
    """One program that runs as long as the system does."""

    name: str
    module: str
    arguments: tuple[str, ...]
    settings: str
    role: str
    stage: int
    logins: tuple[str, ...] = ()
    secret_key: str = ""
    private_key: tuple[str, str] | None = None  # variable, path below the folder of keys
    uses_broker: bool = False
    is_outside: bool = False  # another party's: it is told nothing of the portal
    names: tuple[tuple[str, str], ...] = ()  # variable, value
    files: tuple[tuple[str, str], ...] = ()  # variable, path below the data folder
    port_offset: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0

    @property
    def is_server(self) -> bool:
        """True when it answers HTTP on a port of its own."""
        return self.port_offset is not None


def processes(*, base_port: int, scratch: Path) -> tuple[Process, ...]:
    """Every process under the supervisor, in the order of starting."""
    return (
        _server("signer", "portal.signer.wsgi", SIGNER, "signer", base_port, 1),
        _server("authority", "portal.sandbox.taxauthority.wsgi", AUTHORITY, "", base_port, 2),
        *(_witness(name, base_port, offset) for name, offset in WITNESS_PORTS.items()),
        _mover("ecny", "ecny", base_port),
        _mover("clearing", "bank_transfer", base_port),
        _server("web", "portal.config.wsgi", PORTAL, "web", base_port, 0),
        _worker("default", role="web", logins=("web",)),
        _worker("vault", role="scorer", logins=("scorer", "vault")),
        _worker("intake", role="intake", logins=("intake",)),
        _worker("money", role="web", logins=("web",)),
        Process(
            name="beat",
            module="celery",
            arguments=(
                *("-A", "portal.config.celery", "beat", "--loglevel", "INFO", "--pidfile", ""),
                *("--schedule", str(scratch / "beat-schedule")),
            ),
            settings=PORTAL,
            role="web",
            stage=TAKES_WORK_IN,
            logins=("web",),
            uses_broker=True,
        ),
        _command("dispatcher", "dispatch_jobs", "web", TAKES_WORK_IN, uses_broker=True),
        _sequencer("sequencer"),
        _sequencer("sequencer-standby"),
        _command("gatherer", "gather_cosignatures", "gatherer", SERVES_WORKERS),
        _command("watchdog", "watch_consents", "watchdog", SERVES_WORKERS),
    )


PRIVATE_KEYS = {
    "signer": ("TAXBRIDGE_SIGNER_KEY", "signer/signing.pem"),
    "web": ("TAXBRIDGE_RECEIPTS_KEY", "receipts/signing.pem"),
    "authority": ("TAX_AUTHORITY_KEY", "authority/signing.pem"),
    "worker-vault": ("TAXBRIDGE_VAULT_KEY", "vault/unwrap.pem"),
    "worker-intake": ("TAXBRIDGE_CLIENT_KEY", "portal/client.pem"),
    "worker-money": ("TAXBRIDGE_RAIL_KEY", "rails/signing.pem"),
    "sequencer": ("TAXBRIDGE_LEDGER_KEY", "ledger/signing.pem"),
    "sequencer-standby": ("TAXBRIDGE_LEDGER_KEY", "ledger/signing.pem"),
}
PUBLIC_KEYS = {
    "TAXBRIDGE_SIGNER_PUBLIC_KEYS": "public/signer.json",
    "TAXBRIDGE_AUTHORITY_PUBLIC_KEYS": "public/authority.json",
    "TAXBRIDGE_VAULT_PUBLIC_KEY": "public/vault.json",
    "TAXBRIDGE_CLIENT_PUBLIC_KEYS": "public/portal.json",
    "TAXBRIDGE_RECEIPTS_PUBLIC_KEYS": "public/receipts.json",
    "TAXBRIDGE_ECNY_PUBLIC_KEYS": "public/ecny.json",
    "TAXBRIDGE_CLEARING_PUBLIC_KEYS": "public/clearing.json",
}


def _server(
    name: str, application: str, settings: str, role: str, base_port: int, offset: int
) -> Process:
    workers = "2" if name == "web" else "1"
    return Process(
        name=name,
        module="gunicorn",
        arguments=(
            application,
            *("--bind", f"127.0.0.1:{base_port + offset}", "--no-control-socket"),
            *("--worker-class", "gthread", "--workers", workers, "--threads", "4"),
            *("--preload", "--graceful-timeout", "10", "--timeout", "60"),
        ),
        settings=settings,
        role=role,
        # The workers may be fetching from the authority while they finish.
        stage=SERVES_WORKERS if name == "authority" else TAKES_WORK_IN,
        logins=(role or TAX_AUTHORITY,),
        secret_key=name,
        private_key=PRIVATE_KEYS.get(name),
        port_offset=offset,
    )


def _witness(name: str, base_port: int, offset: int) -> Process:
    folder = f"witness-{name}"
    return Process(
        name=folder,
        module="portal.sandbox.witness",
        arguments=("--bind", f"127.0.0.1:{base_port + offset}"),
        settings="",
        role="",
        stage=WITNESSES_ALL,
        private_key=("TAXBRIDGE_WITNESS_KEY", f"{folder}/signing.pem"),
        is_outside=True,
        names=(("TAXBRIDGE_WITNESS_NAME", f"taxbridge.example/witness/{name}"),),
        files=(
            ("TAXBRIDGE_WITNESS_MEMORY", f"{folder}/seen.sqlite3"),
            ("TAXBRIDGE_WITNESS_LOGS", "keys/public/policy"),
        ),
        port_offset=offset,
    )


def _mover(name: str, rail: str, base_port: int) -> Process:
    """The stand-in for a mover of money, with a few accounts to begin with."""
    variable = f"TAXBRIDGE_{name.upper()}"
    return Process(
        name=name,
        module=f"portal.sandbox.{name}",
        arguments=("--bind", f"127.0.0.1:{base_port + MOVERS[name]}", "--demonstration"),
        settings="",
        role="",
        stage=SERVES_WORKERS,
        private_key=(f"{variable}_KEY", f"{name}/signing.pem"),
        is_outside=True,
        names=((f"{variable}_CALLBACK", f"http://127.0.0.1:{base_port}/rails/{rail}/"),),
        files=(
            (f"{variable}_BOOKS", f"{name}/books.sqlite3"),
            (f"{variable}_ORDERERS", "keys/public/rails.json"),
        ),
        port_offset=MOVERS[name],
    )


def _worker(queue: str, *, role: str, logins: tuple[str, ...]) -> Process:
    name = f"worker-{queue}"
    return Process(
        name=name,
        module="celery",
        arguments=(
            *("-A", "portal.config.celery", "worker", "--loglevel", "INFO"),
            *("-Q", queue, "-n", f"{queue}@%h", "--concurrency", "1"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ),
        settings=PORTAL,
        role=role,
        stage=WORKS,
        logins=logins,
        secret_key="web" if role == "web" else name,
        private_key=PRIVATE_KEYS.get(name),
        uses_broker=True,
        stop_seconds=60.0,
    )


def _command(
    name: str, command: str, role: str, stage: int, *, uses_broker: bool = False
) -> Process:
    return Process(
        name=name,
        module="django",
        arguments=(command,),
        settings=PORTAL,
        role=role,
        stage=stage,
        logins=(role,),
        private_key=PRIVATE_KEYS.get(name),
        uses_broker=uses_broker,
    )


def _sequencer(name: str) -> Process:
    """One of two with the same credentials: whichever is first leads, the other takes over."""
    return Process(
        name=name,
        module="django",
        arguments=("sequence_ledger", "--name", name),
        settings=PORTAL,
        role="sequencer",
        stage=SERVES_WORKERS,
        logins=("sequencer",),
        secret_key="sequencer",
        private_key=PRIVATE_KEYS[name],
    )
