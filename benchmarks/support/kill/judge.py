"""What a killed process left: is all there that was shown as done, does every file open, is nothing half made left?

Owns the questions; each answer is a sentence, none is good.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from benchmarks.support.kill.child import digest_of, sha_of

from territorymap.document import Document
from territorymap.document.half_made import sweep_half_made
from territorymap.errors import UserError
from territorymap.session.session import Session
from tests.document.plans import raw

Said = Sequence[dict[str, Any]]


def judge_plan(path: Path, states: list[str], ahead: list[str], said: Said) -> list[str]:
    """Return what is wrong with the plan that is found.

    ``states``: those before, oldest first, and ``ahead``: those that redo leads to, the next one last; both are brought
    to what is found. One step more than was told may be in the file: it was on its way to the screen.
    """
    for line in said:
        if line.get("move") == "undo":
            ahead.append(states.pop())
        elif line.get("move") == "redo":
            states.append(ahead.pop())
        elif line.get("move"):
            states.append(line["digest"])
            ahead.clear()
        if line.get("move") and states[-1] != line["digest"]:
            return ["what was told does not fit together"]
    wrong: list[str] = []
    try:
        with Session.open(path, author="Judge") as session:
            document = session.document
            found = digest_of(document)
            wrong += _agree(states, ahead, found, document)
            wrong += document.check()
            wrong += ["it opens for reading only: a lock was left"] if document.is_read_only else []
            wrong += (
                ["rows are not as the journal says"] if any(s.kind == "outside" for s in document.history()) else []
            )
            told = {line["step"] for line in said if line.get("step")}
            wrong += [f"{len(told - {s.uuid for s in document.history()})} told steps are not in the history"] * bool(
                told - {s.uuid for s in document.history()}
            )
            wrong += _walk(document, states)
            wrong += [p for backup in document.backups()[:2] for p in problems_of_plan(backup)]
    except UserError as error:
        wrong.append(f"it does not open: {error.message}")
    return wrong


def _agree(states: list[str], ahead: list[str], found: str, document: Document) -> list[str]:
    """Take the one step that was not told yet into the states; say if there is more to it."""
    if found == states[-1]:
        return []
    last = document.history()[-1].kind
    if last == "undo" and len(states) > 1 and found == states[-2]:
        ahead.append(states.pop())
        return []
    if last == "redo" and ahead and found == ahead[-1]:
        states.append(ahead.pop())
        return []
    if last in ("do", "merge"):
        document.undo()
        before = digest_of(document)
        document.redo()
        if before == states[-1]:
            states.append(found)
            ahead.clear()
            return []
    return [f"the state that was shown is not there (the last step is {last})"]


def _walk(document: Document, states: Sequence[str]) -> Iterator[str]:
    """Undo through all and redo again."""
    n = 0
    for state in reversed(states[:-1]):
        document.undo()
        n += 1
        if digest_of(document) != state:
            yield f"undo number {n} does not lead to the state before"
            break
    for _ in range(n):
        document.redo()
    if digest_of(document) != states[-1]:
        yield "redo does not lead back"


def problems_of_plan(path: Path) -> list[str]:
    """Return what is wrong with a plan file that nobody has open."""
    try:
        with Document.open(path, author="Judge", read_only=True) as document:
            document.load()
            return [f"{path.name}: {problem}" for problem in document.check()]
    except UserError as error:
        return [f"{path.name}: {error.message}"]


def judge_targets(folder: Path, before: dict[str, str], said: Said) -> list[str]:
    """Return what is wrong with the files that were being written: each is as it was, as was told, or whole and new."""
    wrong, known = [], dict(before)
    under_way: set[str] = set()
    for line in said:
        if "written" in line:
            known[line["written"]] = line["sha"]
            under_way.discard(line["written"])
        elif "begins" in line:
            under_way.add(line["begins"])
    for name, sha in known.items():
        path = folder / name
        if not path.exists():
            wrong.append(f"{name} is gone")
        elif sha_of(path) != sha and name not in under_way:
            wrong.append(f"{name} is not what was told")
    for path in folder.iterdir():
        if path.name in under_way and known.get(path.name) != sha_of(path):
            problem = problem_of_file(path)
            wrong += [f"{path.name} is half written: {problem}"] if problem else []
        elif path.name not in known and path.name not in under_way:
            wrong.append(f"{path.name} was left")
    return wrong


def problem_of_file(path: Path) -> str:
    """Return why a file is not whole; "" if it is."""
    content = path.read_bytes()
    try:
        match path.suffix:
            case ".gpkg":
                connection = raw(path)
                found = connection.execute("PRAGMA integrity_check").fetchone()[0]
                connection.close()
                return "" if found == "ok" else str(found)
            case ".zip" | ".xlsx" | ".pptx" | ".kmz":
                with zipfile.ZipFile(path) as archive:
                    return archive.testzip() or ""
            case ".geojson" | ".topojson":
                json.loads(content)
            case ".kml" | ".svg":
                ET.fromstring(content)
            case ".html":
                return "" if content.rstrip().endswith(b"</html>") else "its end is missing"
            case ".pdf":
                return "" if content.rstrip().endswith(b"%%EOF") else "its end is missing"
            case ".png":
                return "" if content.endswith(b"IEND\xaeB`\x82") else "its end is missing"
            case ".fgb":
                import pyogrio

                pyogrio.read_dataframe(path)
            case ".csv":
                return "" if content.endswith(b"\n") else "its end is missing"
    except (ValueError, OSError, zipfile.BadZipFile, ET.ParseError) as error:
        return str(error)
    return ""


def judge_leftovers(folders: Sequence[Path], state: Path) -> tuple[int, list[str]]:
    """Return how many half-made files the killed process left, and those that the next start does not take away."""
    before = list(_half_made(folders, state))
    sweep_half_made()
    return len(before), [f"{path.name} is left in {path.parent.name}" for path in _half_made(folders, state)]


def _half_made(folders: Sequence[Path], state: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in folder.iterdir() if path.name.startswith((".", "territorymap-", "tmp")))
    yield from (state / "half-made").glob("*")
    yield from (path for path in (state / "backups").glob("*/.*"))
    yield from (path for path in (state / "cache").glob("*") if path.name.startswith((".", "tmp", "territorymap-")))
