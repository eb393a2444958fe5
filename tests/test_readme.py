"""README says what the code says."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_generated_tables_are_those_of_the_code() -> None:
    rendered = runpy.run_path(str(ROOT / "tools" / "make_readme.py"))["rendered"]
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert rendered(text) == text, "run python tools/make_readme.py"


def test_every_file_that_readme_names_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"!?\[[^\]]*\]\(([^)#:]+)\)", text):
        assert (ROOT / name).exists(), name
