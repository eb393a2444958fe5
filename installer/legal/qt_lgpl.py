"""QT-LGPL.txt: what the LGPL asks of a program that brings Qt and other libraries under it.

Owns the words, which are ours; the licence itself is appended from the installed packages.
"""

from __future__ import annotations

from collections.abc import Iterable

from installer.legal.parts import Part
from installer.legal.texts import standard_text

_QT_SOURCE = "https://download.qt.io/official_releases/qt/{minor}/{qt}/single/qt-everywhere-src-{qt}.tar.xz"
_PYSIDE_SOURCE = (
    "https://download.qt.io/official_releases/QtForPython/pyside6/PySide6-{pyside}-src/"
    "pyside-setup-everywhere-src-{pyside}.tar.xz"
)
_HEAD = """\
TERRITORY MAP AND THE LGPL
==========================

Territory Map {version} is under the MIT licence. It uses Qt {qt} and Qt for
Python (PySide6, Shiboken) {pyside} under the GNU Lesser General Public
License, version 3. Both are unchanged, as their makers publish them.
Copyright (C) The Qt Company Ltd. and other contributors. The licence texts
stand at the end of this file and in the folder licences.

1. Which files
--------------

Qt is not part of the two executables. It is loaded when the program starts,
from these {n} files in the folder _internal beside them (macOS: Contents/
Frameworks), each of which you may replace:

{qt_files}

2. How to replace them
----------------------

Build Qt or Qt for Python of the same minor version ({minor}) from its
source, changed as you like, with a compiler for your system, and put the new
files in the place of the old, under the same names. The program takes them
as they are: it checks no signature and no hash of them, and needs no key to
start.

Linux
    The tar.gz lies where you unpacked it, the .deb in /usr/lib/territorymap.
    Copy the new file over the old one (with the .deb: as root):
    cp libQt6Core.so.6 .../_internal/PySide6/Qt/lib/

Windows
    The program lies in %LOCALAPPDATA%\\Programs\\Territory Map. Close it and
    copy the new DLL over the old one in _internal\\PySide6. No administrator
    is needed.

macOS
    Copy "Territory Map.app" to a folder of yours, replace the file in
    Contents/Frameworks/PySide6, and sign the copy for this Mac:
    codesign --force --deep --sign - "Territory Map.app"

To be rid of the frozen program altogether: the source of Territory Map runs
with any Qt for Python that pip installs ("pip install ." in its folder, then
"territorymap").

3. The source of exactly these versions
---------------------------------------

Qt {qt}:
{qt_source}

Qt for Python {pyside}:
{pyside_source}

Should one of them ever be gone, ask the maintainers of Territory Map: for
three years from the day you received this copy they hand you the source at
no more than the cost of doing so.

Qt WebEngine contains Chromium {chromium}. Its parts that can be told from
the library are listed with the others in the folder licences. The full list
that its makers keep is part of the source above (folder
qtwebengine/src/3rdparty/chromium) and of
https://doc.qt.io/qt-6/qtwebengine-licensing.html

4. You may look inside
----------------------

Nothing in the terms of Territory Map forbids you to change these libraries
for your own use, or to take the program apart in order to find faults in
such changes (reverse engineering for debugging).

5. Other libraries under the LGPL
---------------------------------

{others}

The same holds for them. Those that are files of their own are replaced as
above; those that are linked into another file (GEOS in GDAL, FFmpeg and
Blink in Qt WebEngine) are replaced together with that file, which is built
from its own published source.

"""


def qt_notice(version: str, versions: dict[str, str], parts: Iterable[Part]) -> str:
    """Return the notice, with the licence texts after it."""
    parts = list(parts)
    qt_files = sorted({file for part in parts if part.name == "Qt" for file in part.files})
    minor = ".".join(versions["qt"].split(".")[:2])
    head = _HEAD.format(
        version=version,
        qt=versions["qt"],
        pyside=versions["pyside"],
        chromium=versions["chromium"],
        minor=minor,
        n=len(qt_files),
        qt_files="\n".join(f"  {file}" for file in qt_files) or "  (as installed by pip)",
        qt_source=_QT_SOURCE.format(qt=versions["qt"], minor=minor),
        pyside_source=_PYSIDE_SOURCE.format(pyside=versions["pyside"]),
        others="\n".join(_other_lines(parts)),
    )
    texts = (standard_text("LGPL-3.0"), standard_text("GPL-3.0"), standard_text("LGPL-2.1"))
    return head + "\n\n".join(f"{text.title}\n{'=' * len(text.title)}\n\n{text.body}" for text in texts)


def _other_lines(parts: list[Part]) -> Iterable[str]:
    for part in sorted(parts, key=lambda part: part.name.lower()):
        is_choice = " OR " in part.licence and not part.licence.startswith("LGPL")
        if "LGPL" in part.licence and part.kind == "native" and part.name != "Qt" and not is_choice:
            where = ", ".join(part.files[:3]) or part.owner
            name = f"{part.name} {part.version}".strip()
            yield f"  {name} ({part.licence})\n    in {where}\n    source: {part.url}"
