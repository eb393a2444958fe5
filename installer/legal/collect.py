"""All parts of the bundle, and the files that say so: licences/, third-party.json, sbom.cdx.json, QT-LGPL.txt.

Owns the order of collecting; each kind of part has its own module.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from importlib.metadata import PackagePath
from pathlib import Path

from installer.legal.crate_parts import crate_parts
from installer.legal.data_parts import data_parts
from installer.legal.native_parts import is_library, library_table, native_parts, refuse_gpl_only
from installer.legal.parts import Part, Text
from installer.legal.python_parts import (
    OWN,
    distributions_by_file,
    interpreter_part,
    needed_distributions,
    normal_name,
    python_part,
    starter_part,
)
from installer.legal.qt_lgpl import qt_notice
from installer.legal.sbom import bill_of_materials

ROOT = Path(__file__).resolve().parents[2]
Entry = tuple[str, str]  # place in the bundle, source
_ASK = """
import json, PySide6, pyogrio, pyproj, shapely
from PySide6.QtCore import qVersion
from PySide6.QtWebEngineCore import qWebEngineChromiumVersion
print(json.dumps({
    "qt": qVersion(), "pyside": PySide6.__version__, "chromium": qWebEngineChromiumVersion(),
    "gdal": pyogrio.__gdal_version_string__, "geos": shapely.geos_version_string, "proj": pyproj.proj_version_str,
}))
"""


def collect_parts(entries: Iterable[Entry] | None, versions: Mapping[str, str]) -> list[Part]:
    """Return all that others wrote in a bundle of these entries; without entries, in the program as pip installs it.

    Raises
    ------
    NoticesError
        if one has no licence text, or may not be there.
    """
    is_bundle = entries is not None
    if entries is None:
        found = needed_distributions(ROOT / "pyproject.toml")
        files = {str(file): Path(str(file.locate())) for one in found.values() for file in one.files or ()}
        by_file = {os.path.realpath(path): one for one in found.values() for path in map(_path, one.files or ())}
    else:
        files = {place: Path(source) for place, source in entries if source}
        by_file = distributions_by_file()
        reached = [by_file[real] for real in map(os.path.realpath, files.values()) if real in by_file]
        found = {normal_name(one.metadata["Name"]): one for one in reached}
    libraries = {place: source for place, source in files.items() if is_library(source.name) and source.is_file()}
    refuse_gpl_only(libraries if is_bundle else ())
    found.pop("pyinstaller", None)  # of it only its start program and hooks are there: starter_part
    parts = [python_part(one) for one in found.values()]
    parts += [part for one in found.values() for part in crate_parts(one)]
    parts.append(interpreter_part())
    if is_bundle:
        parts.append(starter_part())
    reals = {source: os.path.realpath(source) for source in libraries.values()}
    owners = {source: by_file[real].metadata["Name"] for source, real in reals.items() if real in by_file}
    owners |= {source: "Python" for source in libraries.values() if source not in owners and _is_pythons(source)}
    parts += native_parts(libraries, owners, versions, library_table(), is_bundle)
    parts += data_parts(ROOT / "maps")
    return _merged(parts)


def write_notices(out: Path, entries: Iterable[Entry] | None = None) -> list[Part]:
    """Write all notices into a folder, which is emptied first, and return the parts."""
    from territorymap import __version__

    versions = library_versions()
    parts = collect_parts(entries, versions)
    if out.exists():
        shutil.rmtree(out)
    (out / "licences").mkdir(parents=True)
    own = Part(
        name="Territory Map",
        version=__version__,
        licence="MIT",
        url="",
        kind="own",
        texts=(Text("LICENSE", (ROOT / "LICENSE").read_text(encoding="utf-8")),),
    )
    groups = _by_name([own, *parts])
    for group in groups:
        (out / "licences" / group[0].file).write_text(_all_texts(group), encoding="utf-8", newline="\n")
    rows = [_row(group) for group in groups]
    (out / "third-party.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    bill = bill_of_materials(OWN, __version__, "MIT", parts)
    (out / "sbom.cdx.json").write_text(bill, encoding="utf-8")
    (out / "QT-LGPL.txt").write_text(qt_notice(__version__, versions, parts), encoding="utf-8", newline="\n")
    return parts


def library_versions() -> dict[str, str]:
    """Return the versions of libraries that say so themselves, by the names that native.toml uses.

    Another process asks them: this one may be PyInstaller's, which must not load Qt.
    """
    done = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def _path(file: PackagePath) -> str:
    return str(file.locate())


def _is_pythons(source: Path) -> bool:
    """Return whether a file is Python's own library or one of its extension modules."""
    path = Path(os.path.realpath(source))
    homes = [Path(os.path.realpath(sysconfig.get_path(name))) for name in ("stdlib", "platstdlib")]
    homes.append(Path(os.path.realpath(sys.base_prefix)) / "DLLs")
    is_module = any(home in path.parents for home in homes) and "site-packages" not in path.parts
    if is_module and path.suffix.lower() == ".dll":
        return False
    return is_module or path.name.lower().startswith(("libpython3", "python3"))


def _merged(parts: list[Part]) -> list[Part]:
    """Return the parts sorted, each name and version once."""
    by_name = {(part.name, part.version): part for part in reversed(parts)}
    return sorted(by_name.values(), key=lambda part: (part.kind == "data", part.name.lower(), part.version))


def _by_name(parts: list[Part]) -> list[list[Part]]:
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.name, []).append(part)
    return list(groups.values())


def _versions(group: list[Part]) -> str:
    return ", ".join(part.version for part in group if part.version)


def _all_texts(group: list[Part]) -> str:
    part = group[0]
    files = [file for each in group for file in each.files]
    head = [f"{part.name} {_versions(group)}".strip(), f"Licence: {part.licence}"]
    head += [part.url] if part.url else []
    head += ["Files: " + ", ".join(files)] if files else []
    pieces = ["\n".join(head) + "\n"]
    pieces += [f"{'-' * 72}\n{text.title}\n{'-' * 72}\n\n{text.body.rstrip()}\n" for text in part.texts]
    return "\n".join(pieces)


def _row(group: list[Part]) -> dict[str, str]:
    part = group[0]
    return {
        "name": part.name,
        "version": _versions(group),
        "licence": part.licence,
        "url": part.url,
        "kind": part.kind,
        "owner": part.owner,
        "file": f"licences/{part.file}",
    }
