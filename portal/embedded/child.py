"""First code of each started process: tie it to its parent, then become the real program.

python -m portal.embedded.child PARENT module NAME ARGUMENTS...      a Python module
python -m portal.embedded.child PARENT program PATH ARGUMENTS...     another program
python -m portal.embedded.child PARENT not-root PATH ARGUMENTS...    one that refuses root
"""

from __future__ import annotations

import os
import runpy
import sys

from portal.embedded import linux


def main(arguments: list[str]) -> None:
    """Become the program named on the command line; does not return."""
    parent, kind, name, *rest = arguments
    if kind == "not-root":
        linux.enter_user_namespace()
    linux.stop_with_parent(int(parent))
    if kind == "module":
        linux.keep_forks_together()
        sys.argv = [name, *rest]
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    else:
        os.execv(name, [name, *rest])


if __name__ == "__main__":
    main(sys.argv[1:])
