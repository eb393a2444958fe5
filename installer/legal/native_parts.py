"""The libraries of the bundle that are not Python: files of their own, linked into others, or of the build machine.

Owns how they are recognised; the facts about each stand in native.toml. A library file that no line of it names, and no
package of the system owns, ends the build.
"""

from __future__ import annotations

import mmap
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from installer.legal.parts import NoticesError, Part, Text
from installer.legal.texts import file_text, section_text, standard_text

TABLE = Path(__file__).with_name("native.toml")
_LIBRARY = re.compile(r"\.(so(\.[\d.]+)?|dylib|dll|pyd)$", re.IGNORECASE)
_AFTER = re.compile(rb"v?(\d+\.\d+[A-Za-z0-9.+-]*)")
_LOOKS = 500  # places of a mark in one file
# Qt modules that are offered under the GPL alone: with one of them the bundle could not be given away under MIT.
_GPL_QT = re.compile(
    r"qt6?(charts|datavisualization|graphs|virtualkeyboard|quick3d|lottie|quicktimeline|httpserver|networkauth|coap|mqtt"
    r"|waylandcompositor|shadertools|canvaspainter|3d|statemachine|scxml|pdfquick)(?!.*stub)",
    re.IGNORECASE,
)
_GPL_PLUGIN = re.compile(r"qtvirtualkeyboardplugin", re.IGNORECASE)


@dataclass(frozen=True)
class Library:
    """One line of the table."""

    name: str
    licence: str
    url: str
    texts: tuple[str, ...]
    notice: str
    files: tuple[str, ...]
    below: tuple[str, ...]
    inside: Mapping[str, str]
    version: str
    is_version_in_name: bool


def library_table(path: Path = TABLE) -> list[Library]:
    """Return the table of native.toml."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["library"]
    return [
        Library(
            name=row["name"],
            licence=row["licence"],
            url=row["url"],
            texts=tuple(row["texts"]),
            notice=row.get("notice", ""),
            files=tuple(row.get("files", ())),
            below=tuple(row.get("below", ())),
            inside=row.get("inside", {}),
            version=row.get("version", ""),
            is_version_in_name=row.get("version_in_name", False),
        )
        for row in rows
    ]


def is_library(path: str) -> bool:
    """Return whether a name is that of a shared library or an extension module."""
    return _LIBRARY.search(path) is not None


def refuse_gpl_only(places: Iterable[str]) -> None:
    """End the build if a module of Qt that is under the GPL alone is in the bundle."""
    for place in places:
        name = _plain_name(place)
        if is_library(place) and (_GPL_QT.fullmatch(name) or _GPL_PLUGIN.search(name)):
            raise NoticesError(f"{place} is part of Qt under the GPL alone and may not be in the bundle")


def native_parts(
    files: Mapping[str, Path],
    owners: Mapping[Path, str],
    versions: Mapping[str, str],
    table: list[Library],
    is_bundle: bool = True,
) -> list[Part]:
    """Return the libraries among the files of the bundle.

    Parameters
    ----------
    files : source by place in the bundle, libraries only
    owners : the distribution that a source belongs to
    versions : what a ``version`` of the table stands for
    is_bundle : whether it is an error if no line names a library; pip installs far more of Qt than the bundle holds
    """
    places: dict[tuple[str, str], list[str]] = {}
    brought_by: dict[str, str] = {}
    system: dict[str, Path] = {}
    lines = {line.name: line for line in table}
    for place, source in sorted(files.items()):
        own = [line for line in table if _is_file_of(line, source)]
        found = {line.name: version for line, version in _linked_into(source, table)}
        found |= {line.name: found.get(line.name) or _version_of(source, line, versions) for line in own}
        for name, version in found.items():
            places.setdefault((name, version or versions.get(lines[name].version, "")), []).append(place)
            brought_by.setdefault(name, owners.get(source, ""))
        if not own and source not in owners:
            system[place] = source
        elif not own and is_bundle and _is_foreign(source):
            raise NoticesError(f"{source.name} (in {owners[source]}): no line of native.toml names this library")
    known = {name for name, version in places if version}
    unknown = {name: places.pop((name, "")) for name in known if (name, "") in places}
    parts = []
    for (name, version), where in places.items():
        parts.append(_part(lines[name], version, sorted({*where, *unknown.pop(name, ())}), brought_by[name]))
    return parts + system_parts(system)


def _part(line: Library, version: str, places: list[str], owner: str) -> Part:
    try:
        texts = tuple(_text(each, line.notice, i == 0, line.name) for i, each in enumerate(line.texts))
    except NoticesError as error:
        raise NoticesError(f"{line.name}: {error}") from None
    slug = re.sub(r"[^a-z0-9.+-]+", "-", line.name.lower()).strip("-")
    return Part(
        name=line.name,
        version=version,
        licence=line.licence,
        url=line.url,
        kind="native",
        texts=texts,
        files=tuple(places),
        owner=owner,
        purl=f"pkg:generic/{slug}@{version}" if version else f"pkg:generic/{slug}",
    )


def _text(reference: str, notice: str, is_first: bool, name: str) -> Text:
    kind, _, rest = reference.partition(":")
    if kind == "own":
        return Text(name, rest + "\n")
    if kind == "standard":
        return standard_text(rest, notice, is_blank_only=not is_first)
    package, _, what = rest.partition(":")
    readers: dict[str, Callable[[str, str], Text]] = {"section": section_text, "file": file_text}
    return readers[kind](package, what)


def _plain_name(place: str) -> str:
    name = place.replace("\\", "/").rsplit("/", 1)[-1].lower()
    name = re.sub(r"\.(abi3|cpython-[^.]*|cp\d+-[^.]*)(?=\.)", "", name)
    name = _LIBRARY.sub("", name)
    return name.removeprefix("lib")


def _is_file_of(line: Library, source: Path) -> bool:
    if not _is_foreign(source):
        return False
    name = _plain_name(source.name)
    is_below = any(folder in source.as_posix() for folder in line.below)
    return is_below or any(fnmatchcase(name, pattern) for pattern in line.files)


def _is_foreign(source: Path) -> bool:
    """Return whether a library came into its wheel from elsewhere: put there by the tools that mend wheels, or Qt's."""
    folders = [part.lower() for part in source.parts[:-1]]
    is_put_in = any(part.endswith(".libs") or part == ".dylibs" for part in folders)
    is_extension = re.search(r"\.(abi3|cpython-[^.]*|cp\d+-[^.]*)\.|\.pyd$", source.name.lower()) is not None
    is_qts = "pyside6" in folders or "shiboken6" in folders
    is_windows = source.suffix.lower() == ".dll"
    is_pythons = source.suffix.lower() == ".dylib" and Path(sys.base_prefix) in source.parents
    return is_put_in or ((is_qts or is_windows or is_pythons or "llvmlite" in folders) and not is_extension)


def _linked_into(source: Path, table: list[Library]) -> list[tuple[Library, str]]:
    name = _plain_name(source.name)
    wanted = [(line, mark) for line in table for where, mark in line.inside.items() if where in name]
    if not wanted or source.stat().st_size == 0:
        return []
    found = []
    with source.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for line, mark in wanted:
            version = _find_mark(data, mark)
            if version is not None:
                found.append((line, version))
    return found


def _find_mark(data: mmap.mmap, mark: str) -> str | None:
    """Return the version behind a mark, "" if there is none behind it, None if the mark is not there."""
    word = mark.encode("ascii")
    at = first = data.find(word)
    if first < 0:
        return None
    if mark[-1] not in " /_":
        return ""
    for _ in range(_LOOKS):
        number = _AFTER.match(data[at + len(word) : at + len(word) + 40])
        if number is not None:
            return number[1].decode("ascii").rstrip(".")
        at = data.find(word, at + 1)
        if at < 0:
            break
    return ""


def _version_of(source: Path, line: Library, versions: Mapping[str, str]) -> str:
    """Return the version of a library with a file of its own: the known one, else that in the name, where it is one."""
    if line.version in versions:
        return versions[line.version]
    found = re.search(r"\.so\.([\d.]+)$", source.name) if line.is_version_in_name else None
    return found[1] if found else ""


def system_parts(files: Mapping[str, Path]) -> list[Part]:
    """Return the packages of the build machine (Debian, Ubuntu) that own these libraries, with their texts."""
    if files and shutil.which("dpkg-query") is None:
        names = ", ".join(sorted(str(source) for source in files.values()))
        raise NoticesError(f"only Debian and Ubuntu tell where the licence texts of these libraries are: {names}")
    by_package: dict[str, list[str]] = {}
    for place, source in sorted(files.items()):
        by_package.setdefault(_debian_package(source), []).append(place)
    parts = []
    for package, places in sorted(by_package.items()):
        path = Path("/usr/share/doc") / package.split(":")[0] / "copyright"
        if not path.is_file():
            raise NoticesError(f"the package {package} has no licence text in {path}")
        body = path.read_text(encoding="utf-8", errors="replace")
        version = _run("dpkg-query", "--showformat", "${Version}", "--show", package)
        home = _run("dpkg-query", "--showformat", "${Homepage}", "--show", package)
        parts.append(
            Part(
                name=package.split(":")[0],
                version=version,
                licence=_debian_licences(body),
                url=home or f"https://tracker.debian.org/pkg/{package.split(':')[0]}",
                kind="system",
                texts=(Text("copyright", body), *_debian_common(body)),
                files=tuple(places),
                purl=f"pkg:deb/debian/{package.split(':')[0]}@{version}",
            )
        )
    return parts


def _debian_package(source: Path) -> str:
    names = [source, source.resolve()]
    names += [Path(str(name).removeprefix("/usr")) for name in names if str(name).startswith("/usr/lib")]
    for name in names:
        done = subprocess.run(["dpkg-query", "--search", str(name)], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(": ")[0].split(",")[0].strip()
    raise NoticesError(f"{source}: neither a package of Python nor one of the system owns this library")


def _debian_licences(body: str) -> str:
    names = sorted({line.split(":", 1)[1].strip() for line in body.splitlines() if line.startswith("License:")} - {""})
    return ", ".join(names[:6]) if names else "see its text"


def _debian_common(body: str) -> list[Text]:
    """Return the long texts that a copyright file only points to."""
    names = sorted(set(re.findall(r"/usr/share/common-licenses/([\w.-]*\w)", body)))
    paths = [Path("/usr/share/common-licenses") / name for name in names]
    return [Text(path.name, path.read_text(encoding="utf-8")) for path in paths if path.is_file()]


def _run(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
