"""`python -m portal.embedded`: the whole system on this machine."""

from __future__ import annotations

import argparse
import os
import sys

from portal.embedded.caller import Caller
from portal.embedded.installation import data_folder
from portal.embedded.supervisor import Supervisor

HIGHEST_BASE_PORT = 65_533


def main() -> int:
    """Run until stopped; the exit code of `Supervisor.run`."""
    parser = argparse.ArgumentParser(prog="python -m portal.embedded", description=__doc__)
    parser.add_argument(
        "--stop-with-parent", action="store_true", help="stop when the calling process ends"
    )
    options = parser.parse_args()
    port = os.environ.get("TAXBRIDGE_PORT") or "8000"
    if not port.isdigit() or not 1 <= int(port) <= HIGHEST_BASE_PORT:
        parser.error(f"TAXBRIDGE_PORT must be a port number up to {HIGHEST_BASE_PORT}, not {port}")
    caller = Caller() if options.stop_with_parent else None
    return Supervisor(data_folder(), base_port=int(port), caller=caller).run()


if __name__ == "__main__":
    sys.exit(main())
