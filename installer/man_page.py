"""The man page of the command line, from the commands themselves.

Owns the form; the sentences are those that --help shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

_HEAD = '.TH TERRITORYMAP 1 "{date}" "Territory Map {version}" "User Commands"'
_FILES = (
    ("~/.config/territorymap", "Settings."),
    ("~/.local/state/territorymap", "Backups of plans, the last ten of each, and locks."),
    ("~/.cache/territorymap", "What can be computed again; may be deleted at any time."),
)
_ENVIRONMENT = (
    ("TERRITORYMAP_LANGUAGE", "Language of all words and numbers: en, zh_CN or system."),
    ("TERRITORYMAP_STATE_DIR", "Folder for backups, locks and caches, instead of those of the user."),
    ("QT_QPA_PLATFORM", "offscreen lets the window be drawn where there is no display."),
)
_EXIT = (
    ("0", "Done."),
    ("1", "A fault of the program, or a check that found something."),
    ("2", "Refused; one line says why."),
)


def man_page(program: click.Group, version: str, date: str) -> str:
    """Return the page of all commands that are not hidden."""
    lines = [
        _HEAD.format(date=date, version=version),
        ".SH NAME",
        "territorymap \\- draw, reassign and balance sales territories, offline",
        ".SH SYNOPSIS",
        ".B territorymap",
        "[\\fIPLAN.gpkg\\fR]",
        ".br",
        ".B territorymap",
        "[\\fB\\-\\-language\\fR \\fINAME\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]",
        ".br",
        ".B territorymap\\-gui",
        "[\\fIPLAN.gpkg\\fR]",
        ".SH DESCRIPTION",
        *_paragraphs(program.help or ""),
        ".PP",
        "\\fBterritorymap\\-gui\\fR opens the window and needs no terminal.",
        ".SH OPTIONS",
        *_options(program, click.Context(program, info_name="territorymap")),
        ".SH COMMANDS",
        *_commands(program, click.Context(program, info_name="territorymap")),
    ]
    for title, rows in (("ENVIRONMENT", _ENVIRONMENT), ("FILES", _FILES), ("EXIT STATUS", _EXIT)):
        lines += [f".SH {title}"]
        for name, meaning in rows:
            lines += [".TP", f".B {escaped(name)}", escaped(meaning)]
    return "\n".join(lines) + "\n"


def _commands(group: click.Group, parent: click.Context) -> Iterator[str]:
    for name in group.list_commands(parent):
        command = group.commands[name]
        if command.hidden:
            continue
        context = click.Context(command, info_name=name, parent=parent)
        if isinstance(command, click.Group):
            yield from _commands(command, context)
            continue
        usage = " ".join(command.collect_usage_pieces(context))
        yield f".SS {escaped(context.command_path)} {escaped(usage)}"
        yield from _paragraphs(command.help or "")
        yield from _options(command, context)


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(part for part in text.split("\n\n") if part.strip()):
        if number:
            yield ".PP"
        yield escaped(" ".join(paragraph.replace("\b", "").split()))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None or isinstance(parameter, click.Argument):
            continue
        name, meaning = record
        yield ".TP"
        yield f".B {escaped(name)}"
        yield escaped(" ".join(meaning.split())) or "\\&"


def escaped(text: str) -> str:
    """Return text that roff takes as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"[^\x00-\x7f]", lambda match: f"\\[u{ord(match[0]):04X}]", text)
    return f"\\&{text}" if text.startswith((".", "'")) else text
