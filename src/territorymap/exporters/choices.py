"""What a person can choose about a format besides its content: declared once, shown by the dialog and the command line.

Owns kinds, ranges and how a choice is read from text; not the formats (registry).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from territorymap.errors import UserError
from territorymap.i18n import listed, number, tr

KINDS = ("flag", "number", "choice", "text", "file", "names")
_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen; texts are callables, so that they follow the language in use.

    ``kind``: "flag" (bool), "number" (int), "choice" (one of ``values``), "text", "file" (Path or None), "names" (tuple
    of names of territories or reps).
    """

    name: str
    label: Callable[[], str]
    kind: str
    default: object = None  # None: False, 0, the first of values, "", no file, no names
    hint: Callable[[], str] | None = None  # what it does, or what has to be in a file, in a sentence
    proposed: object = None  # what the dialog begins with, where that is not the default
    values: tuple[tuple[str, Callable[[], str]], ...] = ()  # of a "choice": value, label
    minimum: int = 0  # of a "number"
    maximum: int = 1_000_000
    unit: Callable[[], str] | None = None  # behind a number
    what: tuple[str, ...] = ()  # contents that it concerns; () = all
    suffixes: tuple[str, ...] = ()  # of a "file", with the dot
    names_of: str = ""  # of "names": "territories", "reps" or "partners"

    def __post_init__(self) -> None:
        """Refuse a kind that nobody can show."""
        if self.kind not in KINDS or (self.kind == "choice") != bool(self.values):
            raise ValueError(f"choice {self.name!r}: {self.kind!r}")

    @property
    def initial(self) -> object:
        """What holds when nothing was chosen."""
        if self.default is not None:
            return self.default
        first = self.values[0][0] if self.values else ""
        return {"flag": False, "number": self.minimum, "choice": first, "text": "", "file": None, "names": ()}[
            self.kind
        ]

    def concerns(self, what: str) -> bool:
        return not self.what or what in self.what

    def checked(self, value: object) -> object:
        """Return the value if it may be.

        Raises
        ------
        UserError
            if it is not one of the values, or a number out of range.
        """
        if self.kind == "number" and not (isinstance(value, int) and self.minimum <= value <= self.maximum):
            raise UserError(
                tr("{name} cannot be {value}.", name=self.name, value=value),
                tr(
                    "It may be from {low} to {high}.",
                    low=number(self.minimum),
                    high=number(self.maximum),
                ),
            )
        if self.kind == "choice" and value not in (known := [v for v, _ in self.values]):
            raise UserError(
                tr("{name} cannot be {value}.", name=self.name, value=repr(value)),
                tr("It can be: {values}.", values=listed(known)),
            )
        if self.kind == "file" and value is not None and not Path(str(value)).is_file():
            raise UserError(tr("There is no file {path}.", path=value), tr("Choose a file that is there."))
        return value

    def read(self, text: str) -> object:
        """Return the value that a text from the command line means; UserError as for :meth:`checked`."""
        word = text.strip()
        if self.kind == "flag":
            if word.casefold() not in (*_YES, *_NO):
                raise UserError(
                    tr("{name} cannot be {value}.", name=self.name, value=repr(text)), tr("Write yes or no.")
                )
            return word.casefold() in _YES
        if self.kind == "number":
            try:
                return self.checked(int(word))
            except ValueError as error:
                raise UserError(
                    tr("{name} cannot be {value}.", name=self.name, value=repr(text)), tr("Write a whole number.")
                ) from error
        if self.kind == "file":
            return self.checked(Path(word).expanduser() if word else None)
        if self.kind == "names":
            return tuple(name.strip() for name in text.split(",") if name.strip())
        return self.checked(word)


def complete(choices: Sequence[Choice], chosen: Mapping[str, object]) -> dict[str, object]:
    """Return a value for every choice, checked.

    Raises
    ------
    UserError
        if something was chosen that there is no choice of, or that may not be.
    """
    known = {choice.name: choice for choice in choices}
    for name in chosen:
        if name not in known:
            raise UserError(
                tr("There is nothing called {name} to choose here.", name=repr(name)),
                tr("There is: {names}.", names=listed(known)) if known else tr("This format has no choices."),
            )
    return {name: choice.checked(chosen[name]) if name in chosen else choice.initial for name, choice in known.items()}
