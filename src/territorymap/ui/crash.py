"""The one hook for errors nobody foresaw: plain words, a report to copy, and the program goes on.

Owns the hook and its dialog; errors that people can act on are messages.py's.
"""

from __future__ import annotations

import platform
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from territorymap import __version__
from territorymap.errors import Cancelled, UserError
from territorymap.i18n import tr
from territorymap.ui.messages import show_error


class CrashHook(QObject):
    """Takes over sys.excepthook and threading.excepthook."""

    _caught = Signal(object)

    def __init__(self, window: QWidget | None = None) -> None:
        super().__init__()
        self._window = window
        self._dialog: CrashDialog | None = None
        # Queued, so that a slot that failed is left before the dialog opens, and threads get to the GUI thread.
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self, window: QWidget) -> None:
        """Show errors over this window from now on."""
        self._window = window
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._caught.emit(args.exc_value)

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            QGuiApplication.quit()
            return
        self._caught.emit(error)

    def _show(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return
        if isinstance(error, UserError):
            show_error(self._window, error)
            return
        report = build_report(error)
        sys.stderr.write(report + "\n")
        if self._dialog is None:
            self._dialog = CrashDialog(report, self._window)
            self._dialog.finished.connect(self._forget)
            self._dialog.open()
        else:
            self._dialog.add(report)

    def _forget(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None


class CrashDialog(QDialog):
    """Says that something went wrong, that work is saved, and offers the report."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Something unforeseen happened"))
        head = QLabel(tr("Territory Map came upon an error that nobody foresaw."), self)
        font = head.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        head.setFont(font)
        text = QLabel(
            tr(
                "Your work is saved up to the last step. You can go on; if the window behaves oddly, close it and open "
                "the plan again. The report below holds versions and the place of the error, no data of your plan. "
                "Copy it and send it to whoever looks after the program."
            ),
            self,
        )
        text.setWordWrap(True)
        self.report = QPlainTextEdit(report, self)
        self.report.setReadOnly(True)
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(tr("&Copy the report"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.copy_report)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (head, text, self.report, buttons):
            layout.addWidget(widget)
        self.resize(640, 420)

    def copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())

    def add(self, report: str) -> None:
        """Append a further error instead of opening a second dialog."""
        if self.report.blockCount() < 2000:
            self.report.appendPlainText("\n" + report)


def build_report(error: BaseException) -> str:
    """Return versions and trace; no message texts with names in them beyond the exception's type and place."""
    lines = [
        f"Territory Map {__version__}, Python {platform.python_version()}, Qt {qVersion()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        "",
    ]
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"  {_short_path(frame.filename)}:{frame.lineno} {frame.name}")
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}: {_scrub(str(error))}")
    return "\n".join(lines)


def _short_path(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    return "/".join(parts[-3:])


def _scrub(text: str) -> str:
    """Return the first words of an exception's text with quoted parts, which may be data, left out."""
    out, quoted = [], ""
    for char in text[:400]:
        if quoted:
            if char == quoted:
                quoted = ""
                out.append("…" + char)
        else:
            out.append(char)
            if char in "'\"":
                quoted = char
    return "".join(out)
