"""Collect the licences, the bill of materials and what the LGPL asks for Qt: ``python installer/notices.py OUT``.

Without more it speaks of the program as pip installed it here; the specification of the bundle calls ``write_notices``
with the files that the bundle really contains. Ends with the name of the part if one has no licence text.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [path for path in (str(ROOT), str(ROOT / "src")) if path not in sys.path]

from installer.legal.collect import write_notices  # noqa: E402


def main(arguments: list[str]) -> int:
    """Write the notices into the folder that is named."""
    if len(arguments) != 1:
        print("usage: python installer/notices.py OUT", file=sys.stderr)
        return 2
    out = Path(arguments[0])
    parts = write_notices(out)
    print(f"{out}: {len(parts)} parts, {sum(len(part.texts) for part in parts)} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
