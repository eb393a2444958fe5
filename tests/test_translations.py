"""Every sentence of the program is translated, with the same values in it, and compiled. A gap fails here."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

import make_translations as tool


@pytest.mark.parametrize("language", tool.LANGUAGES)
def test_the_catalogue_is_complete_and_sound(language: str) -> None:
    problems = tool.problems(language, tool.collect())
    assert problems == [], (
        f"{len(problems)} findings. Run python tools/make_translations.py, then translate: its --help says how "
        "(--dump, --merge; words from docs/glossary.md)."
    )


def _first_words(function: str) -> set[str]:
    """Return the first argument of every call of a function in the sources, where it is a text."""
    found = set()
    for path in (Path(__file__).parent.parent / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def test_a_sentence_with_a_plural_is_not_said_elsewhere_without_its_number() -> None:
    """One catalogue has one translation of it, with the number in it: said without, it would raise a KeyError."""
    shared = _first_words("tr") & _first_words("ntr")
    assert not [text for text in shared if re.search(r"\{(?!n\})", text) and "{n}" not in text]
