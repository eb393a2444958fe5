"""``python -m territorymap``: the same as the command ``territorymap``."""

from __future__ import annotations

from territorymap.cli import main

if __name__ == "__main__":
    main()
