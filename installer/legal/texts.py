"""Licence texts: those of an installed distribution, one section of such a file, and the standard text of an SPDX name.

Owns where a text comes from; which part needs which stands in native.toml and python_parts.py. No text is ours.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from installer.legal.parts import NoticesError, Text

# A file that states terms: LICENSE.md, COPYING, LICENSE_GEOS, dragon4_LICENSE.txt, licenses/src/BOOST.txt ...
_NAME = re.compile(r"(^|[_.-])(licen[cs]es?|copying|copyright|notice|authors)([_.-]|$)", re.IGNORECASE)
_NOT_A_TEXT = {".py", ".pyc", ".pyi", ".so", ".js", ".json", ".html", ".css", ".svg", ".png", ".h"}
_VARIABLE = re.compile(r"<<var;name=[^;>]*;original=(.*?);match=.*?>>", re.DOTALL)
_OPTIONAL = re.compile(r"<<(?:beginOptional|endOptional)[^>]*>>")
_BLANK_NOTICE = re.compile(r"(?m)^.*(?:Copyright \(c\)\s*<year>|<copyright notice>).*$")
_SECTION = re.compile(r"(?m)^----\n\n([A-Z0-9]+)\n\n")


def standard_text(licence: str, notice: str = "", *, is_blank_only: bool = False) -> Text:
    """Return the standard text of an SPDX name with the notice of those who hold the copyright put in.

    A text with no place for it has the notice above it, unless it may only fill a blank.
    """
    path = _folder_of("spdx") / "spdx" / "data" / f"{licence}.txt"
    if not path.is_file():
        raise NoticesError(f"there is no standard text of the licence {licence}")
    body = _OPTIONAL.sub("", _VARIABLE.sub(lambda found: found[1].strip(), path.read_text(encoding="utf-8")))
    if notice and _BLANK_NOTICE.search(body[:400]):
        body = _BLANK_NOTICE.sub(lambda _: notice, body, count=1)
    elif notice and not is_blank_only:
        body = f"{notice}\n\n{body}"
    head = body[:400]  # further down the GPL and Apache's explain how to apply them
    if "<year>" in head or "<copyright notice>" in head:
        raise NoticesError(f"a text of the licence {licence} needs the notice of its holders")
    return Text(licence, body.strip() + "\n")


def section_text(package: str, section: str) -> Text:
    """Return one section of the licence file of a distribution that lists its libraries, as Pillow's does."""
    for text in distribution_texts(distribution(package)):
        pieces = _SECTION.split(text.body)
        found = dict(zip(pieces[1::2], pieces[2::2], strict=True))
        if section in found:
            return Text(f"{section}, as {package} carries it", found[section].strip() + "\n")
    raise NoticesError(f"the licence file of {package} has no section {section}")


def file_text(package: str, pattern: str) -> Text:
    """Return the licence file of a distribution whose path ends in the pattern."""
    for path in _files(distribution(package)):
        if path.as_posix().endswith(pattern):
            return Text(path.name, _read(path))
    raise NoticesError(f"{package} has no file {pattern}")


def distribution_texts(found: Distribution) -> list[Text]:
    """Return all licence files of a distribution, those inside its packages too; without doubles."""
    texts: dict[str, Text] = {}
    for path in _files(found):
        is_listed = ".dist-info/licen" in path.as_posix()
        if (is_listed or _NAME.search(path.name)) and path.suffix not in _NOT_A_TEXT:
            body = _read(path)
            texts.setdefault(body.strip(), Text(_title(path), body))
    return list(texts.values())


def _title(path: Path) -> str:
    parts = path.as_posix().split(".dist-info/")
    return parts[-1].removeprefix("licenses/") if len(parts) > 1 else path.name


@cache
def _folder_of(package: str) -> Path:
    try:
        return Path(str(distribution(package).locate_file("")))
    except PackageNotFoundError:
        raise NoticesError(f"{package} is not installed: pip install '.[installer]'") from None


def _files(found: Distribution) -> list[Path]:
    paths = [Path(str(file.locate())) for file in found.files or []]
    return sorted(path for path in paths if path.is_file())


def _read(path: Path) -> str:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
