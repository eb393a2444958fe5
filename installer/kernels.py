"""Compile the optimiser's inner loops for any machine of this kind, so that nobody waits for it on a first day.

    python installer/kernels.py FOLDER

Owns nothing of how they are found again; see optimise/compiled.py. The frozen program must have the same Python and the
same numba, which it has: they are packed from here.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def main() -> None:
    """Write the compiled loops and the stamp of their sources into the folder."""
    folder = Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    from territorymap.optimise import kept

    os.environ.update({**kept.plain_processor(), "NUMBA_CACHE_DIR": str(folder)})  # numba reads them on import
    from territorymap.optimise import alter, build, rebalance

    for part in (build, rebalance, alter):
        part.warm_up()
    (folder / kept.STAMP_FILE).write_text(kept.source_stamp(), encoding="utf-8")
    print(f"Compiled: {len(list(folder.glob('*.loop')))} loops for {kept.plain_processor()['NUMBA_CPU_NAME']}")


if __name__ == "__main__":
    main()
