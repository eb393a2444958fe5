"""export to paper: book, wall map, reps' sheets, from the command line."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from tests.exporters.pages.reader import page_sizes_mm, page_texts


def test_a_wall_map_on_the_paper_asked_for(tmp_path: Path, plan: Path, run: Any) -> None:
    out = tmp_path / "wall.pdf"
    result = run("export", plan, out, "--what", "wall", "--set", "paper=a1", "--set", "orientation=portrait")
    assert result.exit_code == 0, result.output
    assert page_sizes_mm(out) == [(594, 841)]


def test_a_book_by_the_extension_alone(tmp_path: Path, plan: Path, run: Any) -> None:
    out = tmp_path / "book.pdf"
    assert run("export", plan, out).exit_code == 0
    assert "Index" in page_texts(out)[-1]


def test_a_file_for_each_rep(tmp_path: Path, plan: Path, run: Any) -> None:
    out = tmp_path / "reps.zip"
    result = run("export", plan, out, "--format", "repfiles", "--set", "kind=html")
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist()
        assert all(name.endswith(".html") for name in archive.namelist())


def test_a_paper_that_is_none_is_told(tmp_path: Path, plan: Path, run: Any) -> None:
    result = run("export", plan, tmp_path / "out.pdf", "--set", "paper=a9")
    assert result.exit_code == 2
    assert "a9" in result.output
    assert not (tmp_path / "out.pdf").exists()
