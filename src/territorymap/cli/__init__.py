"""The command line: what scripts use, and the way to the window.

Owns words and output of the commands; what they do is up to session, importers and exporters.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program as called from a shell; ends with SystemExit: 0, or 2 and one ``error:`` line."""
    from territorymap.cli.root import territorymap

    territorymap.main(args=None if arguments is None else list(arguments), prog_name="territorymap")
