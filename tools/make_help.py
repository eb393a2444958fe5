"""Writes the list of commands of the help, in every language, from the command line itself; a test checks it.

``python tools/make_help.py`` writes, ``--check`` only compares. The window may not import the command line, so the list
is a file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HELP = ROOT / "resources" / "help"
LANGUAGES = ("en", "zh_CN")
NAME = "commands.json"


def command_list() -> list[tuple[str, str]]:
    """Return how each command is called and what it does, in the language that the environment asks for."""
    from territorymap.cli.language import set_language

    set_language([])
    import click

    from territorymap.cli.root import territorymap

    found: list[tuple[str, str]] = []

    def walk(group: click.Group, path: list[str]) -> None:
        for name, command in sorted(group.commands.items()):
            if command.hidden:
                continue
            if isinstance(command, click.Group):
                walk(command, [*path, name])
                continue
            context = click.Context(command, info_name=name)
            pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
            found.append((" ".join([*path, name, *pieces]), command.get_short_help_str(200)))

    walk(territorymap, ["territorymap"])
    return found


def rendered(language: str) -> str:
    """Return the file of a language, made in a process of its own: commands take their words when they are imported."""
    environment = {**os.environ, "TERRITORYMAP_LANGUAGE": language, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, __file__, "--print"], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout


def main() -> int:
    """Write or check; 1 if a check finds a difference."""
    if "--print" in sys.argv[1:]:
        print(json.dumps(command_list(), ensure_ascii=False, indent=0))
        return 0
    is_check = "--check" in sys.argv[1:]
    stale = 0
    for language in LANGUAGES:
        path = HELP / language / NAME
        text = rendered(language)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        stale += before != text
        if not is_check:
            path.write_text(text, encoding="utf-8")
    return int(is_check and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
