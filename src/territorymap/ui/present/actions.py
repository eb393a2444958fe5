"""The commands of a presentation, the same on the audience's slim bar and on the presenter's own display.

Owns the actions, their keys and words; not what they do (presentation.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup

from territorymap.i18n import tr
from territorymap.ui import icons

Key = Qt.Key


@dataclass(frozen=True)
class _Spec:
    name: str
    icon: str
    text: str
    tip: str
    keys: tuple[Key, ...] = ()
    is_checkable: bool = False


def _specs() -> list[_Spec]:
    return [
        _Spec(
            "previous",
            "present-previous",
            tr("Previous"),
            tr("Scene before (Page Up)"),
            (Key.Key_PageUp, Key.Key_Left, Key.Key_Up),
        ),
        _Spec(
            "next",
            "present-next",
            tr("Next"),
            tr("Next scene (Page Down, Space)"),
            (Key.Key_PageDown, Key.Key_Right, Key.Key_Down, Key.Key_Space, Key.Key_Return, Key.Key_Enter),
        ),
        _Spec("first", "", tr("First"), tr("First scene (Home)"), (Key.Key_Home,)),
        _Spec("last", "", tr("Last"), tr("Last scene (End)"), (Key.Key_End,)),
        _Spec("black", "present-black", tr("Black"), tr("Show nothing (B)"), (Key.Key_B, Key.Key_Period), True),
        _Spec("pointer", "present-pointer", tr("Pointer"), tr("A red dot follows the mouse (P)"), (Key.Key_P,), True),
        _Spec(
            "spotlight",
            "present-spotlight",
            tr("Spotlight"),
            tr("Dim all but a circle; the wheel makes it larger (S)"),
            (Key.Key_S,),
            True,
        ),
        _Spec("zoom", "present-zoom", tr("Zoom"), tr("Draw a frame to go there (Z)"), (Key.Key_Z,), True),
        _Spec("whole", "whole-map", tr("Scene"), tr("Back to the place of the scene (0)"), (Key.Key_0,)),
        _Spec("find", "find", tr("Find"), tr("Find a unit, place, account, rep or territory (F)"), (Key.Key_F,)),
        _Spec(
            "what_if", "present-what-if", tr("What if"), tr("Try changes before the audience (W)"), (Key.Key_W,), True
        ),
        _Spec("export", "export", tr("Export"), tr("Write a file that holds nothing hidden (E)"), (Key.Key_E,)),
        _Spec("end", "present-end", tr("End"), tr("End the presentation (Esc)"), (Key.Key_Escape,)),
    ]


class PresentActions(QObject):
    """The commands by name."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_name: dict[str, QAction] = {}
        self.by_key: dict[Key, QAction] = {}
        for spec in _specs():
            action = QAction(spec.text, self)
            action.setToolTip(spec.tip)
            action.setCheckable(spec.is_checkable)
            if spec.icon:
                icons.set_icon(action, spec.icon)
            self._by_name[spec.name] = action
            self.by_key |= dict.fromkeys(spec.keys, action)
        tools = QActionGroup(self)
        tools.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        for name in ("pointer", "spotlight", "zoom"):
            tools.addAction(self._by_name[name])

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    @property
    def tool(self) -> str:
        """The tool in hand, "" = none."""
        return next((name for name in ("pointer", "spotlight", "zoom") if self[name].isChecked()), "")

    def drop_tool(self) -> bool:
        """Put the tool out of the hand; returns whether there was one."""
        tool = self.tool
        if tool:
            self[tool].setChecked(False)
        return bool(tool)
