"""What is wrong with boundaries, listed with counts and areas, and the wish to have them repaired.

Owns the list and the repair controls; finding and mending are geo's, the marks on the map unit_map's.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from territorymap.geo.repair import needs_mending
from territorymap.geo.survey import Fault
from territorymap.i18n import number, tr, tr_as
from territorymap.importers.unit_faults import (
    FaultGroup,
    area_text,
    fault_text,
    group_advice,
    group_faults,
    group_title,
)
from territorymap.importers.unit_options import DEFAULT_TOLERANCE_M, LayerImport
from territorymap.ui.new_plan.fault_marks import fault_colour
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.theme import tokens

_MOST_LISTED = 2000  # faults of one kind; the largest stand first
_FAULT = Qt.ItemDataRole.UserRole


class FaultList(QWidget):
    """A tree: kinds of faults, and under each the faults; with the wish to repair above it."""

    chosen = Signal(object)  # Fault
    repair_wished = Signal()  # the wish or the tolerance has changed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.repair = QCheckBox(tr("&Repair: overlaps go to one side, gaps are closed up to"))
        self.tolerance = QDoubleSpinBox()
        self.tolerance.setRange(0.0, 10_000.0)
        self.tolerance.setDecimals(1)
        self.tolerance.setValue(DEFAULT_TOLERANCE_M)
        self.tolerance.setSuffix(tr(" m"))
        self.tolerance.setAccessibleName(tr("Widest gap that is closed, in metres"))
        self.tolerance.setToolTip(tr("Gaps in which no wider circle fits are closed; wider ones may be lakes."))
        self.tolerance.setKeyboardTracking(False)
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(tr("Faults of the boundaries"))
        self.tree.setColumnCount(3)
        self.tree.setHeaderLabels([tr("Found"), tr("Area"), tr_as("condition", "State")])
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.setUniformRowHeights(True)
        header = self.tree.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for section, width in ((1, 15), (2, 17)):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(section, ems(self, width))
        header.setStretchLastSection(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.tree.setMinimumHeight(lines(self, 5))
        row = QHBoxLayout()
        row.addWidget(self.repair)
        row.addWidget(self.tolerance)
        row.addStretch(1)
        self._bar = QWidget()
        self._bar.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.verdict)
        column.addWidget(self._bar)
        column.addWidget(self.tree, 1)
        self.faults: list[Fault] = []
        self.is_mended: list[bool] = []
        self._groups: dict[str, QTreeWidgetItem] = {}
        self._items: list[tuple[QTreeWidgetItem, Fault]] = []
        self.tree.currentItemChanged.connect(lambda item, _before: self._tell(item))
        self.tree.itemClicked.connect(lambda item, _column: self._tell(item))
        self.repair.toggled.connect(self._wish)
        self.tolerance.valueChanged.connect(self._wish_more)

    @property
    def repair_m(self) -> float | None:
        """The tolerance of the repair that is wished for, None = no repair."""
        return self.tolerance.value() if self.repair.isChecked() else None

    def reset(self) -> None:
        """Forget a wish that was for another file."""
        self.repair.blockSignals(True)
        self.repair.setChecked(False)
        self.repair.blockSignals(False)

    def show_import(self, made: LayerImport) -> None:
        """List what was found, and what was done about it."""
        self._made = made
        self._fill()

    def choose(self, at: int) -> None:
        """Select the fault that was clicked on the map."""
        wanted = self.faults[at]
        item = next((item for item, fault in self._items if fault is wanted), None)
        if item is not None:
            self.tree.setCurrentItem(item)
            self.tree.scrollToItem(item)

    def _fill(self) -> None:
        made, tolerance = self._made, self.tolerance.value()
        was_open = {key for key, item in self._groups.items() if item.isExpanded()}
        self.tree.blockSignals(True)
        self.tree.clear()
        self._items = []
        self.faults = list(made.faults)
        self.is_mended = made.mended()
        self._groups = {group.key: self._group_item(group, made) for group in group_faults(self.faults, tolerance)}
        self.tree.addTopLevelItems(list(self._groups.values()))
        for key, item in self._groups.items():
            item.setExpanded(key in was_open)
        self.tree.blockSignals(False)
        self.tree.setVisible(bool(self.faults))
        can_repair = any(needs_mending(fault, tolerance) for fault in self.faults)
        self._bar.setVisible(can_repair or self.repair.isChecked() or any(f.width_m for f in self.faults))
        self._say(made, can_repair)

    def _group_item(self, group: FaultGroup, made: LayerImport) -> QTreeWidgetItem:
        is_mended = group.is_repairable and made.repair_m is not None
        area = area_text(group.area_km2) if group.area_km2 > 0 else ""
        item = QTreeWidgetItem([group_title(group), area, _state(group, is_mended)])
        item.setToolTip(0, group_advice(group))
        item.setToolTip(2, group_advice(group))
        colour = QColor(tokens().good) if is_mended else fault_colour(group.kind)
        item.setIcon(0, _dot(colour, is_mended))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setForeground(2, QBrush(QColor(tokens().muted)))
        for fault in group.faults[:_MOST_LISTED]:
            area = area_text(fault.area_km2) if fault.area_km2 else ""
            child = QTreeWidgetItem([fault_text(fault, made.codes), area])
            child.setData(0, _FAULT, fault)
            child.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.addChild(child)
            self._items.append((child, fault))
        n_more = len(group.faults) - _MOST_LISTED
        if n_more > 0:
            more = QTreeWidgetItem([tr("and {n} smaller ones", n=number(n_more))])
            more.setForeground(0, QBrush(QColor(tokens().muted)))
            item.addChild(more)
        return item

    def _say(self, made: LayerImport, can_repair: bool) -> None:
        if made.repair_m is not None and can_repair:
            role, text = "good", tr("The borders were repaired; the map shows where.")
        elif can_repair:
            role = "warning"
            text = tr("Some borders do not meet. Units on both sides of such a place do not count as neighbours.")
        else:
            role, text = "good", tr("The borders of all units meet.")
        self.verdict.setProperty("role", role)
        self.verdict.style().polish(self.verdict)
        self.verdict.setText(text)

    def _tell(self, item: QTreeWidgetItem | None) -> None:
        fault = item.data(0, _FAULT) if item is not None else None
        if isinstance(fault, Fault):
            self.chosen.emit(fault)

    def _wish(self) -> None:
        self.repair_wished.emit()

    def _wish_more(self) -> None:
        # Which gaps are narrow enough is seen at once; a repair under way is made again.
        if self.repair.isChecked():
            self.repair_wished.emit()
        else:
            self._fill()


def _state(group: FaultGroup, is_mended: bool) -> str:
    if is_mended:
        return tr("repaired")
    if group.is_wide:
        return tr("left open")
    if group.is_repairable:
        return tr("as in the file")
    return {"invalid": tr("untangled"), "same_code": tr("made one unit")}[group.key]


def _dot(colour: QColor, is_hollow: bool) -> QIcon:
    pixmap = QPixmap(24, 24)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = painter.pen()
    pen.setColor(colour)
    pen.setWidthF(3.0)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush if is_hollow else colour)
    painter.drawEllipse(6, 6, 12, 12)
    painter.end()
    return QIcon(pixmap)
