"""Which pictures there are, which are named, and how they are kept small. Owns the files, not what they show.

The wheel and the installer carry them, for the help shows them too: 256 colours, each within 16 of 255 of the true one.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "resources" / "pictures"
MADE = (
    "accounts", "border", "boundary", "build", "changes", "channels", "chinese", "compare", "coverage", "cut", "export",
    "help", "merge", "partners", "present", "presenter", "proposals", "quota", "scenes", "tour", "window",
)  # fmt: skip
_NAMED = re.compile(r"!\[[^\]]*\]\((?:resources/pictures/)?([\w-]+)\.png\)")


def named_pictures() -> set[str]:
    """Return the names of all pictures that README, the manuals or the help show."""
    texts = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "resources" / "help").glob("*/*.md")]
    return {name for path in texts for name in _NAMED.findall(path.read_text(encoding="utf-8"))}


def make_small(path: Path) -> None:
    """Write a picture again with a palette of its own."""
    from PIL import Image

    with Image.open(path) as picture:
        # An octree is near everywhere; its colours, drawn to the mean of what they stand for, are true on large areas.
        method, dither = Image.Quantize.FASTOCTREE, Image.Dither.NONE
        small = picture.convert("RGB").quantize(256, method=method, kmeans=2, dither=dither)
    small.save(path, optimize=True)
