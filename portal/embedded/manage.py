"""A management command on the running installation, with the log-ins that setting up has.

    python -m portal.embedded.manage demo_code sara

Commands of the tax authority run with its settings, all others with the portal's.
"""

from __future__ import annotations

import subprocess
import sys

from portal.embedded import launch, ports
from portal.embedded.installation import Installation, data_folder
from portal.embedded.processes import AUTHORITY, PORTAL

# What writes where the web's log-in may not: the signer's table of banks, the tables themselves.
OWNERS_COMMANDS = {"create_bank", "migrate", "grant_rights", "provision_roles", "rotate_ledger_key"}


def main(arguments: list[str]) -> int:
    """Run the command; 1 with a message when nothing runs here."""
    if not arguments:
        print(__doc__)
        return 2
    try:
        installation = Installation.running_in(data_folder())
    except FileNotFoundError:
        print("Nothing was started here yet: make run", file=sys.stderr)
        return 1
    if not ports.is_answering(installation.database_port):
        print("The database does not answer; start the system first: make run", file=sys.stderr)
        return 1
    settings = AUTHORITY if is_of_authority(arguments[0]) else PORTAL
    role = "owner" if arguments[0] in OWNERS_COMMANDS else "web"
    environment = installation.set_up_environment(settings=settings, role=role)
    command = [sys.executable, "-m", "django", *arguments]
    environment = {**launch.plain_environment(), **environment}
    return subprocess.run(command, env=environment, check=False).returncode


def is_of_authority(command: str) -> bool:
    """True when the stand-in for the tax authority has this command."""
    folder = launch.ROOT / "portal" / "sandbox" / "taxauthority" / "management" / "commands"
    return (folder / f"{command}.py").exists()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
