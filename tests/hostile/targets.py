"""The ways in which a person gives a file to the program. Owns the command for each; the real commands are run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

PLAN, NEW_PLAN, OUT = "plan.gpkg", "new.gpkg", "out"


def run(*arguments: object) -> Result:
    """Run a command in this process; a bug in it is raised here."""
    from territorymap.cli.root import territorymap

    return CliRunner().invoke(territorymap, [str(argument) for argument in arguments], catch_exceptions=False)


Given = Callable[[Path, Path], tuple[int, str]]  # (the file, a folder with plan.gpkg) -> exit code, what was said


def _command(*arguments: str) -> Given:
    """Return a command line; {plan}, {file}, {new}, {out} stand for paths."""

    def given(file: Path, work: Path) -> tuple[int, str]:
        places = {"{plan}": work / PLAN, "{file}": file, "{new}": work / NEW_PLAN, "{out}": work / OUT}
        words = []
        for argument in arguments:
            for mark, path in places.items():
                argument = argument.replace(mark, str(path))
            words.append(argument)
        result = run(*words)
        return result.exit_code, result.stderr + "\n" + result.stdout

    return given


def _tiles(file: Path, _: Path) -> tuple[int, str]:
    """Open a base layer as the map does, and ask for its first tiles."""
    from territorymap.errors import UserError
    from territorymap.ui.map.base_layer import open_tiles

    try:
        source = open_tiles(file)
        try:
            for zoom in range(source.info.min_zoom, min(source.info.max_zoom, source.info.min_zoom + 2) + 1):
                for x in range(min(2, 2**zoom)):
                    source.tile(zoom, x, 0)
        finally:
            source.close()
    except UserError as error:
        return 2, f"error: {error.message}\nhint: {error.hint}\n"
    return 0, str(source.info)


def _seeds(file: Path, work: Path) -> tuple[int, str]:
    return _wish(file, work, "read_seeds")


def _pairs(file: Path, work: Path) -> tuple[int, str]:
    return _wish(file, work, "pairs_of_file")


def _wish(file: Path, work: Path, name: str) -> tuple[int, str]:
    """Read a list that an option of build names, without the building."""
    from territorymap.cli import wish_files
    from territorymap.errors import UserError
    from territorymap.session.session import Session

    try:
        with Session.open(work / PLAN, read_only=True) as session:
            told = getattr(wish_files, name)(session.plan, file)
    except UserError as error:
        return 2, f"error: {error.message}\nhint: {error.hint}\n"
    return 0, str(told)


def _wizard(file: Path, _: Path) -> tuple[int, str]:
    """Look at the first rows, as the wizard does before anything is imported."""
    from territorymap.errors import UserError
    from territorymap.importers.columns import guess_columns
    from territorymap.importers.table import preview

    try:
        told = guess_columns(preview(file), "accounts")
    except UserError as error:
        return 2, f"error: {error.message}\nhint: {error.hint}\n"
    return 0, str(told)


TARGETS: dict[str, Given] = {
    "accounts": _command("import", "accounts", "{plan}", "{file}"),
    "reps": _command("import", "reps", "{plan}", "{file}"),
    "alignment": _command("import", "alignment", "{plan}", "{file}"),
    "assignment": _command("import", "assignment", "{plan}", "{file}"),
    "deals": _command("import", "deals", "{plan}", "{file}"),
    "partners": _command("partner", "import", "{plan}", "{file}", "--kind", "partners"),
    "credentials": _command("partner", "import", "{plan}", "{file}", "--kind", "credentials"),
    "figures": _command("partner", "import", "{plan}", "{file}", "--kind", "figures"),
    "metrics": _command("metrics", "import", "{plan}", "{file}", "--period", "2026"),
    "units": _command("new", "{new}", "--units-file", "{file}"),
    "repair": _command("new", "{new}", "--units-file", "{file}", "--repair", "50"),
    "relayer": _command("relayer", "{plan}", "--units-file", "{file}"),
    "line": _command("cut", "{plan}", "--line", "{file}"),
    "polygon": _command("cut", "{plan}", "--polygon", "{file}"),
    "unit-list": _command("assign", "{plan}", "--territory", "West", "--units-from", "{file}"),
    "seeds": _seeds,
    "barriers": _pairs,
    "terms": _command("pay", "{plan}", "--plan", "Usual", "--terms", "{file}"),
    "sizing": _command("sizing", "{plan}", "--assumptions", "{file}"),
    "scope": _command("alignment", "new", "{plan}", "Other", "--scope", "@{file}"),
    "crm": _command("export", "{plan}", "{out}.zip", "--format", "salesforce", "--set", "territory_ids={file}"),
    "template": _command("export", "{plan}", "{out}.pptx", "--set", "template={file}"),
    "tiles": _tiles,
    "wizard": _wizard,
}
IS_NEW_PLAN = frozenset({"units", "repair"})


def make_plan(folder: Path) -> Path:
    """Make the plan that files are given to: four by four squares, three territories, six accounts, two reps."""
    from tests.cli.conftest import write_sources

    files = write_sources(folder)
    plan = folder / PLAN
    sources = [f"--{kind}={files[kind]}" for kind in ("alignment", "accounts", "reps")]
    made = run("new", plan, f"--units-file={files['grid']}", *sources)
    if made.exit_code:
        sys.exit(made.stderr)
    return plan
