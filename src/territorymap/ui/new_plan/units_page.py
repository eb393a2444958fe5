"""Page 1 of New plan: which units, a shipped layer or the planner's own file.

Owns the choice and the picture of it; loading and mending are geo's and importers'.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.geo.shipped import LayerInfo, list_layers, load_layer
from territorymap.i18n import data_word, ntr, tr
from territorymap.ui import icons
from territorymap.ui.new_plan.layer_picture import draw_layer
from territorymap.ui.new_plan.own_units import OwnUnitsForm
from territorymap.ui.new_plan.page import Page
from territorymap.ui.new_plan.units_choice import UnitsChoice
from territorymap.ui.parts.scale import ems, lines, scaled
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import run_task
from territorymap.ui.theme import tokens

PICTURE = QSize(380, 240)
_OWN = "own"


class UnitsPage(Page):
    """A list of layers at the left, what is known of the chosen one at the right."""

    def __init__(self, preferences: Preferences, title: str = "", sentence: str = "") -> None:
        super().__init__(
            tr("Units"),
            title or tr("Which units are assigned?"),
            sentence
            or tr(
                "Units are the smallest pieces of ground that a territory is made of. File ▸ Change the unit layer "
                "exchanges them later."
            ),
            is_optional=False,
        )
        self._layers = {info.id: info for info in list_layers()}
        self._codes: dict[str, list[str]] = {}
        self._pictures: dict[str, QImage] = {}
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Unit layers"))
        self.list.setFixedWidth(ems(self, 36))
        self.list.setSpacing(1)
        self.list.setWordWrap(True)
        self.own = OwnUnitsForm(preferences)
        self._details = LayerDetails()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._details)
        self._stack.addWidget(self.own)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.list)
        row.addWidget(self._stack, 1)
        self.body.addLayout(row, 1)
        self._fill()
        self.list.currentItemChanged.connect(self._chosen)
        self.own.changed.connect(self._own_changed)
        self.own.left.connect(lambda: self.list.setCurrentRow(0))
        self.list.setCurrentRow(0)

    @property
    def layer_id(self) -> str:
        """Id of the chosen shipped layer, "" while the own file is chosen."""
        item = self.list.currentItem()
        value = str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""
        return "" if value == _OWN else value

    @property
    def is_own(self) -> bool:
        item = self.list.currentItem()
        return item is not None and str(item.data(Qt.ItemDataRole.UserRole)) == _OWN

    @property
    def choice(self) -> UnitsChoice | None:
        """What was chosen, None while something is missing."""
        if self.is_own:
            return self.own.choice
        return UnitsChoice(self.layer_id, measures=tuple(self._details.measures)) if self.layer_id else None

    @property
    def codes(self) -> list[str]:
        """Codes of the chosen units, [] as long as they are not known."""
        if self.is_own:
            outcome = self.own.outcome
            return [str(code) for code in outcome.layer.code] if outcome is not None else []
        return self._codes.get(self.layer_id, [])

    def choose_layer(self, layer_id: str) -> None:
        for row in range(self.list.count()):
            if self.list.item(row).data(Qt.ItemDataRole.UserRole) == layer_id:
                self.list.setCurrentRow(row)

    def use_file(self, path: Path | Sequence[Path]) -> None:
        """Choose the planner's own file, or several that make one layer."""
        self.list.setCurrentRow(self.list.count() - 1)
        self.own.load(path)

    def why_not(self) -> str:
        if self.is_own:
            return self.own.why_not()
        return "" if self.layer_id else tr("Choose which units are assigned.")

    def caution(self) -> str:
        return self.own.caution() if self.is_own else ""

    def summary(self) -> str:
        if self.is_own:
            return self.own.summary()
        info = self._layers.get(self.layer_id)
        return data_word(info.title) if info is not None else ""

    def _fill(self) -> None:
        for info in self._layers.values():
            item = QListWidgetItem(tr("{title}\n{count}", title=data_word(info.title), count=_count(info)))
            item.setData(Qt.ItemDataRole.UserRole, info.id)
            item.setSizeHint(QSize(0, lines(self.list, 2) + 10))
            self.list.addItem(item)
        own = QListWidgetItem(tr("Files of your own…\nShapefile, GeoJSON, KML, GeoPackage…"))
        own.setIcon(icons.icon("open"))
        own.setData(Qt.ItemDataRole.UserRole, _OWN)
        own.setSizeHint(QSize(0, lines(self.list, 2) + 14))
        self.list.addItem(own)

    def _own_changed(self) -> None:
        # Own boundaries want the room: the list of layers comes back with a button.
        self.list.setVisible(not (self.is_own and self.own.rows is not None))
        self.changed.emit()

    def _chosen(self) -> None:
        self.list.setVisible(not (self.is_own and self.own.rows is not None))
        self._stack.setCurrentWidget(self.own if self.is_own else self._details)
        info = self._layers.get(self.layer_id)
        if info is not None:
            self._details.show_info(info)
            self._show_picture(info.id)
        self.changed.emit()

    def _show_picture(self, layer_id: str) -> None:
        key = f"{layer_id}-{tokens().is_dark}"
        if key in self._pictures:
            self._details.set_picture(self._pictures[key])
            return
        self._details.set_picture(None)
        ratio, colours = self.devicePixelRatioF(), tokens()

        def draw(progress: object, is_cancelled: object) -> tuple[QImage, list[str]]:
            layer = load_layer(layer_id)
            image = draw_layer(layer, PICTURE.width(), PICTURE.height(), ratio, colours)
            return image, [str(code) for code in layer.code]

        def show(result: tuple[QImage, list[str]]) -> None:
            self._pictures[key], self._codes[layer_id] = result
            if self.layer_id == layer_id:
                self._details.set_picture(self._pictures[key])
                self.changed.emit()

        run_task(self, tr("Reading the layer…"), draw, show, is_quiet=True)


class LayerDetails(QScrollArea):
    """Picture, notice and measures of a shipped layer."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        self.setWidget(body)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 8, 0)
        self._picture = QLabel()
        self._picture.setFixedSize(PICTURE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel()
        self._title.setFont(scaled(self._title.font(), 1.15, bold=True))
        self._facts = _text("")
        self._notice = _text("warning")
        self._measures = QVBoxLayout()
        self._measures.setSpacing(4)
        self._source = _text("muted")
        column.addWidget(self._picture)
        for widget in (self._title, self._facts, self._notice):
            column.addWidget(widget)
        column.addLayout(self._measures)
        column.addWidget(self._source)
        column.addStretch(1)
        self._boxes: dict[str, QCheckBox] = {}

    @property
    def measures(self) -> list[str]:
        """Columns of the measures that are to come along."""
        return [column for column, box in self._boxes.items() if box.isChecked()]

    def show_info(self, info: LayerInfo) -> None:
        self._title.setText(data_word(info.title))
        self._facts.setText(_facts(info))
        self._notice.setVisible(info.approximate)
        if info.approximate:
            self._notice.setText(
                tr(
                    "Approximate borders. {method} {accuracy}",
                    method=data_word(info.method),
                    accuracy=data_word(info.accuracy),
                ).strip()
            )
        self._source.setText(_source(info))
        for box in self._boxes.values():
            self._measures.removeWidget(box)
            box.deleteLater()
        self._boxes = {}
        for measure in info.measures:
            box = QCheckBox(tr("Bring the measure {name} along", name=data_word(measure.label).replace("&", "&&")))
            box.setChecked(True)
            self._measures.addWidget(box)
            self._boxes[measure.column] = box

    def set_picture(self, image: QImage | None) -> None:
        if image is None:
            self._picture.setText(tr("Drawing…"))
            self._picture.setEnabled(False)
        else:
            self._picture.setEnabled(True)
            self._picture.setPixmap(QPixmap.fromImage(image))


def _count(info: LayerInfo) -> str:
    return ntr("{n} unit", "{n} units", info.n_units)


def _facts(info: LayerInfo) -> str:
    if info.parent_word:
        return tr("{count}, each in a {parent}.", count=_count(info), parent=data_word(info.parent_word))
    return tr("{count}.", count=_count(info))


def _source(info: LayerInfo) -> str:
    parts = [tr("Source: {source}", source=info.attribution or info.source), info.licence, info.vintage]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _text(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
