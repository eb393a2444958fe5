"""The command line as a program of its own: exit codes, streams, no PySide6, no display."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from territorymap import __version__
from territorymap.cli import root

PROGRAM = "from territorymap.cli import main; main()"


def start(
    *arguments: object, code: str = PROGRAM, given: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    known = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, "-c", code, *(str(a) for a in arguments)],
        input=given,
        capture_output=True,
        encoding="utf-8",
        env=known | environment,
        timeout=120,
        check=False,
    )


def test_balance_prints_one_json_object_and_nothing_else(plan: Path) -> None:
    done = start("balance", plan, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["plan"]["unassigned_units"] == 1
    assert done.stderr == ""


def test_a_mistake_ends_with_two_and_says_nothing_on_stdout(plan: Path) -> None:
    done = start("balance", plan, "--measure", "nope", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: There is no measure 'nope'.\nhint: ")


@pytest.mark.parametrize("what", ["missing", "text", "empty", "folder"])
def test_a_file_that_is_no_plan_ends_with_two(tmp_path: Path, run: Any, what: str) -> None:
    path = tmp_path / "plan.gpkg"
    if what == "folder":
        path.mkdir()
    elif what != "missing":
        path.write_text("hello" if what == "text" else "")
    for arguments in (["balance"], ["check"], ["undo"], ["history"], ["set"]):
        result = run(*arguments, path)
        assert result.exit_code == 2
        assert result.stderr.startswith("error: ")


WITHOUT_QT = """
import sys
sys.modules["PySide6"] = None
from click.testing import CliRunner
from territorymap.cli.root import territorymap
for line in sys.stdin.read().splitlines():
    result = CliRunner().invoke(territorymap, line.split())
    print(result.exit_code, result.stderr.replace(chr(10), " "))
"""


def test_everything_but_the_window_works_without_pyside6(plan: Path, tmp_path: Path) -> None:
    working = [f"balance {plan}", f"export {plan} {tmp_path}/out.html", f"export {plan} {tmp_path}/out.png", "layers"]
    opening = ["", f"{plan}", f"screenshot {plan} {tmp_path}/shot.png"]
    done = start(code=WITHOUT_QT, given="\n".join([*working, *opening]), DISPLAY=":0")
    lines = done.stdout.splitlines()
    assert [line.strip() for line in lines[: len(working)]] == ["0"] * len(working)
    assert len(lines) == len(working) + len(opening)
    for line in lines[len(working) :]:
        assert line.startswith("2 error: The window needs PySide6")
        assert "pip install PySide6" in line


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_without_a_display_the_window_says_so() -> None:
    pytest.importorskip("PySide6")
    done = start()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: There is no display")
    assert "screenshot" in done.stderr


@pytest.mark.slow
def test_screenshot_writes_a_picture_of_the_window(plan: Path, tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtWebEngineWidgets")
    done = start("screenshot", plan, tmp_path / "shot.png", "--size", "1200x800")
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "shot.png") as image:
        assert image.size == (1200, 800)
        assert len(image.convert("RGB").getcolors(maxcolors=1_000_000) or []) > 50


def test_a_plan_that_is_not_there_is_told_before_the_window_opens(tmp_path: Path, refused: Any) -> None:
    pytest.importorskip("PySide6")
    error, hint = refused(tmp_path / "no.gpkg")
    assert "no.gpkg" in error
    assert "new" in hint


def test_a_mistyped_command_gets_a_guess(refused: Any) -> None:
    error, hint = refused("balnce")
    assert "'balnce'" in error
    assert "Did you mean balance" in hint


def test_missing_arguments_and_unknown_options_are_told(plan: Path, refused: Any) -> None:
    assert "PLAN" in refused("balance")[0]
    assert "--nope" in refused("balance", plan, "--nope")[0]
    assert refused("balance", plan, "--target", "fair")[1] == "territorymap balance --help shows how it is used."


def test_help_lists_every_command(run: Any) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name, command in root.territorymap.commands.items():
        assert (f"  {name} " in result.stdout) == (not command.hidden)
        assert run(name, "--help").exit_code == 0


def test_version_is_told(run: Any) -> None:
    assert run("--version").stdout == f"territorymap {__version__}\n"


def test_a_bug_ends_with_one_and_a_traceback_on_stderr(plan: Path) -> None:
    code = "import territorymap.session.session as s\ns.Session.open = classmethod(lambda *a, **k: 1 / 0)\n" + PROGRAM
    done = start("balance", plan, "--json", code=code)
    assert (done.returncode, done.stdout) == (1, "")
    assert "ZeroDivisionError" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(plan: Path) -> None:
    code = "import os, sys; r, w = os.pipe(); os.close(r); os.dup2(w, 1); " + PROGRAM
    done = start("balance", plan, code=code)
    assert done.returncode == 1
    assert done.stderr == ""


def test_names_cannot_steer_the_terminal_and_any_letter_is_written(plan: Path, run: Any) -> None:
    run("assign", plan, "--territory", "東\x1b[31mred", "--units", "D4")
    done = start("balance", plan, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "東" in done.stdout or "\\u6771" in done.stdout


def test_nothing_heavy_is_imported_for_help() -> None:
    code = (
        "import sys\nfrom territorymap.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'shapely', 'pandas', 'geopandas', 'pyogrio', 'matplotlib', 'folium', 'PySide6', 'sqlite_utils'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = start(code=code)
    assert done.returncode == 0, done.stderr
