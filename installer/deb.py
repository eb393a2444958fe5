"""The Debian package: dist/territorymap_VERSION_ARCH.deb from dist/territorymap.

    python installer/deb.py [--level 9]

Owns what stands where on a system, and the control file; needs dpkg-deb and objdump, no root.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [path for path in (str(ROOT), str(ROOT / "src")) if path not in sys.path]

from installer import bundle_files, linux_libraries  # noqa: E402
from installer.deb_archive import repack  # noqa: E402
from installer.man_page import man_page  # noqa: E402
from installer.packing import DIST, NAME, asked, gzipped, tell_made  # noqa: E402
from territorymap import __version__  # noqa: E402

STAGE = ROOT / "build" / "deb"
LINUX = ROOT / "installer" / "linux"
# Letters of Chinese, Thai and Devanagari; printing; and what asks the desktop for the browser.
RECOMMENDS = ("fonts-noto-core", "fonts-noto-cjk", "libcups2 | libcups2t64", "xdg-utils")

_CONTROL = """Package: {name}
Version: {version}
Architecture: {arch}
Maintainer: The Territory Map maintainers <maintainers@territorymap.invalid>
Installed-Size: {size_kb}
Depends: {depends}
Recommends: {recommends}
Section: science
Priority: optional
Description: draw, reassign and balance sales territories, offline
 Territory Map is for sales planners who draw, reassign and balance territories
 on a laptop, often with no network. Accounts, reps and boundaries live in one
 file, a GeoPackage; the balance of the workload follows live while you edit.
 .
 The program lets you drag the border between two territories, proposes plans,
 compares scenarios, and writes Excel, PowerPoint, map books, GIS formats and
 files for the CRM. It makes no network request.
"""
_COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Territory Map
Comment: The package carries parts of others, Qt among them under the LGPL 3.
 Names, versions, licences and addresses of all of them, their licence texts
 and how Qt's libraries may be replaced stand in
 /usr/lib/territorymap/_internal/resources/notices.

Files: *
Copyright: The Territory Map maintainers
License: MIT

License: MIT
{licence}
"""
# Where lintian holds a bundle to be a distribution's own package: each with its reason.
_OVERRIDES = (
    ("embedded-library", "all that the program needs is in one folder: it runs on releases that lack these versions"),
    ("hardening-no-relro", "built by the projects themselves"),
    ("library-not-linked-against-libc", "Qt's and ICU's own way to link"),
    ("shared-library-lacks-prerequisites", "ICU's data is a library of nothing but data"),
    ("custom-library-search-path", "libraries find each other within the folder"),
    ("unstripped-binary-or-object", "stripping breaks libraries that were given a search path after they were linked"),
    ("extra-license-file", "the notices are to be read in the program"),
    ("package-installs-python-bytecode", "the program is packed with the interpreter that the bytecode is for"),
    ("duplicate-font-file", "matplotlib draws with the fonts that it was measured with"),
    ("hardening-no-pie", "PyInstaller's own starter"),
    ("national-encoding", "a table of GDAL's, as it reads it"),
    ("no-changelog", "the changelog is README's"),
    ("initial-upload-closes-no-bugs", "not a package of Debian's archive"),
)


def main() -> None:
    """Build the package."""
    bundle, level = asked(__doc__, "of xz: 9 is small, 1 is quick")
    shutil.rmtree(STAGE, ignore_errors=True)
    fill(STAGE, bundle)
    package = DIST / f"{NAME}_{__version__}_{architecture()}.deb"
    plain = STAGE.with_suffix(".deb")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(STAGE), str(plain)], check=True)
    shutil.rmtree(STAGE)
    repack(plain, package, architecture(), level)
    plain.unlink()
    tell_made(package)


def architecture() -> str:
    """Return Debian's name of this machine."""
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()


def fill(stage: Path, bundle: Path) -> None:
    """Put everything where it stands on a system; the bundle's own files as links, for there is a gigabyte of them."""
    shutil.copytree(bundle, stage / "usr" / "lib" / NAME, symlinks=True, copy_function=os.link)
    commands = stage / "usr" / "bin"
    commands.mkdir(parents=True)
    for name in (NAME, f"{NAME}-gui"):
        (commands / name).symlink_to(f"../lib/{NAME}/{name}")
    share = stage / "usr" / "share"
    for file in desktop_files(share):
        file.chmod(0o644)
    _write_documents(share)
    _set_modes(stage)
    _write_control(stage, bundle)


def desktop_files(share: Path) -> list[Path]:
    """Write what a desktop reads: entry, icons, metadata and the type of plans; return the files."""
    date = release_date()
    icons = bundle_files.draw_icons(ROOT, ROOT / "build" / "icons")
    hicolor = share / "icons" / "hicolor"
    wanted = {
        LINUX / f"{NAME}.desktop": share / "applications" / f"{NAME}.desktop",
        LINUX / f"{NAME}-mime.xml": share / "mime" / "packages" / f"{NAME}.xml",
        ROOT / "resources" / "icons" / "app.svg": hicolor / "scalable" / "apps" / f"{NAME}.svg",
        **{path: hicolor / f"{size}x{size}" / "apps" / f"{NAME}.png" for size, path in icons.items()},
    }
    for source, target in wanted.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    metadata = share / "metainfo" / "org.territorymap.TerritoryMap.metainfo.xml"
    metadata.parent.mkdir(parents=True, exist_ok=True)
    text = (LINUX / "metainfo.xml").read_text(encoding="utf-8")
    metadata.write_text(text.replace("@VERSION@", __version__).replace("@DATE@", date), encoding="utf-8")
    return [*wanted.values(), metadata]


def release_date() -> str:
    """Return the day of the sources: SOURCE_DATE_EPOCH, else that of the last commit, else today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
        epoch = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    when = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return when.strftime("%Y-%m-%d")


def _write_documents(share: Path) -> None:
    """Write the man page, for both commands, and the copyright."""
    from territorymap.cli.root import territorymap

    pages = share / "man" / "man1"
    pages.mkdir(parents=True)
    with gzipped(pages / f"{NAME}.1.gz") as page:
        page.write(man_page(territorymap, __version__, release_date()).encode())
    (pages / f"{NAME}-gui.1.gz").symlink_to(f"{NAME}.1.gz")
    documents = share / "doc" / NAME
    documents.mkdir(parents=True)
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").strip().splitlines()
    text = "\n".join(f" {line}" if line.strip() else " ." for line in licence)
    (documents / "copyright").write_text(_COPYRIGHT.format(licence=text), encoding="utf-8")
    overrides = share / "lintian" / "overrides"
    overrides.mkdir(parents=True)
    lines = [line for tag, reason in _OVERRIDES for line in (f"# {reason}", f"{NAME}: {tag}")]
    (overrides / NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _set_modes(stage: Path) -> None:
    """Let everybody read all of it, and nobody but root write."""
    for path in [stage, *stage.rglob("*")]:
        if path.is_symlink():
            continue
        runs = path.is_dir() or (path.stat().st_mode & 0o100 and path.suffix == "")
        path.chmod(0o755 if runs else 0o644)


def _write_control(stage: Path, bundle: Path) -> None:
    files = sorted(path for path in (stage / "usr").rglob("*") if path.is_file() and not path.is_symlink())
    control = stage / "DEBIAN"
    control.mkdir(mode=0o755)
    control.chmod(0o755)
    text = _CONTROL.format(
        name=NAME,
        version=__version__,
        arch=architecture(),
        size_kb=sum(path.stat().st_size for path in files) // 1024,
        depends=", ".join(linux_libraries.needed_packages(bundle)),
        recommends=", ".join(RECOMMENDS),
    )
    (control / "control").write_text(text, encoding="utf-8")
    sums = [f"{_md5(path)}  {path.relative_to(stage).as_posix()}" for path in files]
    (control / "md5sums").write_text("\n".join(sums) + "\n", encoding="utf-8")
    for path in control.iterdir():
        path.chmod(0o644)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


if __name__ == "__main__":
    main()
