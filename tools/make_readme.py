"""Writes the generated tables of README.md (commands, metrics, formats) from the code; a test checks that they are.

``python tools/make_readme.py`` writes, ``--check`` only compares.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from territorymap.cli.root import territorymap
from territorymap.exporters.registry import list_exporters
from territorymap.metrics.registry import metrics

README = Path(__file__).parent.parent / "README.md"


def rendered(text: str) -> str:
    """Return the README with every generated part made anew."""
    for name, lines in (("commands", command_lines()), ("metrics", metric_lines()), ("formats", format_lines())):
        body = "\n".join(lines)
        pattern = rf"(<!-- {name}: [^>]*-->\n).*?(<!-- /{name} -->)"
        text = re.sub(pattern, lambda m, body=body: f"{m[1]}{body}\n{m[2]}", text, flags=re.DOTALL)
    return text


def command_lines() -> list[str]:
    """Return a table of all commands: how each is called and what it does."""
    rows = [f"| `{usage}` | {summary} |" for usage, summary in _commands(territorymap, ["territorymap"])]
    return ["| command | what it does |", "|---|---|", *rows]


def _commands(group: click.Group, path: list[str]) -> Iterator[tuple[str, str]]:
    for name, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        if isinstance(command, click.Group):
            yield from _commands(command, [*path, name])
            continue
        context = click.Context(command, info_name=name)
        pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
        options = [_option(o) for o in command.params if isinstance(o, click.Option) and o.name != "help"]
        yield " ".join([*path, name, *pieces, *options]).replace("|", "\\|"), command.get_short_help_str(120)


def _option(option: click.Option) -> str:
    text = option.opts[0]
    if not option.is_flag:
        text += f" {option.make_metavar(click.Context(click.Command('x')))}"
    return text if option.required else f"[{text}]" + ("..." if option.multiple else "")


def metric_lines() -> list[str]:
    """Return a table of all metrics: formula, unit and source."""
    cells = [(m.label(), m.formula(), m.unit or "-", m.source) for m in metrics().values()]
    return ["| metric | formula | unit | source |", "|---|---|---|---|", *map(_row, cells)]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


def format_lines() -> list[str]:
    """Return a table of the formats a plan can be exported to."""
    cells = [
        (
            e.name,
            f".{e.extension}",
            e.label(),
            ", ".join(e.what),
            ", ".join(f"`{c.name}`" for c in e.choices) or "-",
        )
        for e in list_exporters()
    ]
    head = ["| name | extension | format | can hold | can be set |", "|---|---|---|---|---|"]
    return [*head, *map(_row, cells)]


def main() -> int:
    """Write or check; 1 if a check finds a difference."""
    before = README.read_text(encoding="utf-8")
    after = rendered(before)
    if "--check" in sys.argv[1:]:
        return int(before != after)
    README.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
