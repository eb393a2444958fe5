"""python -m territorymap.cli. Owns nothing but the call; see root."""

from territorymap.cli import main

main()
