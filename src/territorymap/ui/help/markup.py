"""Markdown to the HTML that QTextBrowser knows: the part of Markdown that the help uses.

Owns headings, paragraphs, lists, tables, notes (``>``), pictures on a line of their own, bold, italic, code and links.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_PICTURE = re.compile(r"!\[(?P<words>[^\]]*)\]\((?P<name>[^)]+)\)$")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITALIC = re.compile(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])")
_BULLET = re.compile(r"[-*] +(.*)")
_NUMBER = re.compile(r"\d+\. +(.*)")
_COMMAND_LINKS = ("do:", "panel:", "page:", "tour:")


@dataclass(frozen=True)
class Look:
    """What the HTML cannot take from a style sheet: Qt knows widths of pictures and grounds of cells as attributes."""

    picture: Callable[[str], tuple[str, int]]  # name -> address, width in pixels
    note_ground: str
    head_ground: str
    code_ground: str


def to_html(text: str, look: Look) -> str:
    """Return the body of a page."""
    return "\n".join(_Writer(look).blocks(text.splitlines()))


def to_plain(text: str) -> str:
    """Return the words alone, for the search: a line for each block."""
    lines = []
    for line in text.splitlines():
        if _PICTURE.match(line.strip()) or re.fullmatch(r"[|\s:-]+", line):
            continue
        line = re.sub(r"^\s*(#+|>|[-*]|\d+\.)\s+", "", line.strip()).strip("|")
        line = _LINK.sub(r"\1", line)
        lines.append(re.sub(r"[`]|\*\*", "", line).replace(" | ", " · ").strip())
    return "\n".join(line for line in lines if line)


class _Writer:
    def __init__(self, look: Look) -> None:
        self._look = look

    def blocks(self, lines: list[str]) -> Iterator[str]:
        at = 0
        while at < len(lines):
            line = lines[at].strip()
            end = at + 1
            if not line:
                pass
            elif line.startswith("#"):
                level = len(line) - len(line.lstrip("#"))
                yield f"<h{level}>{self.inline(line.lstrip('# '))}</h{level}>"
            elif found := _PICTURE.match(line):
                yield self._picture(found["name"], found["words"])
            elif line.startswith("|"):
                end = _while(lines, at, lambda other: other.startswith("|"))
                yield self._table([lines[i].strip() for i in range(at, end)])
            elif line.startswith(">"):
                end = _while(lines, at, lambda other: other.startswith(">"))
                yield self._note(" ".join(lines[i].strip().lstrip("> ") for i in range(at, end)))
            elif _BULLET.match(line) or _NUMBER.match(line):
                end = _while(lines, at, lambda other: bool(other) and not other.startswith(("#", "|", ">", "![")))
                yield self._list(lines[at:end])
            else:
                end = _while(lines, at, _is_prose)
                yield f"<p>{self.inline(_joined(lines[at:end]))}</p>"
            at = end

    def inline(self, text: str) -> str:
        """Return one run of text: codes are taken out first, so that nothing in them is read as a mark."""
        codes: list[str] = []

        def keep(found: re.Match[str]) -> str:
            codes.append(found[1])
            return f"\0{len(codes) - 1}\0"

        text = html.escape(_CODE.sub(keep, text), quote=False)
        text = _LINK.sub(_link, text)
        text = _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", text))
        return re.sub("\0(\\d+)\0", lambda found: self._code(codes[int(found[1])]), text)

    def _code(self, text: str) -> str:
        ground = self._look.code_ground
        return f'<code style="background-color:{ground}">&nbsp;{html.escape(text, quote=False)}&nbsp;</code>'

    def _picture(self, name: str, words: str) -> str:
        address, width = self._look.picture(name)
        image = f'<img src="{address}" width="{width}" alt="{html.escape(words)}">'
        caption = f'<p class="caption">{self.inline(words)}</p>'
        return f'<p class="picture"><a href="{address}">{image}</a></p>{caption}'

    def _note(self, text: str) -> str:
        return (
            f'<table width="100%" cellpadding="8" cellspacing="0" bgcolor="{self._look.note_ground}" class="note">'
            f"<tr><td>{self.inline(text)}</td></tr></table><p class='gap'></p>"
        )

    def _table(self, lines: list[str]) -> str:
        rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines]
        is_headed = len(rows) > 1 and all(re.fullmatch(r":?-+:?", cell) for cell in rows[1])
        parts = []
        for at, row in enumerate(rows):
            if is_headed and at == 1:
                continue
            tag = "th" if is_headed and at == 0 else "td"
            ground = f' bgcolor="{self._look.head_ground}"' if tag == "th" else ""
            cells = "".join(
                f'<{tag} align="left" valign="top">{self.inline(cell.replace(chr(92) + "|", "|"))}</{tag}>'
                for cell in row
            )
            parts.append(f"<tr{ground}>{cells}</tr>")
        return (
            f'<table width="100%" cellpadding="6" cellspacing="0" style="border-collapse:collapse">'
            f'{"".join(parts)}</table><p class="gap"></p>'
        )

    def _list(self, lines: list[str]) -> str:
        tag = "ol" if _NUMBER.match(lines[0].strip()) else "ul"
        items: list[list[str]] = []
        for line in lines:
            found = _BULLET.match(line.strip()) or _NUMBER.match(line.strip())
            if found is not None:
                items.append([found[1]])
            else:
                items[-1].append(line)
        return f"<{tag}>{''.join(f'<li>{self.inline(_joined(item))}</li>' for item in items)}</{tag}>"


def _link(found: re.Match[str]) -> str:
    words, target = found[1], found[2]
    is_command = target.startswith(_COMMAND_LINKS)
    arrow = "▸&nbsp;" if is_command else ""
    return f'<a href="{html.escape(target)}" class="{"do" if is_command else "topic"}">{arrow}{words}</a>'


def _while(lines: list[str], at: int, goes_on: Callable[[str], bool]) -> int:
    end = at + 1
    while end < len(lines) and goes_on(lines[end].strip()):
        end += 1
    return end


def _is_prose(line: str) -> bool:
    is_other = line.startswith(("#", "|", ">", "![")) or _BULLET.match(line) or _NUMBER.match(line)
    return bool(line) and not is_other


def _joined(lines: list[str]) -> str:
    """Return lines as one; between Chinese letters a line break is nothing, elsewhere a blank."""
    text = ""
    for line in (line.strip() for line in lines):
        glued = text and line and _is_wide(text[-1]) and _is_wide(line[0])
        text = f"{text}{'' if glued or not text else ' '}{line}"
    return text


def _is_wide(letter: str) -> bool:
    return "\u3000" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef"
