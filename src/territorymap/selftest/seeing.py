"""What is seen of a window: answers of its map page, colours of its picture, dialogs that are open.

Owns how each is asked; waiting, and what is said when nothing comes, are the asker's. The tests look in the same way.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWidgets import QDialog

from territorymap.ui.parts.windows import windows_shown

Color = tuple[int, int, int]
D = TypeVar("D", bound=QDialog)

# Flights have landed, nothing is drawn coarsely: the same place in ten frames one after another.
BEGIN_TO_REST = (
    "(() => { let n = 0, last = ''; window.__rests = false; const look = () => {"
    " const now = __tm.map.getZoom() + ' ' + __tm.map.getCenter() + Boolean(__tm.map._animatingZoom);"
    " n = now === last && (!__tm.stage || __tm.stage.isSharp) ? n + 1 : 0; last = now;"
    " if (n > 9) setTimeout(() => (window.__rests = true), 0); else requestAnimationFrame(look); };"
    " look(); return 1; })()"
)
RESTS = "window.__rests"


def ask_page(page: QWebEnginePage, expression: str, wait: Callable[[Callable[[], object]], None]) -> str | None:
    """Return the value of an expression of the page as JSON; None where it could not say."""
    answers: list[str | float] = []  # "" where it could not say
    # Only what cannot come otherwise comes as a text: PySide 6.11 never frees one that a page answers with.
    script = (
        f"(() => {{ try {{ const v = ({expression}) ?? null;"
        " return Number.isFinite(v) || typeof v === 'boolean' ? v : JSON.stringify(v); } catch { return null; } })()"
    )
    page.runJavaScript(script, 0, answers.append)
    wait(lambda: answers)
    answer = answers[0]
    if isinstance(answer, str):
        return answer or None
    is_whole = isinstance(answer, float) and answer.is_integer()
    return json.dumps(int(answer) if is_whole else answer)


def main_color(picture: QImage, place: QPoint, reach: int) -> Color:
    """Return the colour that most pixels around a place have: dots, lines and letters do not count."""
    ratio = picture.devicePixelRatio()
    counts: Counter[Color] = Counter()
    for y in range(place.y() - reach, place.y() + reach + 1):
        for x in range(place.x() - reach, place.x() + reach + 1):
            color = picture.pixelColor(round(x * ratio), round(y * ratio))
            counts[(color.red(), color.green(), color.blue())] += 1
    return counts.most_common(1)[0][0]


def is_same_color(a: Color, b: Color, slack: int = 4) -> bool:
    """Tell whether an eye sees no difference."""
    return all(abs(x - y) <= slack for x, y in zip(a, b, strict=True))


def open_dialogs(kind: type[D]) -> list[D]:
    """Return the dialogs of a kind that are on the screen."""
    return windows_shown(kind)
