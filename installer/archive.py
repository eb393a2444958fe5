"""The archive for every Linux: dist/territorymap-VERSION-linux-ARCH.tar.gz, which runs from any folder.

Owns the archive and the page that is read first.
"""

from __future__ import annotations

import platform
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [path for path in (str(ROOT), str(ROOT / "src")) if path not in sys.path]

from installer import linux_libraries  # noqa: E402
from installer.packing import DIST, NAME, asked, gzipped, tell_made  # noqa: E402
from territorymap import __version__  # noqa: E402


def main() -> None:
    """Pack the bundle."""
    bundle, level = asked(__doc__, "9 is small, 1 is quick")
    (bundle / "READ-ME-FIRST.txt").write_text(first_page(bundle), encoding="utf-8")
    target = DIST / f"{NAME}-{__version__}-linux-{platform.machine()}.tar.gz"
    with gzipped(target, level) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(bundle, f"{NAME}-{__version__}", filter=_as_nobodys)
    tell_made(target)


def first_page(bundle: Path) -> str:
    """Return what somebody reads who unpacks the archive."""
    page = (ROOT / "installer" / "linux" / "READ-ME-FIRST.txt").read_text(encoding="utf-8")
    packages = [
        entry.split(" ")[0] for entry in linux_libraries.needed_packages(bundle) if not entry.startswith("libc6")
    ]
    values = {"VERSION": __version__, "GLIBC": linux_libraries.glibc_version(bundle), "PACKAGES": " ".join(packages)}
    for name, value in values.items():
        page = page.replace(f"@{name}@", value)
    return page


def _as_nobodys(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return the entry without the names of who packed it."""
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    return info


if __name__ == "__main__":
    main()
