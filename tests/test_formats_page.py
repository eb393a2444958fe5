"""docs/formats.md says what the code says."""

from __future__ import annotations

import runpy
from pathlib import Path

from territorymap.exporters.registry import list_exporters

ROOT = Path(__file__).parent.parent


def test_the_page_of_formats_is_that_of_the_code() -> None:
    rendered = runpy.run_path(str(ROOT / "tools" / "make_formats.py"))["rendered"]
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert rendered() == page, "run python tools/make_formats.py"


def test_every_format_and_choice_stands_on_the_page() -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    for exporter in list_exporters():
        section = page.split(f"### {exporter.name}: ")[1].split("\n##")[0]
        assert all(f"`{choice.name}`" in section for choice in exporter.choices)
        assert all(f"`{what}`" in section for what in exporter.what)
