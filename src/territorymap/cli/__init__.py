"""The command line: what scripts use, and the way to the window.

Owns words and output of the commands; what they do is up to session, importers and exporters.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program as called from a shell; ends with SystemExit: 0, or 2 and one ``error:`` line."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    # First of all: the commands say what they do when they are imported.
    from territorymap.cli.language import set_language

    problem = set_language(words)
    from territorymap.cli.root import refuse_language, territorymap

    if problem is not None:
        refuse_language(problem)
    territorymap.main(args=words, prog_name="territorymap")
