"""Writes the lists of commands and of formats of the help, in every language, from the code; a test checks them.

``python tools/make_help.py`` writes, ``--check`` only compares. The window may not import the command line, and
should not wait for the libraries of the exporters, so the lists are files.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent
HELP = ROOT / "resources" / "help"
LANGUAGES = ("en", "zh_CN")
NAMES = ("commands", "formats")


def format_list() -> list[tuple[str, str, str]]:
    """Return each format a plan can be exported to: extension, label, what can be set."""
    from territorymap.exporters.registry import list_exporters
    from territorymap.i18n import listed

    return [(e.extension, e.label(), listed(choice.label() for choice in e.choices)) for e in list_exporters()]


def command_list() -> list[tuple[str, str]]:
    """Return how each command is called and what it does."""
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


def rendered(name: str, language: str) -> str:
    """Return a file of a language, made in a process of its own: commands take their words when they are imported."""
    environment = {**os.environ, "TERRITORYMAP_LANGUAGE": language, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, __file__, "--print", name], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout


def main() -> int:
    """Write or check; 1 if a check finds a difference."""
    if "--print" in sys.argv[1:]:
        from territorymap.cli.language import set_language

        set_language([])
        rows = command_list() if "commands" in sys.argv[1:] else format_list()
        print(json.dumps(rows, ensure_ascii=False, indent=0))
        return 0
    is_check = "--check" in sys.argv[1:]
    stale = 0
    for language, name in product(LANGUAGES, NAMES):
        path = HELP / language / f"{name}.json"
        text = rendered(name, language)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        stale += before != text
        if not is_check:
            path.write_text(text, encoding="utf-8")
    return int(is_check and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
