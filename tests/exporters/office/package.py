"""What Excel and PowerPoint complain about when they open a package: looked for in its parts, as XML."""

from __future__ import annotations

import posixpath
import re
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
from lxml import etree

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"


def parts_of(path: Path) -> dict[str, bytes]:
    """Return the parts of a package after checking it: every part once, typed, well formed; every link with an end."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert len(set(map(str.casefold, names))) == len(names), "a part stands twice"
        parts = {name: archive.read(name) for name in names}
    types = etree.fromstring(parts["[Content_Types].xml"])
    by_extension = {node.get("Extension").casefold() for node in types.iter(f"{_TYPES}Default")}
    by_name = {node.get("PartName") for node in types.iter(f"{_TYPES}Override")}
    for name, content in parts.items():
        if name == "[Content_Types].xml":
            continue
        assert f"/{name}" in by_name or name.rsplit(".", 1)[-1].casefold() in by_extension, f"{name} has no type"
        if name.endswith((".xml", ".rels")):
            etree.fromstring(content)
    assert by_name <= {f"/{name}" for name in parts}, "a type for a part that is not there"
    _check_relations(parts)
    return parts


def _check_relations(parts: dict[str, bytes]) -> None:
    for name, content in parts.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        ids = []
        for node in etree.fromstring(content).iter(_RELATIONS):
            ids.append(node.get("Id"))
            assert node.get("TargetMode") != "External", f"{name} points out of the file: {node.get('Target')}"
            target = node.get("Target")
            full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            assert full in parts, f"{name} points to {full}, which is not there"
        assert len(set(ids)) == len(ids), f"{name} has an id twice"


def check_workbook(path: Path) -> dict[str, bytes]:
    """Check what Excel would offer to repair in a workbook of ours; it holds no formula and no link at all."""
    parts = parts_of(path)
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    book = etree.fromstring(parts["xl/workbook.xml"])
    names = [node.get("name") for node in book.iter(f"{main}sheet")]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 1 <= len(name) <= 31, name
        assert not re.search(r"[\[\]:*?/\\]", name), name
        assert name.strip("'") == name, name
    for name, content in parts.items():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        root = etree.fromstring(content)
        assert not list(root.iter(f"{main}f")), f"{name} has a formula"
        assert not list(root.iter(f"{main}hyperlink")), f"{name} has a link"
        for cell in root.iter(f"{main}c"):
            text = "".join(cell.itertext())
            assert len(text.encode("utf-16-le")) <= 2 * 32_767, cell.get("r")
            assert cell.get("t") in (None, "inlineStr"), (cell.get("r"), cell.get("t"))
        for header in root.iter(f"{main}oddHeader", f"{main}oddFooter"):
            assert len(header.text or "") <= 255
    return parts


def check_deck(path: Path) -> dict[str, bytes]:
    """Check what PowerPoint would offer to repair in a deck of ours."""
    parts = parts_of(path)
    main, draw, rel = (
        f"{{http://schemas.openxmlformats.org/{end}}}"
        for end in ("presentationml/2006/main", "drawingml/2006/main", "officeDocument/2006/relationships")
    )
    deck = etree.fromstring(parts["ppt/presentation.xml"])
    links = {node.get("Id"): node.get("Target") for node in etree.fromstring(parts["ppt/_rels/presentation.xml.rels"])}
    slides = list(deck.iter(f"{main}sldId"))
    assert len({node.get("id") for node in slides}) == len(slides)
    linked = {f"ppt/{links[node.get(f'{rel}id')]}" for node in slides}
    assert linked == {name for name in parts if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)}, (
        "a slide without a place"
    )
    for name in linked:
        root = etree.fromstring(parts[name])
        ids = [node.get("id") for node in root.iter(f"{main}cNvPr")]
        assert len(set(ids)) == len(ids), f"{name} has a shape's id twice"
        for holder in root.iter(f"{main}sp"):
            assert "".join(holder.itertext()).strip(), f"{name} has an empty placeholder"
        for table in root.iter(f"{draw}tbl"):
            columns = len(list(table.iter(f"{draw}gridCol")))
            for row in table.iter(f"{draw}tr"):
                assert len(row.findall(f"{draw}tc")) == columns
    for name, content in parts.items():
        if name.startswith("ppt/embeddings/"):
            book = openpyxl.load_workbook(BytesIO(content))
            assert book.sheetnames == ["Sheet1"]
            cells = [cell for row in book["Sheet1"].iter_rows() for cell in row]
            assert all(cell.data_type in "sn" and cell.hyperlink is None for cell in cells), f"{name} has a formula"
    return parts
