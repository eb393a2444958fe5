"""Fills the braces of a help text: ``{menu:build}``, ``{key:undo}``, ``{panel:reps}``, ``{page:quota}``, ``{ui:Take}``.

Owns these and the generated lists, ``{list:metrics}``, ``{list:formats}`` and ``{list:commands}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from territorymap.i18n import tr
from territorymap.ui.help.library import help_file
from territorymap.ui.help.naming import Names, plain

BRACES = re.compile(r"\{(menu|key|panel|page|ui|list):([^{}]+)\}")


def fill(text: str, names: Names) -> str:
    """Return a text with all braces filled in the user's language; raises KeyError where a name is unknown."""
    kinds: dict[str, Callable[[str], str]] = {
        "menu": lambda name: f"**{names.menu(name)}**",
        "key": lambda name: f"`{names.key(name)}`",
        "panel": lambda name: f"**{names.panel(name)}**",
        "page": lambda name: f"**{names.page(name)}**",
        "ui": lambda label: f"**{plain(said(label))}**",
        "list": lambda name: _LISTS[name](),
    }
    return BRACES.sub(lambda found: kinds[found[1]](found[2]), text)


def said(label: str) -> str:
    """Return a label of the screen in the user's language; a test sees to it that the catalogue has it."""
    translate = tr  # not a literal here: the label was collected where the screen says it
    return translate(label)


def metric_list() -> str:
    """Return every metric with its meaning, formula, unit and source, from the registry."""
    from territorymap.metrics.registry import metrics

    return "\n\n".join(
        "\n".join(
            line
            for line in (
                f"### {_inline(m.label())}",
                f"{_inline(m.meaning())}",
                "",
                f"- {tr('Formula')}: `{_inline(m.formula())}`",
                f"- {tr('Unit')}: {m.unit}" if m.unit else "",
                f"- {tr('Source')}: {_inline(m.source)}" if m.source else "",
            )
        )
        for m in metrics().values()
    )


def format_list() -> str:
    """Return every format a plan can be exported to; tools/make_help.py writes the file from the registry."""
    rows = [(f"`.{extension}`", label, choices or "-") for extension, label, choices in _listed("formats.json")]
    return _table((tr("Ending"), tr("Format"), tr("Can be set")), rows)


def command_list() -> str:
    """Return every command of the command line; tools/make_help.py writes the file."""
    rows = [(f"`{usage}`", does) for usage, does in _listed("commands.json")]
    return _table((tr("Command"), tr("What it does")), rows)


def _listed(name: str) -> list[list[str]]:
    """Return a generated list: the command line may not be imported here, and exporters take seconds."""
    rows: list[list[str]] = json.loads(help_file(name).read_text(encoding="utf-8"))
    return rows


_LISTS: dict[str, Callable[[], str]] = {"metrics": metric_list, "formats": format_list, "commands": command_list}


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(_inline(cell) for cell in row) + " |" for row in rows)])


def _inline(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("\n", " ").split())
