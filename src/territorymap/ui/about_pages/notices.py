"""The licences of all that the program is made of: from the notices of the installed program, else from the packages.

Owns where they are found; they are collected by installer/notices.py.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from territorymap.i18n import tr
from territorymap.resources import shipped

_OWN = "territorymap"
_NAME = re.compile(r"(^|[_.-])(licen[cs]es?|copying|notice)([_.-]|$)", re.IGNORECASE)
_NOT_A_TEXT = {".py", ".pyc", ".pyi", ".so", ".js", ".json", ".html"}


@dataclass(frozen=True)
class Notice:
    """One part, and how to get its texts."""

    name: str
    version: str
    licence: str
    read: Callable[[], str]


def notices_folder() -> Path | None:
    """Return the folder with licences and bill of materials; None where the program was not installed with one."""
    try:
        return shipped("resources", "notices")
    except FileNotFoundError:
        return None


def bill_of_materials() -> Path | None:
    """Return the file, in CycloneDX, that lists every part with its version and licence."""
    folder = notices_folder()
    path = folder / "sbom.cdx.json" if folder is not None else None
    return path if path is not None and path.is_file() else None


def all_notices() -> list[Notice]:
    """Return the program itself, what the licence of Qt asks, then all parts by name."""
    folder = notices_folder()
    if folder is None:
        return _of_packages()
    rows = json.loads((folder / "third-party.json").read_text(encoding="utf-8"))
    found = [Notice(row["name"], row["version"], row["licence"], _reader(folder / row["file"])) for row in rows]
    qt = Notice(tr("Qt: your rights under the LGPL"), "", "LGPL-3.0-only", _reader(folder / "QT-LGPL.txt"))
    return [found[0], qt, *found[1:]]


def _reader(*paths: Path) -> Callable[[], str]:
    return lambda: "\n\n".join(path.read_text(encoding="utf-8", errors="replace") for path in paths)


def _of_packages() -> list[Notice]:
    """Return the packages that the program needs, as they are installed beside it."""
    found: dict[str, Distribution] = {}
    todo = [_OWN]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue  # for another system only
        found[name] = one
        todo += [_normal(line) for line in one.requires or () if "extra ==" not in line]
    own = Notice(tr("Territory Map"), found[_OWN].version if _OWN in found else "", "MIT", _own_licence)
    others = [_notice(one) for name, one in found.items() if name != _OWN]
    return [own, *sorted(others, key=lambda notice: notice.name.lower())]


def _normal(requirement: str) -> str:
    name = re.match(r"[\w.-]+", requirement)
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else ""


def _own_licence() -> str:
    try:
        path = shipped("resources").parent / "LICENSE"
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _texts(distribution(_OWN))()


def _notice(one: Distribution) -> Notice:
    said = one.metadata["License-Expression"] or one.metadata["License"] or ""
    classifiers = [line.rsplit("::", 1)[-1].strip() for line in one.metadata.get_all("Classifier") or ()]
    licences = [word for word in classifiers if word.endswith("License") or "Public" in word]
    licence = said if said and "\n" not in said and len(said) < 80 else next(iter(licences), "")
    return Notice(one.metadata["Name"], one.version, licence, _texts(one))


def _texts(one: Distribution) -> Callable[[], str]:
    # Most files of a package are none; pathlib would keep the parts of all their names for ever.
    names = [row[0] for row in csv.reader((one.read_text("RECORD") or "").splitlines()) if row]
    paths = [Path(str(one.locate_file(name))) for name in names if _NAME.search(name.rsplit("/", 1)[-1])]
    texts = [path for path in paths if path.suffix not in _NOT_A_TEXT and path.is_file()]
    if texts:
        return _reader(*texts)
    said = one.metadata["License"] or one.metadata["License-Expression"] or ""
    return lambda: tr("The package brings no text of its own. It says: {licence}", licence=said)
