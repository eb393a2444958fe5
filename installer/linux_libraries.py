"""Which packages of Debian the bundle needs for the libraries that are not in it.

Owns the search; reads the bundle and asks dpkg of this machine, which must be the oldest release that is supported.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

# A plugin that nobody has to have: without its libraries Qt goes on without it.
_OPTIONAL = re.compile(r"libqgtk3|libcupsprintersupport")
# Renamed when Debian's time became 64 bits long; either will do.
_RENAMED = {"libasound2", "libglib2.0-0", "libcups2", "libgtk-3-0"}
# Opened by name while the program runs: graphics, and the drivers that they ask for.
_BY_NAME = ["libegl1", "libgl1", "libgl1-mesa-dri"]


def needed_packages(bundle: Path) -> list[str]:
    """Return what must be installed, as Debian's Depends, sorted."""
    names = {name for wanted in needed_libraries(bundle).values() for name in wanted}
    packages = {owner for name in names if (owner := _owner(name)) and owner not in ("libc6",)} | set(_BY_NAME)
    found = [f"{p} | {p}t64" if p in _RENAMED else p for p in packages]
    return [f"libc6 (>= {glibc_version(bundle)})", *sorted(found)]


def needed_libraries(bundle: Path) -> dict[str, set[str]]:
    """Return the libraries outside of the bundle by the file in it that links to them."""
    inside = {path.name for path in bundle.rglob("*")}
    return {
        path.name: missing
        for path in binaries(bundle)
        if not _OPTIONAL.search(path.name) and (missing := set(_linked(path)) - inside)
    }


def binaries(bundle: Path) -> list[Path]:
    """Return the ELF files of the bundle."""
    return [path for path in sorted(bundle.rglob("*")) if path.is_file() and not path.is_symlink() and _is_elf(path)]


def glibc_version(bundle: Path) -> str:
    """Return the oldest glibc on which all of the bundle loads."""
    versions = {
        tuple(int(part) for part in match.split(b"."))
        for path in binaries(bundle)
        for match in re.findall(rb"GLIBC_(2\.\d+)\x00", path.read_bytes())
    }
    return ".".join(str(part) for part in max(versions))


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _linked(path: Path) -> list[str]:
    told = subprocess.run(["objdump", "-p", str(path)], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^\s+NEEDED\s+(\S+)", told, re.MULTILINE)


def _owner(library: str) -> str | None:
    """Return the package of this machine that holds a library."""
    told = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True, check=False).stdout
    owners = {
        line.split(":")[0] for line in told.splitlines() if line.rsplit(" ", 1)[-1].startswith(("/lib", "/usr/lib/"))
    }
    owners = {owner for owner in owners if not owner.endswith("-dev")}
    if not owners:
        raise SystemExit(f"no package of this machine holds {library}; install it, for the bundle links to it")
    return min(owners, key=lambda owner: (len(owner), owner))
