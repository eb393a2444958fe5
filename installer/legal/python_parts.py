"""The Python distributions of the bundle, and Python itself.

Owns which distribution a file belongs to, and what is known of the few that carry no licence text.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import sysconfig
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement

from installer.legal.parts import NoticesError, Part, Text
from installer.legal.texts import distribution_texts, file_text, standard_text

OWN = "territorymap"
_URL_LABELS = ("homepage", "home", "repository", "source", "source code", "documentation")
_QT = ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", ("LGPL-3.0", "GPL-3.0"))
# Distributions without a licence file: SPDX name, standard texts, notice of the holders.
_KNOWN: dict[str, tuple[str, tuple[str, ...], str]] = {
    "pyside6": (*_QT, "Copyright (C) The Qt Company Ltd. and other contributors."),
    "pyside6-essentials": (*_QT, "Copyright (C) The Qt Company Ltd. and other contributors."),
    "pyside6-addons": (*_QT, "Copyright (C) The Qt Company Ltd. and other contributors."),
    "shiboken6": (*_QT, "Copyright (C) The Qt Company Ltd. and other contributors."),
    "pmtiles": ("BSD-3-Clause", ("BSD-3-Clause",), "Copyright 2021 Protomaps LLC. All rights reserved."),
}
# A name for what METADATA says in words or not at all.
_SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache-2": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD-3": "BSD-3-Clause",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "PSF": "PSF-2.0",
    "PSFL": "PSF-2.0",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "Apache License, Version 2.0": "Apache-2.0",
}
_CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
_HEADER = re.compile(r"\(c\)[^\n]*Vladimir Agafonkin[^\n]*")


def normal_name(name: str) -> str:
    """Return the name of a distribution as all spellings of it share it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed_distributions(pyproject: Path) -> dict[str, Distribution]:
    """Return what the program needs to run on this system, by normal name."""
    found: dict[str, Distribution] = {}
    todo = _names(tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["dependencies"])
    while todo:
        one = distribution(todo.pop())
        name = normal_name(one.metadata["Name"])
        if name not in found:
            found[name] = one
            todo += _names(one.requires or ())
    return found


def distributions_by_file() -> dict[str, Distribution]:
    """Return the distribution of each installed file, by its real path; ours is not among them."""
    return {
        os.path.realpath(str(file.locate())): one
        for one in distributions()
        if normal_name(one.metadata["Name"]) != OWN
        for file in one.files or ()
    }


def python_part(one: Distribution) -> Part:
    """Return a distribution as a part with its texts.

    Raises
    ------
    NoticesError
        if it has no licence text and none is known for it.
    """
    name = one.metadata["Name"]
    licence, texts = _licence_name(one), distribution_texts(one)
    known = _KNOWN.get(normal_name(name))
    if normal_name(name) == "xstatic-leaflet":
        known = ("BSD-2-Clause", ("BSD-2-Clause",), _leaflet_notice())
    if known is not None and not texts:
        licence, names, notice = known
        texts = [standard_text(each, notice if i == 0 else "") for i, each in enumerate(names)]
    if not any(_states_terms(text) for text in texts):
        raise NoticesError(f"{name} {one.version} has no licence text")
    if not licence:
        raise NoticesError(f"{name} {one.version} does not say what its licence is")
    return Part(
        name=name,
        version=one.version,
        licence=licence,
        url=_home(one),
        kind="python",
        texts=tuple(texts),
        needs=tuple(sorted({normal_name(each) for each in _names(one.requires or ())})),
        purl=f"pkg:pypi/{normal_name(name)}@{one.version}",
    )


def interpreter_part() -> Part:
    """Return Python itself."""
    for folder in (sysconfig.get_path("stdlib"), sys.base_prefix):
        path = Path(folder) / "LICENSE.txt"
        if path.is_file():
            return Part(
                name="Python",
                version=platform.python_version(),
                licence="PSF-2.0",
                url="https://www.python.org",
                kind="native",
                texts=(Text("LICENSE.txt", path.read_text(encoding="utf-8")),),
                purl=f"pkg:generic/python@{platform.python_version()}",
            )
    raise NoticesError("Python has no LICENSE.txt beside its standard library")


def starter_part() -> Part:
    """Return PyInstaller's start program, which both executables are made of."""
    part = python_part(distribution("pyinstaller"))
    licence = "GPL-2.0-or-later WITH Bootloader-exception"
    return replace(part, name="PyInstaller start program", licence=licence, kind="native", needs=())


def _states_terms(text: Text) -> bool:
    return len(text.body) > 200 and re.search(r"(?i)permi|licen[cs]e|warrant", text.body) is not None


def _leaflet_notice() -> str:
    found = _HEADER.search(file_text("XStatic-Leaflet", "leaflet/data/leaflet.js").body[:2000])
    if found is None:
        raise NoticesError("leaflet.js does not name its authors")
    return f"Copyright {found[0].strip()}"


def _names(lines: Iterable[str]) -> list[str]:
    wanted = [Requirement(line) for line in lines]
    return [each.name for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]


def _licence_name(one: Distribution) -> str:
    expression = one.metadata.get("License-Expression")
    if expression:
        return str(expression)
    said = (one.metadata.get("License") or "").strip()
    if said and "\n" not in said and len(said) < 60:
        return _SPDX.get(said, said)
    for line in one.metadata.get_all("Classifier") or []:
        if line.startswith("License ::"):
            word = line.split("::")[-1].strip()
            return _CLASSIFIERS.get(word, word)
    return ""


def _home(one: Distribution) -> str:
    labelled = {}
    for line in one.metadata.get_all("Project-URL") or []:
        label, _, url = line.partition(",")
        labelled[label.strip().lower()] = url.strip()
    for label in _URL_LABELS:
        if label in labelled:
            return labelled[label]
    return str(one.metadata.get("Home-page") or f"https://pypi.org/project/{one.metadata['Name']}/")
