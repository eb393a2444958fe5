"""Whether Chromium can start with its sandbox, and what to do where it cannot.

Owns the one exception (root); the sandbox is never switched off otherwise.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
from pathlib import Path

from territorymap.errors import UserError
from territorymap.i18n import tr

_log = logging.getLogger(__name__)
_SWITCH = "QTWEBENGINE_DISABLE_SANDBOX"
_APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_CLONE_NEWUSER = 0x10000000


def prepare_sandbox() -> None:
    """Switch Chromium's sandbox off for root, with a notice; it will not start otherwise. For others it stays on.

    Call before the first page.
    """
    if _is_root() and os.environ.get(_SWITCH) != "1":
        os.environ[_SWITCH] = "1"
        _log.info(
            "Running as root: the map's browser sandbox is off. Start Territory Map as an ordinary user to have it on."
        )


def find_sandbox_problem(switch: Path = _APPARMOR) -> UserError | None:
    """Return what the person has to do where the system forbids the sandbox (recent Ubuntu); None if all is well."""
    if _is_root() or not sys.platform.startswith("linux") or os.environ.get(_SWITCH) == "1":
        return None
    if not _is_restricted(switch) or _can_make_namespace():
        return None
    return UserError(
        tr("This system does not let the map's browser start in its sandbox (AppArmor)."),
        tr(
            "Ask an administrator to allow it, either for this program with an AppArmor profile for {program} that "
            "contains “userns,”, or for all programs with: sudo sysctl -w "
            "kernel.apparmor_restrict_unprivileged_userns=0",
            program=sys.executable,
        ),
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _is_restricted(switch: Path) -> bool:
    try:
        return switch.read_text("ascii").strip() == "1"
    except OSError:
        return False


def _can_make_namespace() -> bool:
    """Try in a child process what Chromium's zygote does first."""
    child = os.fork()
    if child == 0:
        try:
            failed = ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER)
            if not failed:
                Path("/proc/self/uid_map").write_text(f"0 {os.getuid()} 1", "ascii")
            os._exit(1 if failed else 0)
        except OSError:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
