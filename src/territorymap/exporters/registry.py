"""Which formats a plan can be exported to, and the one way to do it.

Owns the decorator and the order of events of an export; not what is in a file (formats/, one module each).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from territorymap.errors import Cancelled, UserError
from territorymap.exporters.choices import Choice, complete
from territorymap.exporters.leftovers import leaving_nothing
from territorymap.exporters.redact import redacted, redacted_choices
from territorymap.exporters.staging import staged
from territorymap.exporters.view import ExportView, PlanView, take_view
from territorymap.i18n import listed, tr
from territorymap.model.privacy import NOTHING_HIDDEN, Privacy

CONTENTS = ("territories", "units", "accounts")
GROUPS = ("office", "print", "web", "gis", "crm")  # the order in which formats are offered
_PACKAGE = "territorymap.exporters.formats"


def _ignore(done: int, total: int) -> None:
    """Progress nobody looks at."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class ExportOptions:
    """What was chosen beside format and content, and who watches."""

    chosen: Mapping[str, object] = field(default_factory=dict)  # by name of a Choice; the rest keeps its default
    progress: Callable[[int, int], None] = field(default=_ignore, compare=False)  # done, of how many
    is_cancelled: Callable[[], bool] = field(default=_never, compare=False)
    privacy: Privacy = NOTHING_HIDDEN  # what no file may hold

    def stop_if_cancelled(self) -> None:
        """Raise Cancelled if the person said so; formats ask between their parts."""
        if self.is_cancelled():
            raise Cancelled

    def flag(self, name: str) -> bool:
        return bool(self.chosen[name])

    def number(self, name: str) -> int:
        return int(str(self.chosen[name]))

    def text(self, name: str) -> str:
        """Return a "choice" or a "text"."""
        return str(self.chosen[name])

    def file(self, name: str) -> Path | None:
        value = self.chosen[name]
        return None if value is None else Path(str(value))

    def names(self, name: str) -> tuple[str, ...]:
        value = self.chosen[name]
        return tuple(map(str, value)) if isinstance(value, tuple | list) else ()


Write = Callable[[ExportView, Path, str, ExportOptions], None]
Labels = Callable[[], Mapping[str, str]]


@dataclass(frozen=True)
class Exporter:
    """One format: its name, its file extension, its name for people, what it can hold (the default first)."""

    name: str
    extension: str
    label: Callable[[], str]
    what: tuple[str, ...]
    write: Write
    choices: tuple[Choice, ...] = ()
    refuse_target: Callable[[Path], None] | None = None  # raises UserError where a file must not be replaced
    labels: Labels | None = None  # names of contents, where they differ from the usual ones
    group: str = "gis"  # one of GROUPS

    def content_label(self, what: str) -> str:
        """Return what a content is called."""
        usual = {
            "all": tr("Everything: territories, units, accounts"),
            "territories": tr("Territories with rep and totals"),
            "units": tr("Units with their territory and rep"),
            "accounts": tr("Accounts with their territory and rep"),
            "regions": tr("Regions with all that is in them, and their managers"),
            "ranges": tr("Ranges of unit codes by territory, such as 02101-02199"),
            "moves": tr("What moves: accounts and units that change hands"),
            "territory_changes": tr("Territories before and after"),
            "rep_list": tr("Reps with home, hours, role, languages and verticals, to be imported again"),
            "teams": tr("Teams of territories: lead, members and overlay specialists with their shares"),
            "metrics": tr("Role metrics: a row for each number, to be imported again"),
            "scorecards": tr("Scorecards of territories: criteria, score, quota, goals, synergies"),
        }
        own = self.labels() if self.labels is not None else {}
        return own.get(what) or usual.get(what) or what


_exporters: dict[str, Exporter] = {}


def exporter(
    name: str,
    label: Callable[[], str],
    what: tuple[str, ...],
    *,
    extension: str = "",
    choices: tuple[Choice, ...] = (),
    refuse_target: Callable[[Path], None] | None = None,
    labels: Labels | None = None,
    group: str = "gis",
) -> Callable[[Write], Write]:
    """Register a function as the writer of a format; its module bears the name.

    ``what`` is what the format can hold when asked, the default first; ``extension`` where it is not the name.
    """

    def register(write: Write) -> Write:
        _exporters[name] = Exporter(name, extension or name, label, what, write, choices, refuse_target, labels, group)
        return write

    return register


def list_names() -> list[str]:
    """Return the names of all formats, without importing them."""
    package = importlib.import_module(_PACKAGE)
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__))


def list_exporters() -> list[Exporter]:
    """Return all formats, by name."""
    return [_load(name) for name in list_names()]


def offered() -> list[list[Exporter]]:
    """Return all formats as they are offered: by group, in each by their name for people."""
    found = sorted(list_exporters(), key=lambda e: e.label().casefold())
    return [[e for e in found if e.group == group] for group in GROUPS]


def find_exporter(path: Path, name: str | None = None) -> Exporter:
    """Return the format of that name, or the one that the file's extension names.

    Where several formats share an extension, the one that bears it as its name is meant.

    Raises
    ------
    UserError
        if there is no such format, several are possible, or the file's extension is that of another.
    """
    extension = path.suffix.lower().removeprefix(".")
    if name is not None:
        return _find_named(path, name, extension)
    if extension in list_names():
        found = _load(extension)
        if found.extension == extension:
            return found
    exporters = list_exporters()
    fitting = [exporter for exporter in exporters if exporter.extension == extension]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UserError(
            tr("Several formats end in .{extension}, so it is not known which is meant.", extension=extension),
            tr("Say which: --format with one of {names}.", names=listed(exporter.name for exporter in fitting)),
        )
    formats = listed(f".{known}" for known in sorted({e.extension for e in exporters}))
    message = (
        tr("{name} has no extension, so its format is not known.", name=path.name)
        if not extension
        else tr("There is no export to .{extension} files.", extension=extension)
    )
    raise UserError(message, tr("The extension chooses the format: {formats}.", formats=formats))


def find_named(name: str) -> Exporter:
    """Return the format of that name; UserError if there is none."""
    if name not in list_names():
        raise UserError(
            tr("There is no format called {name}.", name=repr(name)),
            tr("There is: {names}.", names=listed(list_names())),
        )
    return _load(name)


def _find_named(path: Path, name: str, extension: str) -> Exporter:
    found = find_named(name)
    if found.extension != extension:
        raise UserError(
            tr("{name} does not end in .{extension}.", name=path.name, extension=found.extension),
            tr("Give the file that extension: {format} writes no other.", format=name),
        )
    return found


def _load(name: str) -> Exporter:
    importlib.import_module(f"{_PACKAGE}.{name}")
    return _exporters[name]


def export(
    plan_view: PlanView,
    path: Path,
    what: str | None = None,
    options: ExportOptions | None = None,
    *,
    name: str | None = None,
) -> Path:
    """Write the plan to a file whose extension, or ``name``, chooses the format; the file appears whole or not at all.

    ``what`` is one of the format's contents; None = what the format is mostly used for.

    Raises
    ------
    UserError
        if the format, content or a choice is unknown, or the file cannot be written.
    Cancelled
        if ``options.is_cancelled`` said so; nothing was written then.
    """
    options = options or ExportOptions()
    format_ = find_exporter(path, name)
    if what is not None and what not in format_.what:
        raise UserError(
            tr("A .{extension} file cannot hold {what}.", extension=format_.extension, what=repr(what)),
            tr("It can hold: {contents}.", contents=listed(format_.what)),
        )
    options = replace(options, chosen=complete(format_.choices, options.chosen))
    if format_.refuse_target is not None:
        format_.refuse_target(path)
    view = take_view(plan_view)
    options = replace(options, chosen=redacted_choices(view, options.privacy, format_.choices, options.chosen))
    view = redacted(view, options.privacy)
    with leaving_nothing(), staged(path) as partial:
        format_.write(view, partial, what or format_.what[0], options)
    return path
