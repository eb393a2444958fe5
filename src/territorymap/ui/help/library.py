"""The topics of the help: which there are, in which order, in which language.

Owns the files of resources/help; what stands in braces in them is filled in by filling.py. No Qt.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from territorymap.i18n import language, tr
from territorymap.resources import shipped

FIRST = "welcome"
_NATIVE = "en"  # where a language has no text of a topic, though a test sees to it that it has


@dataclass(frozen=True)
class Group:
    """Topics that stand together in the list of contents."""

    title: str
    topics: tuple[str, ...]


@lru_cache(maxsize=1)
def _index() -> tuple[tuple[str, tuple[str, ...]], ...]:
    entries = json.loads(shipped("resources", "help", "index.json").read_text(encoding="utf-8"))
    return tuple((str(entry["group"]), tuple(map(str, entry["topics"]))) for entry in entries)


def list_groups() -> list[Group]:
    """Return the contents, with titles in the user's language."""
    titles = {
        "start": tr("First steps"),
        "data": tr("Your own data"),
        "map": tr("On the map"),
        "even": tr("Territories and balance"),
        "what_if": tr("What if"),
        "propose": tr("Let it propose"),
        "coverage": tr("Who covers what"),
        "planning": tr("Numbers for planning"),
        "together": tr("Working together"),
        "program": tr("The program"),
        "look_up": tr("To look up"),
    }
    return [Group(titles[name], topics) for name, topics in _index()]


def topic_names() -> list[str]:
    """Return the names of all topics, in the order of the contents."""
    return [topic for _, topics in _index() for topic in topics]


def help_file(name: str, speaking: str | None = None) -> Path:
    """Return a file of the help in a language, by default the one in use."""
    wanted = speaking or language()
    try:
        return shipped("resources", "help", wanted, name)
    except FileNotFoundError:
        if wanted == _NATIVE:
            raise
        return shipped("resources", "help", _NATIVE, name)


def topic_text(name: str, speaking: str | None = None) -> str:
    """Return the text of a topic as it is written."""
    return help_file(f"{name}.md", speaking).read_text(encoding="utf-8")


def topic_file_names(speaking: str) -> list[str]:
    """Return the names of the topics that have a file in a language."""
    return [path.stem for path in shipped("resources", "help", speaking).glob("*.md")]


def title_of(text: str) -> str:
    """Return the title of a text: its first line."""
    return text.partition("\n")[0].lstrip("# ").strip()
