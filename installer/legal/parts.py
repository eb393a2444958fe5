"""A part of the bundle that somebody else wrote: name, version, licence and its texts.

Owns the record and the error of a part that nobody can account for.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class NoticesError(SystemExit):
    """Something in the bundle has no licence text, or may not be there; ends the build with its name."""


@dataclass(frozen=True)
class Text:
    """A licence or a notice, with a title that says where it comes from."""

    title: str
    body: str


@dataclass(frozen=True)
class Part:
    """One part; ``kind`` is python, native, system or data; ``owner`` is the part that brings it."""

    name: str
    version: str
    licence: str
    url: str
    kind: str
    texts: tuple[Text, ...]
    files: tuple[str, ...] = field(default=())
    owner: str = ""
    needs: tuple[str, ...] = field(default=())
    purl: str = ""

    @property
    def file(self) -> str:
        """The name of the file with its texts, below licences/."""
        kept = "".join(c if c.isalnum() or c in "-_.+" else "-" for c in self.name)
        return f"{kept}.txt"
