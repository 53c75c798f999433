"""The few Linux calls that keep processes together, and PostgreSQL away from root."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)


def stop_with_parent(parent: int, *, by: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send ``by`` to this process when its parent ends; end now if it has.

    The kernel forgets this at a change of user, so ask after that, never before.
    """
    _call(_libc.prctl(_PR_SET_PDEATHSIG, by, 0, 0, 0))
    if os.getppid() != parent:
        os.kill(os.getpid(), by)


def keep_forks_together() -> None:
    """Every process forked from this one ends with its own parent, however deep."""
    parent: list[int] = []
    os.register_at_fork(
        before=lambda: parent.append(os.getpid()),
        after_in_parent=parent.pop,
        after_in_child=lambda: stop_with_parent(parent.pop()),
    )


def enter_user_namespace() -> None:
    """Become user 1 of a namespace where root is not root; ``OSError`` where that isn't allowed.

    PostgreSQL refuses to run as root. Seen from outside its files stay root's own, so no user is
    added to the system and no folder is opened to others.
    """
    user, group = os.geteuid(), os.getegid()
    _call(_libc.unshare(_CLONE_NEWUSER))
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"1 {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"1 {group} 1", encoding="ascii")


def is_catching(process: int, number: signal.Signals) -> bool:
    """True while another process has a handler of its own for a signal."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) & 1 << (number - 1))


def may_enter_user_namespace() -> bool:
    """Try it in a child process, which is gone afterwards."""
    child = os.fork()
    if child == 0:
        try:
            enter_user_namespace()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _call(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
