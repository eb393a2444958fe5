"""Help texts in a language without blanks between words: lines are broken where the terminal ends.

click breaks lines at blanks, and counts a Chinese letter as one column; it takes two. Owns the shape of help only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

import click

from territorymap.i18n import language

# No line begins with a closing sign, none ends with an opening one.
_NOT_FIRST = "，。；：、！？）》”’…%,.;:!?)]}"
_NOT_LAST = "（《“‘([{"


class WideFormatter(click.HelpFormatter):
    """Writes help with lines as wide as they look."""

    def write_text(self, text: str) -> None:
        room = max(self.width - self.current_indent, 11)
        blocks = ["\n".join(" " * self.current_indent + line for line in wrap(p, room)) for p in text.split("\n\n")]
        self.write("\n\n".join(blocks) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max((width_of(name) for name, _ in rows), default=0), col_max) + col_spacing
        indent = " " * self.current_indent
        for name, text in rows:
            lines = wrap(text, max(self.width - first - self.current_indent - 2, 10))
            blanks = first - width_of(name)
            if blanks >= col_spacing:
                self.write(f"{indent}{name}{' ' * blanks}{lines[0]}".rstrip() + "\n")
                lines = lines[1:]
            else:
                self.write(f"{indent}{name}\n")
            for line in lines:
                self.write(f"{indent}{' ' * first}{line}\n")


def use_wide_help() -> None:
    """Let click write help so, if the language in use asks for it."""
    if language() == "zh_CN":
        click.Context.formatter_class = WideFormatter


def wrap(text: str, width: int) -> list[str]:
    """Return the lines of a text, each at most so many columns wide; an unbreakable word may be wider."""
    lines, line = [], ""
    for piece in _pieces(" ".join(text.split())):
        if line and width_of(line) + width_of(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece.lstrip() if not line else piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else int(not unicodedata.combining(c)) for c in text)


def _pieces(text: str) -> Iterator[str]:
    """Yield what may stand at the end of a line: a Latin word with the blanks after it, or one wide letter."""
    piece = ""
    for i, letter in enumerate(text):
        piece += letter
        after = text[i + 1 : i + 2]
        is_break = letter == " " or _is_wide(letter) or _is_wide(after)
        if is_break and after and after not in _NOT_FIRST + " " and letter not in _NOT_LAST:
            yield piece
            piece = ""
    if piece:
        yield piece


def _is_wide(letter: str) -> bool:
    return bool(letter) and unicodedata.east_asian_width(letter) in "WF"
