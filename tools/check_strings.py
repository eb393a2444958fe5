"""Fails where a visible string does not go through gettext, or a sentence is put together from pieces.

Owns the list of calls that show text; run by ``make check``.
"""

from __future__ import annotations

import ast
import sys
from itertools import pairwise
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "territorymap"
# The first string argument of these calls is seen by a person.
SHOWING = {
    "setText", "setWindowTitle", "setToolTip", "setStatusTip", "setWhatsThis", "setPlaceholderText", "setTitle",
    "setInformativeText", "setAccessibleName", "setAccessibleDescription", "addTab", "addMenu", "addRow",
    "QLabel", "QAction", "QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QGroupBox", "QDockWidget",
    "UserError", "showMessage", "echo", "secho", "setSuffix", "setPrefix", "addItem", "setHeaderData",
    "setLabelText", "setCancelButtonText", "setSpecialValueText",
}  # fmt: skip
GETTEXT = {"tr", "ntr", "tr_as"}


def main() -> int:
    """Print each finding as path:line; return how many there are, at most 1 as an exit code."""
    findings = [finding for path in sorted(SOURCE.rglob("*.py")) for finding in check(path)]
    for finding in findings:
        print(finding)
    return int(bool(findings))


def check(path: Path) -> list[str]:
    """Return the findings of one file."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        where = f"{path.relative_to(SOURCE.parent.parent)}:{node.lineno}"
        if name in GETTEXT and node.args and path.name != "i18n.py":
            texts = node.args[:1] if name == "tr" else node.args[:2]
            if not all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts):
                found.append(f"{where}: {name}() takes a literal sentence, so that it can be collected")
        elif name in SHOWING:
            found += [f"{where}: {name}() shows {ast.unparse(a)} without gettext" for a in node.args if _is_prose(a)]
    return found


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_prose(node: ast.expr) -> bool:
    """Tell whether a literal holds a word of at least two letters; f-strings count by their fixed parts."""
    if isinstance(node, ast.JoinedStr):
        return any(_is_prose(part) for part in node.values)
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return False
    text = node.value
    return any(a.isalpha() and b.isalpha() for a, b in pairwise(text)) and not text.startswith("<")


if __name__ == "__main__":
    sys.exit(main())
