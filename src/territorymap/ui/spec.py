"""What a command of the window is: one row of the tables in specs.py and map_specs.py. Owns the row's shape."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spec:
    """One command as a row of the table below."""

    name: str
    text: str
    tip: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    needs: str = ""  # "" always | "plan" an open plan | "write" a plan that may be changed
    checkable: bool = False
    short: str = ""  # text on the tool bar, where the full one would take too much room
