"""Hears what nobody should have to read: unforeseen errors, warnings of the log, messages of Qt.

Owns the list of messages of Qt that mean nothing where there is no display or graphics card; all others fail the step.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QtMsgType, qInstallMessageHandler

# Each with its reason. "Offscreen" means: only where there is no display, which no planner works at.
HARMLESS = (
    "This plugin does not support propagateSizeHints()",  # offscreen has no window manager to propagate them to
    "QRhiGles2: Failed to create",  # offscreen has no graphics card: Qt paints in software, as it was asked to
    "Failed to create RHI for backend: OpenGL",  # the same
    "GPUInfo not initialized on GpuInfoUpdate",  # the same, told by Chromium's process for graphics
    # A desktop without Vulkan, or whose graphics are painted in software (a virtual machine, a remote desktop).
    "Failed to load vulkan",
    "initInstance: No Vulkan library available",
    "Failed to create platform Vulkan instance",
    "QVulkanInstance: Failed to initialize Vulkan",
    "Unable to detect GPU vendor for device",
    "GBM is not supported with the current configuration",
    "Sandboxing disabled by user.",  # as root, where Chromium does not start otherwise
)

RAISED = "selfTestRaised"  # property of the application: the last error that nobody caught, so that no wait goes on


class Listener:
    """Collects from its making on what is raised and not caught; log and Qt once they are there."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        sys.excepthook = self._hear
        sys.unraisablehook = lambda args: self._heard.append(f"in a finaliser: {args.exc_value!r}")

    def told(self) -> list[str]:
        """Return what was heard so far."""
        return self._heard

    def follow_log(self) -> None:
        """Hear warnings and errors of the log, beside whoever else does."""
        handler = logging.Handler(logging.WARNING)
        handler.emit = self._take_record  # type: ignore[method-assign]
        logging.getLogger().addHandler(handler)

    def follow_qt(self) -> None:
        """Take Qt's messages in place of its own printing of them."""

        def take(kind: QtMsgType, _context: object, message: str) -> None:
            if kind != QtMsgType.QtDebugMsg and not message.startswith(HARMLESS):
                self._heard.append(f"Qt: {message}")

        qInstallMessageHandler(take)

    def _hear(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._heard.append("".join(traceback.format_exception(kind, error, trace)))
        if (app := QCoreApplication.instance()) is not None:
            app.setProperty(RAISED, self._heard[-1])

    def _take_record(self, record: logging.LogRecord) -> None:
        self._heard.append(f"{record.levelname} {record.name}: {record.getMessage()}")
