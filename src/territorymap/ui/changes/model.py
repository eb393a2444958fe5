"""The steps of the change log as a table: what, when, who, why, in which scenario. Newest first.

Owns rows and how they look; words come from session.changelog, and only for the rows in sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from territorymap.i18n import moment, ntr, tr
from territorymap.session.changelog import ChangeLog, Entry
from territorymap.session.changelog.log import step_moment, step_title
from territorymap.session.changelog.words import in_one_line
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
WHAT, WHEN, WHO, WHY, SCENARIO = range(5)
_MOST_LETTERS = 400  # of a cell
_READ_UP_TO = 3_000  # rows of a step; longer ones say what they did when they are chosen


@dataclass(frozen=True)
class Row:
    """One line: a step, and whether it stands under the merge that brought it."""

    entry: Entry
    is_under: bool = False


class ChangeModel(QAbstractTableModel):
    """A row a step."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._entries: list[Entry] = []  # what is shown, oldest first
        self._from_end: dict[str, int] = {}  # rows down to the last one, itself included, by uuid of the step
        self._alignments: set[str] = set()  # whose steps are shown
        self._log: ChangeLog | None = None

    def show(self, log: ChangeLog | None, entries: Sequence[Entry]) -> int | None:
        """Show entries, given oldest first; return how many rows came at the top, None where all are others."""
        if log is self._log and (n_new := self._follow(entries)) is not None:
            return n_new
        self.beginResetModel()
        self._log = log
        self._entries = list(entries)
        self.rows = arranged(entries)
        self._from_end = {row.entry.step.uuid: len(self.rows) - at for at, row in enumerate(self.rows)}
        self._alignments = {entry.alignment for entry in entries if entry.alignment}
        self.endResetModel()
        return None

    def _follow(self, entries: Sequence[Entry]) -> int | None:
        """Put only what is other than before into its rows; None where rows came between or went."""
        n = len(self._entries)
        fresh = entries[n:]
        other = [i for i, (was, now) in enumerate(zip(self._entries, entries, strict=False)) if was is not now]
        alignments = self._alignments | {entry.alignment for entry in fresh if entry.alignment}
        if (
            len(entries) < n
            or any(entry.step.merged_by for entry in fresh)
            or any(not _is_same_row(self._entries[i], entries[i]) for i in other)
            or len(alignments) > max(1, len(self._alignments))  # named in every row from now on
        ):
            return None
        self._entries, self._alignments = list(entries), alignments
        for i in other:
            at = self.row_of(entries[i].step.uuid)
            self.rows[at] = Row(entries[i], self.rows[at].is_under)
            self.dataChanged.emit(self.index(at, 0), self.index(at, self.columnCount() - 1))
        if fresh:
            self.beginInsertRows(QModelIndex(), 0, len(fresh) - 1)
            for entry in fresh:
                self._from_end[entry.step.uuid] = len(self._from_end) + 1
            self.rows[:0] = [Row(entry) for entry in reversed(fresh)]
            self.endInsertRows()
        return len(fresh)

    def row_of(self, step_uuid: str) -> int:
        """Return the row of a step, -1 if it is not shown."""
        from_end = self._from_end.get(step_uuid)
        return -1 if from_end is None else len(self.rows) - from_end

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 5

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("What"), tr("Time"), tr("Author"), tr("Why"), tr("Scenario"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._log is None:
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, index.column())
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._tip(row) if index.column() == WHAT else self.text(row, index.column())
        if role == Qt.ItemDataRole.ForegroundRole and row.entry.step.is_undone:
            return QColor(tokens().disabled)
        if role == Qt.ItemDataRole.FontRole and row.entry.step.is_undone:
            font = QFont()
            font.setItalic(True)
            font.setStrikeOut(index.column() == WHAT)
            return font
        return None

    def text(self, row: Row, column: int) -> str:
        """Return what stands in a cell."""
        step = row.entry.step
        if column == WHAT:
            return ("    ↳ " if row.is_under else "") + self._what(row.entry)
        if column == WHEN:
            when = step_moment(step)
            return moment(when) if when is not None else ""
        return (step.author, step.note, self._where(row.entry))[column - WHO]

    def _where(self, entry: Entry) -> str:
        """Return the scenario, and where the plan has several alignments the alignment, of a step."""
        if len(self._alignments) < 2 or not entry.alignment:
            return entry.scenario
        return tr("{scenario}, {alignment}", scenario=entry.scenario, alignment=entry.alignment)

    def _what(self, entry: Entry) -> str:
        assert self._log is not None
        if entry.n_merged or entry.step.kind == "create" or not self._log.is_short(entry.step, _READ_UP_TO):
            return step_title(entry)
        return in_one_line(self._log.sentences(entry.step))[:_MOST_LETTERS] or step_title(entry)

    def _tip(self, row: Row) -> str:
        entry = row.entry
        lines = [self._what(entry)]
        undone = entry.undone_by
        if undone is not None:
            when = step_moment(undone)
            lines.append(tr("Taken back by {author}, {time}.", author=undone.author, time=moment(when) if when else ""))
        if row.is_under or entry.is_merged:
            lines.append(tr("Done in another copy of the plan; it came by a merge."))
        elif entry.n_merged:
            lines.append(
                ntr(
                    "{n} step of the other copy stands below.",
                    "{n} steps of the other copy stand below.",
                    entry.n_merged,
                )
            )
        if entry.step.note:
            lines.append(entry.step.note)
        return "\n".join(lines)


def _is_same_row(was: Entry, now: Entry) -> bool:
    """Tell whether an entry stays where it stands, and changes nothing in the other rows."""
    return (was.step.uuid, was.n_merged, was.alignment) == (now.step.uuid, now.n_merged, now.alignment)


def arranged(entries: Sequence[Entry]) -> list[Row]:
    """Return rows, newest first, with the steps that a merge brought under it."""
    shown = {entry.step.uuid for entry in entries}
    under: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.step.merged_by in shown:
            under.setdefault(entry.step.merged_by, []).append(entry)
    rows = []
    for entry in reversed(entries):
        if entry.step.merged_by in shown:
            continue
        rows.append(Row(entry))
        rows += [Row(other, True) for other in reversed(under.get(entry.step.uuid, []))]
    return rows
