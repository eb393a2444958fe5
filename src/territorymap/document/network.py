"""Tells whether a file lies on a network share, where SQLite's WAL mode does not work.

Owns the three ways to ask (Linux /proc/mounts, Windows drive type, macOS mount); no policy.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_SHARED = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb3",
        "smbfs",
        "afs",
        "afpfs",
        "webdav",
        "davfs",
        "ncpfs",
        "9p",
        "ceph",
        "glusterfs",
    }
    | {"lustre", "gpfs", "beegfs", "vboxsf", "vmhgfs", "drvfs", "virtiofs"}
)


def is_on_share(path: Path) -> bool:
    """Tell whether the file is on a network share; False where that cannot be found out."""
    real = os.path.realpath(path)
    if sys.platform == "win32":
        if real.startswith("\\\\"):
            return True
        drive = Path(real).drive + "\\"
        return bool(ctypes.windll.kernel32.GetDriveTypeW(drive) == 4)  # DRIVE_REMOTE
    try:
        return is_shared_type(type_of_mount(real, _mounts()))
    except (OSError, subprocess.SubprocessError):
        return False


def is_shared_type(kind: str) -> bool:
    """Tell whether a file system type is one of several computers."""
    return kind in _SHARED or kind.startswith("fuse.")


def type_of_mount(real: str, mounts: Iterable[tuple[str, str]]) -> str:
    """Return the file system type of the innermost mount that holds the path; "" if none does."""
    best, kind = "", ""
    for place, found in mounts:
        inside = real == place or real.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):
            best, kind = place, found
    return kind


def _mounts() -> Iterable[tuple[str, str]]:
    if sys.platform == "darwin":
        lines = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=True).stdout
        return parse_mac_mounts(lines)
    return parse_linux_mounts(Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape"))


def parse_linux_mounts(text: str) -> list[tuple[str, str]]:
    """Return (place, type) of each line ``device place type options``; blanks in a place stand as \\040."""
    fields = (line.split(" ") for line in text.splitlines())
    return [(f[1].replace("\\040", " ").replace("\\011", "\t"), f[2]) for f in fields if len(f) >= 3]


def parse_mac_mounts(text: str) -> list[tuple[str, str]]:
    """Return (place, type) of each line ``device on place (type, options)``."""
    found = []
    for line in text.splitlines():
        left, _, options = line.rpartition(" (")
        _, _, place = left.partition(" on ")
        found.append((place, options.split(",")[0].rstrip(")")))
    return found
