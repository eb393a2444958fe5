"""How a drawn boundary is meant, shown in the tool bar while that tool is used: what it becomes, which units it takes.

Owns these fields and remembers them between runs; the drawing itself is done on the map.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from territorymap.i18n import tr
from territorymap.mapview.protocol import RULES
from territorymap.session.commands.checks import MAX_NAME
from territorymap.ui.parts.scale import ems
from territorymap.ui.preferences import Preferences

_RULE, _BECOMES = "draw_rule", "draw_becomes"
_NEW, _TARGET = "new", "target"


class DrawingBar(QObject):
    """The fields; ``add`` puts a labelled widget into the tool bar and returns its action."""

    changed = Signal(str, bool, str)  # rule, whether it becomes a new territory, its name ("" = named by itself)

    def __init__(self, add: Callable[[str, QWidget], QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self._preferences: Preferences | None = None
        self.becomes = QComboBox(parent)
        self.becomes.addItem(tr("new territory"), _NEW)
        self.becomes.addItem(tr("part of"), _TARGET)
        self.becomes.setToolTip(tr("What a drawn boundary makes: a territory of its own, or a part of the target"))
        self.becomes.setAccessibleName(tr("Drawn boundary becomes"))
        self.name = QLineEdit(parent)
        self.name.setMaxLength(MAX_NAME)
        self.name.setPlaceholderText(tr("named by itself"))
        self.name.setFixedWidth(ems(parent, 13))
        self.name.setToolTip(tr("Name of the next new territory; leave it empty for Territory 1, 2 and so on"))
        self.name.setAccessibleName(tr("Name of the new territory"))
        self.rule = QComboBox(parent)
        words = {
            "majority": tr("mostly inside"),
            "centroid": tr("centred inside"),
            "touch": tr("touched"),
            "exact": tr("exactly, by cuts"),
        }
        for rule in RULES:
            self.rule.addItem(words[rule], rule)
        self.rule.setToolTip(tr("Which units a drawn boundary takes"))
        self.rule.setAccessibleName(tr("Drawn boundary takes"))
        self._add = add
        self._actions = [add(tr("Draw a"), self.becomes), add("", self.name)]
        self._is_shown = False
        self.becomes.currentIndexChanged.connect(self._tell)
        self.rule.currentIndexChanged.connect(self._tell)
        self.name.textChanged.connect(self._tell)

    def add_rule(self) -> None:
        """Put the choice of the rule into the tool bar, behind what is there."""
        self._actions.append(self._add(tr("Takes units"), self.rule))
        self.show(False)

    def remember(self, preferences: Preferences) -> None:
        """Take the choices of the last run, and keep those to come."""
        for box, key in ((self.rule, _RULE), (self.becomes, _BECOMES)):
            at = box.findData(preferences.text(key))
            box.setCurrentIndex(max(0, at))
        self._preferences = preferences
        self._tell()

    def show(self, is_shown: bool) -> None:
        """Show the fields while the tool is used."""
        self._is_shown = is_shown
        for action in self._actions:
            action.setVisible(is_shown)
        self._actions[1].setVisible(is_shown and self.is_new)

    @property
    def is_new(self) -> bool:
        return bool(self.becomes.currentData() == _NEW)

    @property
    def has_own_target(self) -> bool:
        """Whether what is drawn becomes a new territory: then no target is asked for."""
        return self._is_shown and self.is_new

    def clear_name(self) -> None:
        """A territory of this name was made; the next one needs another."""
        self.name.clear()

    def _tell(self) -> None:
        self.show(self._is_shown)
        rule, becomes = str(self.rule.currentData()), str(self.becomes.currentData())
        if self._preferences is not None:
            self._preferences.set_text(_RULE, rule)
            self._preferences.set_text(_BECOMES, becomes)
        self.changed.emit(rule, self.is_new, " ".join(self.name.text().split()))
