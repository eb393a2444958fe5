"""The report of an error: versions, what was done before, where it happened; nothing of the planner's data.

Owns its text and where copies are kept; how it is shown is dialog.py's.
"""

from __future__ import annotations

import builtins
import re
import time
import traceback
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from territorymap import __version__
from territorymap.errors import UserError
from territorymap.i18n import language
from territorymap.ui.versions import is_installed, library_versions, system_name

N_KEPT = 10
_MAX_CHARS = 400
_MAX_CAUSES = 5
_WORD = re.compile(r"""(?P<quote>(?<!\w)['"])(?P<text>.*?)(?P=quote)|(?P<word>\w+(?:'\w+)?)""", re.DOTALL)
_PLAIN = re.compile(r"[a-z_']+|[0-9]{1,4}")


def build_report(error: BaseException, trail: Sequence[str] = ()) -> str:
    """Return versions, the last steps and the trace; names and values in the error's text are left out."""
    return "\n".join([*versions(), *_before(trail), "", *_trace(error)])


def place_of(error: BaseException) -> str:
    """Return what tells an error from others: its type and where it was raised, or its text. Not to be shown."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__qualname__} {frames[-1].filename}:{frames[-1].lineno}" if frames else repr(error)


def versions() -> list[str]:
    """Return what runs here, a line a subject."""
    libraries = ", ".join(f"{name} {version}" for name, version in library_versions(imports=False))
    return [
        f"Territory Map {__version__} ({'installed' if is_installed() else 'from source'}), {system_name()}",
        libraries,
        f"language {language()}, {_screens()}",
        time.strftime("%Y-%m-%d %H:%M:%S"),
    ]


def keep_report(report: str, folder: Path) -> Path | None:
    """Write a copy of the report into the folder, the last few are kept; None if that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"report-{datetime.now():%Y%m%d-%H%M%S-%f}.txt"
        path.write_text(report + "\n", encoding="utf-8")
        for old in sorted(folder.glob("report-*.txt"))[:-N_KEPT]:
            old.unlink()
    except OSError:
        return None  # the dialog shows it all the same
    return path


def without_folders(text: str) -> str:
    """Return a dump of the interpreter with the folders of its files left out: they may name a person."""
    return re.sub(r'File "([^"]*)"', lambda m: f'File "{_short_path(m.group(1))}"', text)


def _before(trail: Sequence[str]) -> Iterable[str]:
    return ["", "Before:", *(f"  {line}" for line in trail)] if trail else []


def _trace(error: BaseException) -> list[str]:
    """Return the trace of the error and of those that led to it, the first one first."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain and len(chain) < _MAX_CAUSES:
        chain.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    lines: list[str] = []
    for cause in reversed(chain):
        lines += ["and then:"] if lines else []
        for frame in traceback.extract_tb(cause.__traceback__):
            lines.append(f"  {_short_path(frame.filename)}:{frame.lineno} {frame.name}")
        lines.append(f"{type(cause).__module__}.{type(cause).__qualname__}: {_scrub(cause)}")
    return lines


def _screens() -> str:
    screens = QGuiApplication.screens() if QGuiApplication.instance() is not None else []
    sizes = [f"{s.size().width()}x{s.size().height()} at {s.devicePixelRatio():g}" for s in screens]
    return f"{QGuiApplication.platformName()} {', '.join(sizes)}"


def _short_path(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    return "/".join(parts[-3:])


def _scrub(error: BaseException) -> str:
    """Return an error's text with all left out that may be data: what is quoted, names, long numbers.

    Kept are small words, short numbers, and names that stand in the code that failed.
    """
    if isinstance(error, UserError):  # made of the planner's own names
        return "…"
    known = set(dir(builtins)) | {"NoneType"}
    for frame, _line in traceback.walk_tb(error.__traceback__):
        known.update(frame.f_code.co_names)
    text = _WORD.sub(lambda m: _safe_word(m, known), str(error)[:_MAX_CHARS])
    return re.sub(r"…(?:\W*…)+", "…", text)


def _safe_word(found: re.Match[str], known: set[str]) -> str:
    quote, word = found["quote"] or "", found["text"] if found["quote"] else found["word"]
    if word in known or (not quote and _PLAIN.fullmatch(word)):
        return f"{quote}{word}{quote}"
    return f"{quote}…{quote}"
