"""Hands and eyes on the real window: mouse and keys to its widgets and its map page, texts and pixels off the screen.

Owns waiting and the translation of "what a person does" into events; knows nothing of any test's story.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QDeadlineTimer,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QPointF,
    Qt,
    QTimer,
)
from PySide6.QtGui import QAction, QImage, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QTableView,
    QToolButton,
    QWidget,
)

from territorymap.selftest.hands import pass_a_blink, press
from territorymap.selftest.seeing import (
    BEGIN_TO_REST,
    RESTS,
    Color,
    D,
    ask_page,
    is_same_color,
    main_color,
    open_dialogs,
)
from territorymap.ui import theme
from territorymap.ui.main_window import MainWindow
from territorymap.ui.map.scheme import register_scheme
from territorymap.ui.memory import use_few_heaps
from territorymap.ui.preferences import Preferences

__all__ = [
    "CTRL",
    "LAND",
    "LEFT",
    "NO",
    "SHIFT",
    "Window",
    "application",
    "fill_on_land",
    "is_same_color",
    "wait_until",
]

LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO, CTRL, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LAND = (245, 243, 238)  # theme.js, light: what shines through a fill
FILL_ALPHA = 0.88


def application() -> QApplication:
    """Return the application, as app.py makes it."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    use_few_heaps()
    register_scheme()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    QCoreApplication.setApplicationName("territorymap")
    return QApplication(sys.argv[:1])


def wait_until(is_so: Callable[[], object], what: str = "", timeout_s: float = 40.0) -> None:
    """Let events be handled until it is so; fail with ``what`` was waited for."""
    deadline = QDeadlineTimer(round(timeout_s * 1000))
    while not is_so():
        assert not deadline.hasExpired(), f"waited in vain: {what or is_so}"
        pass_a_blink()


class Window:
    """One main window, and what a person does at it."""

    def __init__(self, preferences: Preferences, width: int = 1600, height: int = 1000) -> None:
        theme.install(application(), "light")
        self.main = MainWindow(None, preferences)
        self.main.choose_theme("light")
        self.main.resize(width, height)
        self.main.show()
        self.main.activateWindow()
        self.map = self.main.map_view
        self.painted: list[tuple[int, float]] = []
        self.refused: list[str] = []
        self.crashes: list[str] = []
        self.map.edit_painted.connect(lambda seq, ms: self.painted.append((seq, ms)))
        self.map.refused.connect(self.refused.append)
        self.map.page.renderProcessTerminated.connect(lambda status, code: self.crashes.append(f"{status}, {code}"))
        self._hand_at = QPoint(3, 3)

    def close(self) -> None:
        """Close the plan and the window, as a person does, and let go of the page."""
        self.main.close()
        self.main.end()

    @property
    def complaints(self) -> list[str]:
        """What the page's console said, what crashed, and every request for another address."""
        return [*self.map.page.complaints, *self.crashes, *(f"network: {url}" for url in self.map.guard.refused)]

    # -- the page ------------------------------------------------------------------------------------------------------

    def wait_for_map(self) -> None:
        """Wait until the plan is painted and the page has come to rest."""
        wait_until(lambda: self.map.is_ready or self.complaints, "the plan is painted", 60)
        assert self.complaints == [], self.complaints
        self.rest()

    def js(self, expression: str) -> Any:
        """Return the value of an expression of the page."""
        answer = ask_page(self.map.page, expression, lambda is_so: wait_until(is_so, expression))
        assert answer is not None, f"the page could not say: {expression}"
        return json.loads(answer)

    def rest(self) -> None:
        """Wait until flights have landed, labels are placed and the picture has reached the widget."""
        self.js(BEGIN_TO_REST)
        wait_until(lambda: self.js(RESTS), "the map comes to rest")
        QApplication.processEvents()

    def show_place(self, lon: float, lat: float, zoom: float) -> None:
        """Bring a place to the middle at a zoom level, at once, as many turns of the wheel would."""
        self.js(f"(__tm.map.setView([{lat}, {lon}], {zoom}, {{animate: false}}), 1)")
        self.rest()

    def place_of(self, lon: float, lat: float) -> QPoint:
        """Return where a place of the world is in the map's widget."""
        return self.places_of([(lon, lat)])[0]

    def places_of(self, where: Sequence[tuple[float, float]]) -> list[QPoint]:
        """Return where places of the world, each longitude and latitude, are in the map's widget."""
        found = self.js(f"{json.dumps(where)}.map(([x, y]) => __tm.map.latLngToContainerPoint([y, x]))")
        return [QPoint(round(at["x"]), round(at["y"])) for at in found]

    def place_of_unit(self, unit_ix: int) -> QPoint:
        """Return where the inner point of a unit is in the map's widget."""
        assert self.main.session is not None
        units = self.main.session.plan.units
        return self.place_of(float(units.lon[unit_ix]), float(units.lat[unit_ix]))

    def page_text(self, css: str) -> str:
        """Return what can be read in the elements of the page that are shown."""
        code = f"[...document.querySelectorAll({json.dumps(css)})].filter(e => !e.hidden).map(e => e.innerText).join('\\n')"  # noqa: E501
        return str(self.js(code))

    # -- the hand on the map -------------------------------------------------------------------------------------------

    @property
    def hand(self) -> QWidget:
        widget = self.map.view.focusProxy()
        assert widget is not None
        return widget

    def move_to(self, place: QPoint) -> None:
        QTest.mouseMove(self.hand, place)
        self._hand_at = place
        QApplication.processEvents()

    def press(self, place: QPoint, modifier: Qt.KeyboardModifier = NO) -> None:
        self.move_to(place)
        QTest.mousePress(self.hand, LEFT, modifier, place)

    def drag_to(self, place: QPoint) -> None:
        """Move with the button down, in small steps as a hand does."""
        start, n = self._hand_at, 0
        n = max(3, int(math.hypot(place.x() - start.x(), place.y() - start.y()) // 10))
        for i in range(1, n + 1):
            spot = QPointF(start.x() + (place.x() - start.x()) * i / n, start.y() + (place.y() - start.y()) * i / n)
            event = QMouseEvent(QEvent.Type.MouseMove, spot, self.hand.mapToGlobal(spot), NO_BUTTON, LEFT, NO)
            QApplication.sendEvent(self.hand, event)
            QApplication.processEvents()
        self._hand_at = place

    def release(self, place: QPoint | None = None) -> None:
        QTest.mouseRelease(self.hand, LEFT, NO, place or self._hand_at)

    def hold(self, path: Sequence[QPoint]) -> None:
        """Press at the first place and drag along the others; the button stays down."""
        self.press(path[0])
        for place in path[1:]:
            self.drag_to(place)
        self.rest()

    def let_go(self) -> None:
        """Release the button and wait until the edit is painted with Python's numbers, or refused."""
        n_painted, n_refused = len(self.painted), len(self.refused)
        self.release()
        wait_until(lambda: len(self.painted) > n_painted or len(self.refused) > n_refused, "the stroke is answered")
        self.rest()

    def stroke(self, path: Sequence[QPoint]) -> None:
        self.hold(path)
        self.let_go()

    def click_map(self, place: QPoint, modifier: Qt.KeyboardModifier = NO) -> None:
        self.press(place, modifier)
        QTest.mouseRelease(self.hand, LEFT, modifier, place)
        self.rest()

    def key_on_map(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
        QTest.keyClick(self.hand, key, modifier)
        self.rest()

    def take_hand_away(self) -> None:
        """Rest the pointer on the zoom buttons, so that no tooltip and no hovered unit is in the picture."""
        at = self.js(
            "(r => [r.left + r.width / 2, r.top + 3])(document.querySelector('.leaflet-control-zoom').getBoundingClientRect())"  # noqa: E501
        )
        self.move_to(QPoint(round(at[0]), round(at[1])))
        wait_until(lambda: self.js("document.querySelector('.tm-tooltip').hidden"), "the tooltip goes away")
        self.rest()

    def wait_for_quiet_map(self) -> None:
        """Take the hand away and wait until the last hint at the foot of the map has faded."""
        self.take_hand_away()
        faded = "[...document.querySelectorAll('.tm-hint')].every(e => getComputedStyle(e).opacity === '0')"
        wait_until(lambda: self.js(faded), "the hint goes away")

    # -- the eye on the map --------------------------------------------------------------------------------------------

    def image(self) -> QImage:
        """Return the map as it is on the screen."""
        self.rest()
        return self.map.grab().toImage()

    def assert_same_picture(self, before: QImage, slack: int = 3) -> None:
        """Fail with the box in which the map no longer looks as it did.

        What was repainted in parts differs at soft edges by a step or two of 255, which no eye sees.
        """
        now = self.image()
        assert now.size() == before.size()
        a, b = _pixels(before), _pixels(now)
        rows, columns, _ = np.nonzero(np.abs(a - b) > slack)
        if len(rows):
            folder = Path(tempfile.mkdtemp(prefix="picture-differs-"))
            before.save(str(folder / "before.png"))
            now.save(str(folder / "now.png"))
            box = tuple(int(x) for x in (columns.min(), rows.min(), columns.max(), rows.max()))
            raise AssertionError(
                f"{len(set(zip(rows, columns, strict=True)))} pixels differ within {box}; see {folder}"
            )

    def main_color(self, place: QPoint, reach: int = 7, image: QImage | None = None) -> Color:
        """Return the colour that most pixels around a place have: dots, lines and letters do not count."""
        return main_color(self.image() if image is None else image, place, reach)

    def save_picture(self, path: Path) -> None:
        """Write the whole window as it is on the screen."""
        self.rest() if self.map.is_ready else None
        path.parent.mkdir(parents=True, exist_ok=True)
        assert self.main.grab().save(str(path)), path

    # -- widgets -------------------------------------------------------------------------------------------------------

    def dialog(self, kind: type[D]) -> D:
        """Return the one open dialog of a kind; waits for it."""
        wait_until(lambda: open_dialogs(kind), f"a dialog {kind.__name__} is open")
        dialogs = open_dialogs(kind)
        assert len(dialogs) == 1, dialogs
        return dialogs[0]

    def is_open(self, kind: type[QDialog]) -> bool:
        return bool(open_dialogs(kind))

    def click(self, widget: QWidget) -> None:
        """Click a button, a check box or a field."""
        wait_until(lambda: widget.isVisible() and widget.isEnabled(), f"{widget} can be clicked")
        press(widget)

    def click_action(self, action: QAction) -> None:
        """Click the tool button of a command."""
        shown = [b for b in self.main.findChildren(QToolButton) if b.defaultAction() is action and b.isVisible()]
        assert shown, f"no button for {action.text()!r} is on the screen"
        self.click(shown[0])

    def key(self, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
        if QApplication.activeModalWidget() is None and not widget.isActiveWindow():
            widget.activateWindow()  # as window managers do when a dialog closes; offscreen there is none
            wait_until(widget.isActiveWindow, "the window is in front")
        QTest.keyClick(widget, key, modifier)
        QApplication.processEvents()

    def type(self, field: QWidget, text: str) -> None:
        """Put the cursor into a field and type in place of what it holds."""
        QTest.mouseClick(field, LEFT, NO, QPoint(field.width() // 3, field.height() // 2))
        QTest.keyClick(field, Qt.Key.Key_A, CTRL)
        for letter in text:
            if letter.isascii():
                QTest.keyClick(field, letter)
            else:  # QTest knows no others and aborts
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    QApplication.sendEvent(field, QKeyEvent(kind, 0, NO, letter))
        QApplication.processEvents()

    def choose(self, box: QComboBox, text: str) -> None:
        """Open a list and click one of its lines."""
        row = box.findText(text)
        assert row >= 0, f"{text!r} is not among {[box.itemText(i) for i in range(box.count())]}"
        QTest.mouseClick(box, LEFT, NO, QPoint(box.width() - 8, box.height() // 2))
        wait_until(lambda: box.view().isVisible(), "the list opens")
        index = box.model().index(row, box.modelColumn())
        box.view().scrollTo(index)
        lines, place = box.view().viewport(), box.view().visualRect(index).center()
        for start in (QPoint(1, 1), place):  # a release without a move belongs to the click that opened the list
            QTest.mouseMove(lines, start)
        QTest.mouseClick(lines, LEFT, NO, place)
        wait_until(lambda: not box.view().isVisible() and box.currentIndex() == row, f"{text!r} is chosen")

    def choose_in_menu(self, *texts: str) -> None:
        """Open a menu of the menu bar, and its submenus, by clicks; click the last text."""
        bar = self.main.menuBar()
        top = next(a for a in bar.actions() if _plain(a.text()) == texts[0])
        QTest.mouseClick(bar, LEFT, NO, bar.actionGeometry(top).center())
        menu: Any = top.menu()
        for i, text in enumerate(texts[1:]):
            wait_until(menu.isVisible, f"the menu {texts[i]} opens")
            action = next((a for a in menu.actions() if _plain(a.text()) == text), None)
            assert action is not None, f"{text!r} is not among {[_plain(a.text()) for a in menu.actions()]}"
            assert action.isEnabled(), f"{text!r} cannot be chosen"
            place = menu.actionGeometry(action).center()
            QTest.mouseMove(menu, place)
            QTest.mouseClick(menu, LEFT, NO, place)
            menu = action.menu()
        QApplication.processEvents()

    def open_menu(self) -> QMenu:
        """Return the menu that is open."""
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        return menu

    def answer_file_dialog(self, path: Path) -> None:
        """Have the next file dialog answered: its name pasted, then Enter."""
        _FileDialogAnswer(path, self.main)

    # -- tables --------------------------------------------------------------------------------------------------------

    def row_of(self, view: QTableView, title: str, text: str) -> int:
        """Return the row whose cell under a header says a text."""
        model, column = view.model(), self.column_of(view, title)
        rows = [row for row in range(model.rowCount()) if model.index(row, column).data() == text]
        assert len(rows) == 1, f"{text!r} stands in rows {rows}"
        return rows[0]

    def column_of(self, view: QTableView, title: str) -> int:
        model = view.model()
        titles = _headers(model)
        assert title in titles, f"{title!r} is not among {titles}"
        return titles.index(title)

    def cell(self, view: QTableView, row: int, title: str) -> str:
        return str(view.model().index(row, self.column_of(view, title)).data())

    def click_cell(self, view: QTableView, row: int, title: str, modifier: Qt.KeyboardModifier = NO) -> None:
        QTest.mouseClick(view.viewport(), LEFT, modifier, self._cell_center(view, row, title))
        QApplication.processEvents()

    def click_header(self, view: QTableView, title: str) -> None:
        header, column = view.horizontalHeader(), self.column_of(view, title)
        assert not header.isSectionHidden(column), f"{title!r} is not on the screen"
        place = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) // 2, header.height() // 2)
        QTest.mouseClick(header.viewport(), LEFT, NO, place)
        QApplication.processEvents()

    def double_click_cell(self, view: QTableView, row: int, title: str) -> None:
        place = self._cell_center(view, row, title)
        QTest.mouseClick(view.viewport(), LEFT, NO, place)
        QTest.mouseDClick(view.viewport(), LEFT, NO, place)
        QApplication.processEvents()

    def _cell_center(self, view: QTableView, row: int, title: str) -> QPoint:
        index: QModelIndex = view.model().index(row, self.column_of(view, title))
        view.scrollTo(index)
        assert view.visualRect(index).isValid(), f"{title!r} is not on the screen"
        return view.visualRect(index).center()


class _FileDialogAnswer(QObject):
    """Waits for a file dialog and answers it; a test that never opens one is stopped by its own time limit."""

    def __init__(self, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._path = path
        self._timer = QTimer(self, interval=15)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            return
        self._timer.stop()
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        assert name is not None
        # Pasted, not typed letter by letter: a completion would lie over the field and take the Enter.
        name.selectAll()
        name.insert(str(self._path))
        QTest.keyClick(name, Qt.Key.Key_Return)
        self.deleteLater()


def fill_on_land(color: str) -> Color:
    """Return how the fill of a territory looks on the screen, light theme, over land."""
    parts = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    r, g, b = (round(FILL_ALPHA * c + (1 - FILL_ALPHA) * ground) for c, ground in zip(parts, LAND, strict=True))
    return r, g, b


def _pixels(image: QImage) -> NDArray[np.int16]:
    """Return (height, width, 3) colours."""
    flat = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(flat.constBits(), dtype=np.uint8).reshape(flat.height(), flat.bytesPerLine())
    return rows[:, : flat.width() * 3].reshape(flat.height(), flat.width(), 3).astype(np.int16)


def _headers(model: QAbstractItemModel) -> list[str]:
    return [str(model.headerData(i, Qt.Orientation.Horizontal)) for i in range(model.columnCount())]


def _plain(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")
