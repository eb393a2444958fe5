"""Which formats a plan can be exported to, and the one way to do it.

Owns the decorator and the order of events of an export; not what is in a file (formats/, one module each).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from territorymap.errors import UserError
from territorymap.exporters.staging import staged
from territorymap.exporters.view import ExportView, PlanView, take_view
from territorymap.i18n import tr

CONTENTS = ("territories", "units", "accounts")
_PACKAGE = "territorymap.exporters.formats"


def _ignore(done: int, total: int) -> None:
    """Progress nobody looks at."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class ExportOptions:
    """What can be chosen beside format and content; each format uses what concerns it."""

    has_byte_order_mark: bool = False  # CSV: for programs that guess the encoding by it
    width_px: int = 1600  # pictures
    height_px: int = 1000
    progress: Callable[[int, int], None] = field(default=_ignore, compare=False)  # done, of how many
    is_cancelled: Callable[[], bool] = field(default=_never, compare=False)


Write = Callable[[ExportView, Path, str, ExportOptions], None]


@dataclass(frozen=True)
class Exporter:
    """One format: its file extension, its name for people, what it can hold (the default first)."""

    extension: str
    label: Callable[[], str]
    what: tuple[str, ...]
    write: Write
    refuse_target: Callable[[Path], None] | None = None  # raises UserError where a file must not be replaced


_exporters: dict[str, Exporter] = {}


def exporter(
    extension: str,
    label: Callable[[], str],
    what: tuple[str, ...],
    refuse_target: Callable[[Path], None] | None = None,
) -> Callable[[Write], Write]:
    """Register a function as the writer of a format; its module bears the extension as its name.

    ``what`` is what the format can hold when asked, the default first.
    """

    def register(write: Write) -> Write:
        _exporters[extension] = Exporter(extension, label, what, write, refuse_target)
        return write

    return register


def list_extensions() -> list[str]:
    """Return the extensions of all formats, without importing them."""
    package = importlib.import_module(_PACKAGE)
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__))


def list_exporters() -> list[Exporter]:
    """Return all formats, by extension."""
    return [_load(extension) for extension in list_extensions()]


def find_exporter(path: Path) -> Exporter:
    """Return the format that the file's extension names.

    Raises
    ------
    UserError
        if there is no such format.
    """
    extension = path.suffix.lower().removeprefix(".")
    known = list_extensions()
    if extension in known:
        return _load(extension)
    formats = ", ".join(f".{name}" for name in known)
    message = (
        tr("{name} has no extension, so its format is not known.", name=path.name)
        if not extension
        else tr("There is no export to .{extension} files.", extension=extension)
    )
    raise UserError(message, tr("The extension chooses the format: {formats}.", formats=formats))


def _load(extension: str) -> Exporter:
    importlib.import_module(f"{_PACKAGE}.{extension}")
    return _exporters[extension]


def export(plan_view: PlanView, path: Path, what: str | None = None, options: ExportOptions | None = None) -> Path:
    """Write the plan to a file whose extension chooses the format; the file appears whole or not at all.

    ``what`` is "territories", "units" or "accounts"; None = what the format is mostly used for.

    Raises
    ------
    UserError
        if the format or content is unknown, or the file cannot be written.
    Cancelled
        if ``options.is_cancelled`` said so; nothing was written then.
    """
    options = options or ExportOptions()
    chosen = find_exporter(path)
    if what is not None and what not in chosen.what:
        raise UserError(
            tr("A .{extension} file cannot hold {what}.", extension=chosen.extension, what=repr(what)),
            tr("It can hold: {contents}.", contents=", ".join(chosen.what)),
        )
    if chosen.refuse_target is not None:
        chosen.refuse_target(path)
    view = take_view(plan_view)
    with staged(path) as partial:
        chosen.write(view, partial, what or chosen.what[0], options)
    return path
