#!/usr/bin/env python3
"""Django's command line. Without settings in the environment it means the system of `make run`."""

import os
import sys

from django.core.management import execute_from_command_line

from portal.embedded import manage
from portal.sandbox.clearing import __main__ as clearing
from portal.sandbox.ecny import __main__ as ecny
from portal.sandbox.witness import __main__ as witness

if __name__ == "__main__":
    if sys.argv[1:2] == ["witness"]:  # another party's program: no settings of the portal
        sys.exit(witness.main(sys.argv[2:]))
    if sys.argv[1:2] == ["sandbox_ecny"]:
        sys.exit(ecny.main(sys.argv[2:]))
    if sys.argv[1:2] == ["sandbox_clearing"]:
        sys.exit(clearing.main(sys.argv[2:]))
    if not {"DJANGO_SETTINGS_MODULE", "TAXBRIDGE_SECRET_KEY"} & set(os.environ):
        sys.exit(manage.main(sys.argv[1:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.config.settings.dev")
    execute_from_command_line(sys.argv)
