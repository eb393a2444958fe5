"""A plan made by the command line itself, small enough to work out every figure by hand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from territorymap.cli.root import territorymap

Run = Callable[..., Result]

ALIGNMENT = {
    "West": ("Ada", "A1 A2 B1 B2"),
    "East": ("Bo", "A3 A4 B3 B4"),
    "North": ("", "C1 C2 C3 C4 D1 D2 D3"),
}
ACCOUNTS = """key,name,lon,lat,revenue,industry
k1,Alpha,0.5,0.5,100,steel
k2,Beta,0.5,0.5,50,glass
k3,Gamma,1.5,0.5,200,steel
k4,Delta,2.5,0.5,300,glass
k5,Epsilon,3.5,3.5,70,steel
k6,Zeta,9,9,5,steel
"""
REPS = "rep,lon,lat,capacity_h\nAda,0.5,0.5,300\nBo,,,100\n"


@pytest.fixture
def run() -> Run:
    """Run a command in this process; a bug in it is raised here."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(territorymap, [str(a) for a in arguments], catch_exceptions=False)

    return run


def write_sources(folder: Path) -> dict[str, Path]:
    """Write the planner's files; see the fixtures grid and files."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"{letter}{x + 1}", "name": f"Square {letter}{x + 1}", "households": y * 4 + x},
            "geometry": {"type": "Polygon", "coordinates": [[[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]]},
        }
        for y, letter in enumerate("ABCD")
        for x in range(4)
    ]
    rows = [f"{code},{name},{rep}" for name, (rep, codes) in ALIGNMENT.items() for code in codes.split()]
    texts = {
        "grid.geojson": json.dumps({"type": "FeatureCollection", "features": features}),
        "alignment.csv": "\n".join(["unit_code,territory,rep", *rows]) + "\n",
        "accounts.csv": ACCOUNTS,
        "reps.csv": REPS,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {Path(name).stem: folder / name for name in texts}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """The planner's lists: who has which square (alignment), six accounts, two reps."""
    return write_sources(tmp_path)


@pytest.fixture
def grid(files: dict[str, Path]) -> Path:
    """Four by four squares of one degree, row A on the equator; households count from 0.

    ::

        D1 D2 D3 D4
        C1 C2 C3 C4
        B1 B2 B3 B4
        A1 A2 A3 A4
    """
    return files["grid"]


@pytest.fixture(scope="session")
def finished_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of the fixture ``plan``, made once by the command line."""
    folder = tmp_path_factory.mktemp("finished")
    files = write_sources(folder)
    path = folder / "plan.gpkg"
    sources = [f"--{kind}={files[kind]}" for kind in ("alignment", "accounts", "reps")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(folder))
        made = CliRunner().invoke(territorymap, ["new", str(path), f"--units-file={files['grid']}", *sources])
    assert made.exit_code == 0, made.stderr
    return path


@pytest.fixture
def plan(tmp_path: Path, finished_plan: Path) -> Path:
    """West and East are two by two, North is the rest but D4, which nobody has.

    ::

        D  N N N .      k1 and k2 in A1, k3 in A2, k4 in A3, k5 in D4, k6 outside all squares.
        C  N N N N      Ada (West) lives in the middle of A1; Bo (East) has no home told; North is vacant.
        B  W W E E
        A  W W E E
           1 2 3 4
    """
    return Path(shutil.copy(finished_plan, tmp_path / "plan.gpkg"))


@pytest.fixture
def ask(run: Run) -> Callable[..., dict[str, Any]]:
    """Run a command with --json and return the one object that it prints."""

    def ask(*arguments: object) -> dict[str, Any]:
        result = run(*arguments, "--json")
        assert result.exit_code == 0, result.stderr
        answer = json.loads(result.stdout, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
        assert isinstance(answer, dict)
        return answer

    return ask


@pytest.fixture
def refused(run: Run) -> Callable[..., tuple[str, str]]:
    """Run a command that must fail as a person's mistake does; returns the error and the hint."""

    def refused(*arguments: object) -> tuple[str, str]:
        result = run(*arguments)
        assert result.exit_code == 2, result.stdout
        lines = result.stderr.splitlines()
        errors = [line for line in lines if line.startswith("error: ")]
        hints = [line for line in lines if line.startswith("hint: ")]
        assert len(errors) == 1
        assert len(hints) == 1
        assert "Traceback" not in result.stderr
        return errors[0].removeprefix("error: "), hints[0].removeprefix("hint: ")

    return refused
