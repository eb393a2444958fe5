"""Every sentence of the program is translated, with the same values in it, and compiled. A gap fails here."""

from __future__ import annotations

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
