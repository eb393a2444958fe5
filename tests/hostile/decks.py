"""Templates of decks whose parts are missing, cut, deep, linked or not what they say."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from tests.hostile.cases import EITHER, GOOD, REFUSED, Hostile, Trap, bytes_file
from tests.hostile.sheet_bombs import billion_laughs, external, quadratic
from tests.hostile.sheets import packed


@cache
def _parts() -> dict[str, bytes]:
    import pptx

    out = io.BytesIO()
    pptx.Presentation().save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _with(part: str, change: Callable[[bytes], bytes]) -> bytes:
    return packed({name: change(content) if name == part else content for name, content in _parts().items()})


_DECK, _LAYOUT = "ppt/presentation.xml", "ppt/slideLayouts/slideLayout1.xml"
_CHANGED = ("[Content_Types].xml", "_rels/.rels", _DECK, "ppt/_rels/presentation.xml.rels", _LAYOUT,
            "ppt/slideMasters/slideMaster1.xml", "ppt/theme/theme1.xml", "docProps/core.xml")  # fmt: skip


def cases() -> Iterator[Hostile]:
    yield Hostile("deck whole", "template", lambda f, t: bytes_file("t.pptx", packed(_parts()))(f, t), GOOD)
    for part in _CHANGED:
        for name, change in (
            ("empty", lambda _: b""),
            ("cut", lambda c: c[: len(c) // 2]),
            ("of zeros", lambda c: b"\0" * len(c)),
            ("of another root", lambda _: b"<x/>"),
            ("deep", lambda _: b"<a>" * 20_000 + b"</a>" * 20_000),
        ):

            def make(folder: Path, trap: Trap, part: str = part, change: Callable[[bytes], bytes] = change) -> Path:
                return bytes_file("t.pptx", _with(part, change))(folder, trap)

            yield Hostile(f"deck with {part} {name}", "template", make)

        def without(folder: Path, trap: Trap, part: str = part) -> Path:
            return bytes_file("t.pptx", packed({k: v for k, v in _parts().items() if k != part}))(folder, trap)

        yield Hostile(f"deck without {part}", "template", without)
    for name, doctype, entity in (
        ("billion laughs", billion_laughs(), b"&e10;"),
        ("quadratic", quadratic(), b"&big;" * 9000),
    ):
        for part in (_DECK, _LAYOUT):

            def bomb(
                folder: Path, trap: Trap, part: str = part, doctype: str = doctype, entity: bytes = entity
            ) -> Path:
                return bytes_file("t.pptx", _with(part, lambda c: _entity(c, doctype, entity)))(folder, trap)

            yield Hostile(f"deck with {name} in {part}", "template", bomb)
    for what in ("a file", "a path", "an address", "a parameter", "a document type"):

        def outside(folder: Path, trap: Trap, what: str = what) -> Path:
            return bytes_file("t.pptx", _with(_LAYOUT, lambda c: _entity(c, external(trap)[what], b"&x;")))(
                folder, trap
            )

        yield Hostile(f"deck with an entity that is {what}", "template", outside)
    for name, old, new in (
        ("a part elsewhere", b'Target="slideMasters/slideMaster1.xml"', b'Target="../../../../etc/passwd"'),
        (
            "a part at an address",
            b'Target="slideMasters/slideMaster1.xml"',
            b'Target="http://127.0.0.1:9/x" TargetMode="External"',
        ),
        ("a part that is itself", b'Target="slideMasters/slideMaster1.xml"', b'Target="presentation.xml"'),
    ):

        def linked(folder: Path, trap: Trap, old: bytes = old, new: bytes = new) -> Path:
            return bytes_file("t.pptx", _with("ppt/_rels/presentation.xml.rels", lambda c: c.replace(old, new)))(
                folder, trap
            )

        yield Hostile(f"deck with {name}", "template", linked, EITHER)

    def macros(folder: Path, trap: Trap) -> Path:
        change = _with(
            "[Content_Types].xml", lambda c: c.replace(b"presentation.main", b"presentation.macroEnabled.main")
        )
        return bytes_file("t.pptx", change)(folder, trap)

    yield Hostile("deck with macros", "template", macros, REFUSED)


def _entity(content: bytes, doctype: str, entity: bytes) -> bytes:
    """Return XML with a document type, an entity in place of the first text of a name."""
    head, _, rest = content.partition(b"?>")
    return (
        head
        + b"?>"
        + doctype.encode()
        + rest.replace(b'name="', b'name="' + entity, 1).replace(b"<a:t>", b"<a:t>" + entity, 1)
    )


def whole_deck() -> bytes:
    """Return a good template."""
    return packed(_parts())
