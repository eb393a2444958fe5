"""Writing what is compared to a file: asks where, then writes with progress.

Owns the question; the files are written by exporters/.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from territorymap.i18n import tr
from territorymap.metrics.comparison import Comparison
from territorymap.metrics.move_figures import Ages
from territorymap.ui.help.contexts import files_about

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


def export_comparison(window: MainWindow, comparison: Comparison, ages: Ages, what: str) -> None:
    """Ask for a file and write "moves", "territory_changes" or the "maps" of a comparison into it."""
    # Formats bring in half of the libraries: only when something is exported.
    from territorymap.exporters.registry import ExportOptions, export, list_exporters
    from territorymap.exporters.view import take_view
    from territorymap.ui.tasks import run_task

    session = window.session
    if session is None:
        return
    exporters = [e for e in list_exporters() if what in e.what]
    filters = {f"{e.label()} (*.{e.extension})": e for e in exporters}
    proposed = window.preferences.folder("export") / _name(session.document.path.stem, comparison, what)
    proposed = proposed.with_name(f"{proposed.name}.{exporters[0].extension}")
    with files_about(window, "compare"):
        chosen, picked = QFileDialog.getSaveFileName(window, tr("Export to"), str(proposed), ";;".join(filters))
    if not chosen:
        return
    target = Path(chosen)
    fitting = [e for e in exporters if target.suffix.casefold() == f".{e.extension}"]
    exporter = fitting[0] if fitting else filters.get(picked, exporters[0])
    if not fitting:
        target = target.with_name(f"{target.name}.{exporter.extension}")
    window.preferences.set_folder("export", target.parent)
    view = dataclasses.replace(take_view(session), comparison=comparison, ages=ages)
    options = ExportOptions()

    def work(progress: object, is_cancelled: object) -> Path:
        watched = dataclasses.replace(options, progress=progress, is_cancelled=is_cancelled)  # type: ignore[arg-type]
        return export(view, target, what, watched, name=exporter.name)  # type: ignore[arg-type]

    def written(path: Path) -> None:
        window.toast.show_message(tr("{name} was written to {folder}.", name=path.name, folder=path.parent))

    run_task(window, tr("Writing {name}…", name=target.name), work, written)


def _name(stem: str, comparison: Comparison, what: str) -> str:
    before, after = (_file_part(side.name) for side in (comparison.before, comparison.after))
    word = {"moves": tr("moves"), "territory_changes": tr("territories"), "maps": tr("maps")}[what]
    return f"{stem} {before} - {after} {word}"


def _file_part(name: str) -> str:
    """Return a scenario's name as it may stand in the name of a file on any system."""
    kept = "".join("_" if c in '\\/:*?"<>|' or ord(c) < 32 else c for c in name).strip(" .")
    return kept[:40] or tr("scenario")
