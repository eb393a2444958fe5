"""Name, colour and rep of a territory: for a new one, or the colour of one that is there.

Owns the fields and the grid of colours; the command is the panel's.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QColorDialog,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import ntr, tr
from territorymap.mapview.palette import choose_color
from territorymap.model.plan import Plan
from territorymap.model.records import Territory
from territorymap.ui.dialogs.choose import rep_choices
from territorymap.ui.dialogs.form import FormDialog
from territorymap.ui.parts.cells import draw_swatch
from territorymap.ui.parts.scale import ems

N_COLUMNS = 8
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -N_COLUMNS, Qt.Key.Key_Down: N_COLUMNS}


class ColorButton(QAbstractButton):
    """One colour to choose."""

    def __init__(self, color: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.color = color
        self.setCheckable(True)
        self.setToolTip(color)
        self.setAccessibleName(tr("Colour {color}", color=color))
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        side = ems(self, 3.6)
        return QSize(side, side)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS:
            event.ignore()  # the grid moves on; a button's own way through its group knows no rows
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        box = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        draw_swatch(painter, box, QColor(self.color), palette)
        if self.isChecked() or self.hasFocus() or self.underMouse():
            role = QPalette.ColorRole.WindowText if self.isChecked() else QPalette.ColorRole.Accent
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen = painter.pen()
            pen.setColor(palette.color(role))
            pen.setWidthF(2)
            painter.setPen(pen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 4, 4)


class ColorGrid(QWidget):
    """The colours that can be told apart, and "Other" for any; the arrow keys move among them."""

    color_chosen = Signal(str)

    def __init__(self, colors: Sequence[str], current: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Colour"))
        self._group = QButtonGroup(self)
        self._grid = QGridLayout()
        self._grid.setSpacing(0)
        self.buttons: list[ColorButton] = []
        shown = list(dict.fromkeys(color.lower() for color in colors))
        if current.lower() not in shown:
            shown.append(current.lower())
        for color in shown:
            self._add(color)
        self.other = QPushButton(tr("&Other…"))
        self.other.setAutoDefault(False)
        self.other.clicked.connect(self._ask_other)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout()
        line.addLayout(self._grid)
        line.addStretch(1)
        layout.addLayout(line)
        layout.addWidget(self.other, alignment=Qt.AlignmentFlag.AlignLeft)
        self.choose(current)
        self._group.buttonClicked.connect(lambda button: self.color_chosen.emit(button.color))

    @property
    def color(self) -> str:
        button = self._group.checkedButton()
        return button.color if isinstance(button, ColorButton) else ""

    def choose(self, color: str) -> None:
        """Check the colour; one that is not in the grid is added."""
        button = next((b for b in self.buttons if b.color == color.lower()), None) or self._add(color.lower())
        button.setChecked(True)

    def _add(self, color: str) -> ColorButton:
        button = ColorButton(color)
        self._group.addButton(button)
        self._grid.addWidget(button, len(self.buttons) // N_COLUMNS, len(self.buttons) % N_COLUMNS)
        self.buttons.append(button)
        return button

    def _ask_other(self) -> None:
        dialog = QColorDialog(QColor(self.color), self)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda color: self._take(color.name()))
        dialog.open()

    def _take(self, color: str) -> None:
        self.choose(color)
        self.color_chosen.emit(color)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()), 0)
        at = next((i for i, b in enumerate(self.buttons) if b.isChecked()), 0)
        if step and 0 <= at + step < len(self.buttons):
            self.buttons[at + step].click()
            self.buttons[at + step].setFocus()
        else:
            super().keyPressEvent(event)


class NewTerritoryDialog(FormDialog):
    """Asks for name, colour and rep, and whether the selected units are to belong to it."""

    def __init__(self, plan: Plan, colors: Sequence[str], n_units: int, parent: QWidget | None = None) -> None:
        super().__init__(tr("New territory"), tr("&Create"), parent, width_ems=44)
        self.name = QLineEdit(free_name(plan))
        self.name.selectAll()
        self.form.addRow(tr("&Name"), self.name)
        self.colors = ColorGrid(colors, choose_color([t.color for t in plan.territories]))
        label = QLabel(tr("Co&lour"))
        label.setBuddy(self.colors.buttons[0])
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.form.addRow(label, self.colors)
        self.rep = QComboBox()
        for choice in rep_choices(plan):
            self.rep.addItem(choice.text, choice.key)
        self.form.addRow(tr("&Rep"), self.rep)
        self.with_units = QCheckBox(ntr("Give it the selected &unit", "Give it the {n} selected &units", n_units))
        self.with_units.setVisible(n_units > 0)
        self.with_units.setChecked(n_units > 0)
        self.form.addRow("", self.with_units)
        self.name.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))

    @property
    def rep_id(self) -> int | None:
        value = self.rep.currentData()
        return None if value is None else int(value)


class ColorDialog(FormDialog):
    """Asks for the colour of one territory."""

    def __init__(self, territory: Territory, colors: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(tr("Colour of {name}", name=territory.name), tr("&Recolour"), parent, width_ems=40)
        self.colors = ColorGrid(colors, territory.color)
        self.form.addRow(self.colors)
        self.colors.buttons[0].setFocus()


def free_name(plan: Plan) -> str:
    """Return "Territory N" with the first N that is not taken."""
    n = plan.n_territories + 1
    while plan.territory_named(tr("Territory {n}", n=n)) is not None:
        n += 1
    return tr("Territory {n}", n=n)
