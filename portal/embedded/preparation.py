"""What must be true before the processes start: roles, tables, rights, keys, files, firms.

Each step is a management command. A step whose inputs are as at its last success is left out, so
that a second start takes seconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.embedded import fingerprint, launch
from portal.embedded.installation import ADMIN_URL, Installation
from portal.embedded.private_file import write_private
from portal.embedded.processes import AUTHORITY, PORTAL

SCHEMA_INPUTS = tuple(
    f"{room}/**/{pattern}" for room in fingerprint.ROOMS for pattern in fingerprint.SCHEMA
)
SIMULATION_INPUTS = (
    "portal/sandbox/taxauthority/**/migrations/*.py",
    "portal/sandbox/taxauthority/simulation/*.py",
    "portal/sandbox/taxauthority/calibration.json",
)
# The stand-in's invented people all have this one: it guards nothing but invented invoices.
AUTHORITY_PASSWORD = "tax-demo-2026"  # noqa: S105 -- printed at every start


@dataclass(frozen=True)
class Step:
    """One command: its words for the console, and the files that it depends on."""

    says: str
    command: tuple[str, ...]
    inputs: tuple[str, ...]
    settings: str = PORTAL
    role: str = "web"
    needs_administrator: bool = False  # without one the roles are somebody else's work
    makes: str = ""  # a file below the data folder, without which the step is not done
    is_listing: bool = False  # what it prints is the file it makes
    names_ports: bool = False  # other ports, and it is due again

    @property
    def name(self) -> str:
        """Under which its success is noted."""
        return f"{self.settings} {' '.join(self.command)}"

    def exists(self) -> bool:
        """True when this checkout, or Django, has the command."""
        return self.command[0] in {"migrate", "collectstatic"} or any(
            any(launch.ROOT.glob(f"{room}/**/commands/{self.command[0]}.py"))
            for room in fingerprint.ROOMS
        )


STEPS = (
    Step(
        "database roles",
        ("provision_roles",),
        SCHEMA_INPUTS,
        role="owner",
        needs_administrator=True,
    ),
    Step("keys", ("make_keys",), ("portal/config/keys.py",), makes="keys/public/clearing.json"),
    Step(
        "witnesses and the policy that names them",
        ("make_policy",),
        ("portal/config/demonstration/*.py", "portal/config/keys.py"),
        makes="keys/public/policy",
        names_ports=True,
    ),
    Step(
        "tables",
        ("migrate", "--verbosity=0", "--skip-checks"),
        SCHEMA_INPUTS,
        role="owner",
    ),
    Step("rights", ("grant_rights",), SCHEMA_INPUTS, role="owner"),
    Step(
        "scoring models of this release",
        ("ship_models",),
        (*SCHEMA_INPUTS, "scoring/model/scorecard-*.json"),
        role="owner",
    ),
    Step(
        "the tax authority's tables",
        ("migrate", "--verbosity=0", "--skip-checks"),
        ("portal/sandbox/taxauthority/**/migrations/*.py",),
        settings=AUTHORITY,
    ),
    Step(
        "firms at the tax authority",
        ("simulate_firms", "12", "--password", AUTHORITY_PASSWORD),
        SIMULATION_INPUTS,
        settings=AUTHORITY,
    ),
    Step(
        "the list of their sign-ins",
        ("authority_accounts",),
        SIMULATION_INPUTS,
        settings=AUTHORITY,
        makes="authority-accounts.txt",
        is_listing=True,
    ),
    Step("translations", ("compile_messages",), ("locale/**/*.po",)),
    Step(
        "static files",
        ("collectstatic", "--noinput", "--verbosity=0"),
        ("static/**/*",),
        makes="static",
    ),
    Step(
        "demonstration banks and people",
        ("seed_demo",),
        (*SCHEMA_INPUTS, "portal/config/demonstration/*.py"),
        makes="demo.json",
    ),
)


def prepare(
    installation: Installation, *, say: Callable[[str], None], everything: bool = False
) -> None:
    """Run the steps that are due; refuses with the output of the step that failed.

    ``everything``: the database is new, or a real server of which we know nothing.
    """
    path = installation.folder / "prepared.json"
    done = {} if everything else _notes(path)
    for step in STEPS:
        digest = fingerprint.of(*step.inputs)
        if step.names_ports:
            digest += f" {installation.base_port}"
        made = (installation.folder / step.makes).exists()
        is_possible = step.exists() and (installation.admin_url or not step.needs_administrator)
        if is_possible and (done.get(step.name) != digest or not made):
            say(f"Preparing {step.says} ...")
            _run(step, installation)
            done[step.name] = digest
            write_private(path, json.dumps(done, indent=1))


def _run(step: Step, installation: Installation) -> None:
    environment = installation.set_up_environment(settings=step.settings, role=step.role)
    environment[ADMIN_URL] = installation.admin_url
    log = installation.logs / "preparation.log"
    if step.is_listing:
        log = installation.folder / step.makes
        log.unlink(missing_ok=True)
    process = launch.start("module", ["django", *step.command], environment=environment, log=log)
    try:
        result = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if result:
        raise launch.StartFailed(
            f"Preparing {step.says} failed (see {log}):\n{launch.last_lines(log)}"
        )


def _notes(path: Path) -> dict[str, str]:
    """The digests of the steps that succeeded; none when the file is lost or broken."""
    try:
        done: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        done = {}
    return done
