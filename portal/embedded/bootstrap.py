"""Make the Python environment `.venv` from the pinned, hashed requirements; cost nothing if made.

Runs before anything is installed, so it uses the standard library only:

    python3 portal/embedded/bootstrap.py [--dev]

A stamp inside `.venv` names the requirements it holds. A marker stands beside it while packages
are being installed: a set-up that was killed midway leaves the marker, and is made anew.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = (3, 11)
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
STAMP, MARKER = "taxbridge-stamp.json", "taxbridge-unfinished"
PIP_SETTINGS = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_ROOT_USER_ACTION": "ignore",
}


class SetupFailed(RuntimeError):
    """The environment could not be made; the message says why and what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Make or complete `.venv`; 0 when it is ready, 1 with a message when it can't be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        check_python(sys.version_info[:2])
        ensure_environment(options.root, development=options.dev)
    except SetupFailed as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("Interrupted; the next start makes the environment anew.")
        return 130
    return 0


def check_python(version: tuple[int, int]) -> None:
    """Refuses a Python older than the code is written for."""
    if version < OLDEST_PYTHON:
        raise SetupFailed(
            "TaxBridge needs Python {}.{} or newer; this is {}.{} ({}). Name another one: "
            "make PYTHON=/path/to/python3.11 run".format(*OLDEST_PYTHON, *version, sys.executable)
        )


def ensure_environment(root: Path, *, development: bool) -> None:
    """Bring `.venv` to what the requirement files say; refuses with a message when it can't."""
    environment = root / ".venv"
    if is_ready(root, development=development):
        return
    with only_one_at_a_time(root):
        if is_ready(root, development=development):  # another one made it while we waited
            return
        began = time.monotonic()
        try:
            prepare_folder(environment)
            install(root, environment, DEVELOPMENT if development else RUNTIME)
            write_stamp(root, development=development)
        except PermissionError as error:
            raise SetupFailed(
                f"{error.filename} can't be written by this user: it was made by another one. "
                "Remove .venv as that user, then start again."
            ) from error
        say(f"Environment ready after {time.monotonic() - began:.0f} s.")


def is_ready(root: Path, *, development: bool) -> bool:
    """True when `.venv` was finished, in this place, by a Python that is still there."""
    environment = root / ".venv"
    if (environment / MARKER).exists() or not python_of(environment).exists():
        return False
    try:
        stamp = json.loads((environment / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    wanted = stamp_for(root, development=development)
    return isinstance(stamp, dict) and wanted.items() <= stamp.items()


def stamp_for(root: Path, *, development: bool) -> dict[str, str]:
    """What a finished environment says of itself: its place and its requirements' digests."""
    names = [RUNTIME, DEVELOPMENT] if development else [RUNTIME]
    digests = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in names}
    return {"place": str(root / ".venv"), **digests}


def write_stamp(root: Path, *, development: bool) -> None:
    """Declare the environment finished."""
    environment = root / ".venv"
    stamp = json.dumps(stamp_for(root, development=development), indent=1)
    (environment / STAMP).write_text(stamp, encoding="utf-8")
    (environment / MARKER).unlink()


def prepare_folder(environment: Path) -> None:
    """An environment with pip in it: the one that is there, unless it is half-made or broken."""
    unfinished = (environment / MARKER).exists()
    if unfinished:
        say("An earlier set-up was stopped midway; making the environment anew.")
    if environment.exists() and (unfinished or not is_usable(environment)):
        shutil.rmtree(environment)
    fresh = not environment.exists()
    environment.mkdir(exist_ok=True)
    (environment / MARKER).touch()
    if fresh:
        create(environment)


def is_usable(environment: Path) -> bool:
    """True when its Python starts, is new enough, and belongs to this very folder."""
    code = "import sys, pip; print(sys.prefix); sys.exit(sys.version_info < (3, 11))"
    try:
        found = subprocess.run(
            [python_of(environment), "-c", code], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    moved = Path(found.stdout.strip() or "/") != environment
    return found.returncode == 0 and not moved and not is_copied(environment)


def is_copied(environment: Path) -> bool:
    """True when the stamp names another place: its scripts would start that place's Python."""
    try:
        stamp = json.loads((environment / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(stamp.get("place") != str(environment))


def create(environment: Path) -> None:
    """Make an empty environment with pip; refuses when Python came without `venv`."""
    say(f"Making {environment.name} with Python {sys.version.split()[0]} ...")
    result = subprocess.run(
        [sys.executable, "-m", "venv", environment], capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise SetupFailed(
            f"Python's venv module failed:\n{result.stdout}{result.stderr}\n"
            "On Debian and Ubuntu it comes with: apt-get install python3-venv"
        )


def install(root: Path, environment: Path, requirements: str) -> None:
    """Install exactly the pinned files; refuses when pip can't reach or verify one."""
    say(f"Installing {requirements} ...")
    command = [str(python_of(environment)), "-m", "pip", "install", "--quiet", "--require-hashes"]
    result = subprocess.run(
        [*command, "-r", str(root / requirements)],
        env={**os.environ, **PIP_SETTINGS},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode:
        tail = "\n".join(result.stdout.strip().splitlines()[-12:])
        raise SetupFailed(f"pip could not install {requirements}:\n{tail}")


@contextmanager
def only_one_at_a_time(root: Path) -> Iterator[None]:
    """Hold the set-up lock; say so when another set-up holds it, and wait."""
    folder = root / "var"
    try:
        folder.mkdir(exist_ok=True)
        lock = (folder / "bootstrap.lock").open("w")
    except PermissionError as error:
        raise SetupFailed(f"{error.filename} can't be written by this user.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is under way; waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def python_of(environment: Path) -> Path:
    """The environment's interpreter."""
    return environment / "bin" / "python"


def say(text: str) -> None:
    """One line for the person at the console."""
    print(f"taxbridge: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
