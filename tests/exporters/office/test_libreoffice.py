"""LibreOffice, where there is one, opens workbook and deck and prints them without complaint, every page with ink."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from territorymap.exporters.registry import export
from territorymap.exporters.view import ExportView
from tests.exporters.office.views import bare_view, hostile_view, many_view, with_baseline
from tests.exporters.small_plan import small_view

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = [
    pytest.mark.skipif(OFFICE is None, reason="there is no LibreOffice on this machine"),
    pytest.mark.slow,
]


def printed(path: Path) -> list[bytes]:
    """Return the contents of the pages of the PDF that LibreOffice makes of a file."""
    run = subprocess.run(
        [str(OFFICE), "--headless", f"-env:UserInstallation=file://{path.parent}/profile", "--convert-to", "pdf",
         "--outdir", str(path.parent), str(path)],
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "Error" not in run.stdout + run.stderr
    pdf = path.with_suffix(".pdf").read_bytes()
    n_pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
    streams = [found.group(1) for found in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)]
    contents = [text for text in map(_unpacked, streams) if re.search(rb"\b(BT|Do|re|l)\b", text)]
    assert len(contents) >= n_pages, "a page has nothing on it"
    return contents[:n_pages]


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def some_hostile_view() -> ExportView:
    """Return hostile names of at most 300 letters: LibreOffice takes minutes to print cells of 32,767."""
    return hostile_view(300)


def eighty_view() -> ExportView:
    """Return eighty territories: tables that go on, at a price that a test may have."""
    return many_view(8, 10)


@pytest.mark.parametrize("suffix", ["xlsx", "pptx"])
@pytest.mark.parametrize("make", [small_view, some_hostile_view, eighty_view, bare_view])
def test_libreoffice_prints_it(tmp_path: Path, suffix: str, make: object) -> None:
    view = make()  # type: ignore[operator]
    assert isinstance(view, ExportView)
    view = with_baseline(view) if view.plan.n_territories else view
    pages = printed(export(view, tmp_path / f"out.{suffix}"))
    assert len(pages) >= 3
