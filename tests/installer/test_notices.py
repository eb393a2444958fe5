"""The notices of the bundle: each part has a text, the bill fits its schema, what may not be there ends the build."""

from __future__ import annotations

import json
import os
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

from installer.legal.collect import ROOT, write_notices
from installer.legal.crate_parts import crate_parts
from installer.legal.data_parts import data_parts
from installer.legal.native_parts import Library, library_table, native_parts, refuse_gpl_only, system_parts
from installer.legal.parts import NoticesError
from installer.legal.python_parts import needed_distributions, python_part
from installer.legal.sbom import check_bill
from installer.legal.texts import standard_text

LIBRARIES = ("shapely", "pyproj", "PySide6_Essentials", "python-calamine", "XStatic-Leaflet", "pmtiles")


@pytest.fixture(scope="module")
def entries() -> list[tuple[str, str]]:
    """A small bundle: some libraries with what came into their wheels, and a script."""
    wanted = ("libgeos", "lib.cpython", "libproj", "libcurl", "libQt6Core", "calamine", "leaflet.js", "reader.py")
    return [
        (str(file), str(file.locate()))
        for name in LIBRARIES
        for file in distribution(name).files or ()
        if any(part in file.name for part in wanted) and file.suffix != ".pyi"
    ]


@pytest.fixture(scope="module")
def notices(tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, str]]) -> Path:
    out = tmp_path_factory.mktemp("notices")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        write_notices(out, entries)
    return out


def rows_of(notices: Path) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in json.loads((notices / "third-party.json").read_text(encoding="utf-8"))}


def test_every_part_of_the_bundle_has_a_text(notices: Path) -> None:
    rows = rows_of(notices)
    for row in rows.values():
        body = (notices / row["file"]).read_text(encoding="utf-8")
        assert len(body) > 150, row["name"]
        assert "<year>" not in body[:600], row["name"]
        assert row["licence"], row["name"]
    assert len(list((notices / "licences").iterdir())) == len(rows)


def test_what_is_linked_into_a_library_is_listed_with_its_version(notices: Path) -> None:
    rows = rows_of(notices)
    assert rows["GEOS"]["licence"] == "LGPL-2.1-or-later"
    assert rows["OpenSSL"]["version"].startswith("3.")  # in libcurl of pyproj
    assert rows["PCRE2"]["owner"] == "PySide6_Essentials"  # in libQt6Core
    assert rows["calamine (crate)"]["owner"] == "python-calamine"
    assert rows["Python"]["version"]
    assert "Map layer us-counties" in rows
    assert "numpy" not in rows  # of it no file is in this bundle
    leaflet = (notices / rows["XStatic-Leaflet"]["file"]).read_text(encoding="utf-8")
    assert "Vladimir Agafonkin" in leaflet.split("Redistribution")[0]


def test_the_bill_holds_to_the_schema_and_names_all_parts(notices: Path) -> None:
    text = (notices / "sbom.cdx.json").read_text(encoding="utf-8")
    check_bill(text)
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["timestamp"].startswith("2023-11-14")
    names = {component["name"] for component in bill["components"]}
    assert names == set(rows_of(notices)) - {"Territory Map"}
    refs = {row["ref"]: row.get("dependsOn", []) for row in bill["dependencies"]}
    geos = next(ref for ref in refs if ref.startswith("native:GEOS@"))
    assert geos in refs[next(ref for ref in refs if ref.startswith("python:shapely@"))]


def test_a_bill_that_breaks_the_schema_ends_the_build(notices: Path) -> None:
    bill = json.loads((notices / "sbom.cdx.json").read_text(encoding="utf-8"))
    bill["components"][0]["type"] = "thing"
    with pytest.raises(NoticesError, match="does not hold"):
        check_bill(json.dumps(bill))


def test_the_notice_of_qt_says_what_the_lgpl_asks(notices: Path) -> None:
    from PySide6.QtCore import qVersion

    text = (notices / "QT-LGPL.txt").read_text(encoding="utf-8")
    assert f"qt-everywhere-src-{qVersion()}.tar.xz" in text
    assert "Qt6Core" in text.split("2. How to replace")[0]
    for words in ("How to replace", "\nLinux\n", "\nWindows\n", "\nmacOS\n", "reverse engineering", "GEOS"):
        assert words in text, words
    for title in ("GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3", "GNU GENERAL PUBLIC LICENSE\nVersion 3"):
        assert title in text.replace("\n\n", "\n"), title


def test_all_that_the_program_needs_has_a_licence_text() -> None:
    parts = [python_part(one) for one in needed_distributions(ROOT / "pyproject.toml").values()]
    assert {"PySide6", "numba", "lxml", "pmtiles"} <= {part.name for part in parts}
    assert all(part.texts for part in parts)


@pytest.mark.parametrize("line", library_table(), ids=lambda line: line.name)
def test_every_line_of_the_table_finds_its_texts(line: Library, tmp_path: Path) -> None:
    """A library file that holds the mark of the line, or is called as it says, is a part with a text."""
    where, mark = next(iter(line.inside.items()), (line.files[0].rstrip("*.-") if line.files else "", ""))
    source = tmp_path / "some.libs" / f"{where}.so"
    source.parent.mkdir()
    source.write_bytes(mark.encode() + b"1.2.3")
    everything = [one for one in library_table() if one.name == line.name]
    (part,) = native_parts({"x.so": source}, {source: "some"}, {}, everything, is_bundle=False)
    assert (part.name, part.licence) == (line.name, line.licence)
    assert sum(len(text.body) for text in part.texts) > 150


def test_a_distribution_without_a_text_ends_the_build_with_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "nameless-1.2.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: nameless\nVersion: 1.2\nLicense: MIT\n")
    (folder / "RECORD").write_text("nameless-1.2.dist-info/METADATA,,\n")
    with pytest.raises(NoticesError, match=r"nameless 1\.2 has no licence text"):
        python_part(Distribution.at(folder))


def test_a_library_that_nobody_named_ends_the_build(tmp_path: Path) -> None:
    source = tmp_path / "thing.libs" / "libnobody-0a1b2c3d.so.7"
    source.parent.mkdir()
    source.write_bytes(b"\x7fELF")
    with pytest.raises(NoticesError, match=r"libnobody-0a1b2c3d\.so\.7 \(in thing\)"):
        native_parts({"thing.libs/libnobody.so": source}, {source: "thing"}, {}, library_table())


def test_a_library_of_nobody_ends_the_build(tmp_path: Path) -> None:
    source = tmp_path / "libstray.so.1"
    source.write_bytes(b"\x7fELF")
    with pytest.raises(NoticesError, match=r"libstray\.so\.1"):
        system_parts({"libstray.so.1": source})


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6Charts.so.6",
        "PySide6/QtGraphs.abi3.so",
        "PySide6/Qt6VirtualKeyboard.dll",
        "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
        "PySide6/QtDataVisualization.pyd",
    ],
)
def test_parts_of_qt_under_the_gpl_alone_end_the_build(name: str) -> None:
    with pytest.raises(NoticesError, match="GPL alone"):
        refuse_gpl_only([name])


def test_the_parts_of_qt_that_we_need_are_let_through() -> None:
    refuse_gpl_only(["PySide6/Qt/lib/libQt6Core.so.6", "PySide6/QtWebEngineCore.abi3.so", "PySide6/Qt6Quick.dll"])


def test_a_standard_text_carries_the_holders_notice() -> None:
    body = standard_text("MIT", "Copyright (c) 2020 Jane Doe").body
    assert "Copyright (c) 2020 Jane Doe" in body
    assert "<year>" not in body
    with pytest.raises(NoticesError, match="needs the notice"):
        standard_text("MIT")
    with pytest.raises(NoticesError, match="no standard text"):
        standard_text("No-Such-Licence")


def test_crates_are_read_from_the_bills_inside_wheels() -> None:
    names = {part.name for part in crate_parts(distribution("python-calamine"))}
    assert {"calamine (crate)", "encoding_rs (crate)"} <= names
    assert "syn (crate)" not in names  # runs in the compiler only


def test_data_of_an_unknown_licence_ends_the_build(tmp_path: Path) -> None:
    (tmp_path / "layers.json").write_text(json.dumps([{"id": "x", "licence": "Some 1.0", "attribution": "X"}]))
    (tmp_path / "geocoder.json").write_text("[]")
    with pytest.raises(NoticesError, match=r"Map layer x: .*Some 1\.0"):
        data_parts(tmp_path)


def test_the_folder_is_not_written_when_something_is_missing(tmp_path: Path) -> None:
    stray = tmp_path / "stray.libs" / "libstray.so"
    stray.parent.mkdir()
    stray.write_bytes(b"\x7fELF")
    out = tmp_path / "out"
    with pytest.raises(NoticesError):
        write_notices(out, [("libstray.so", os.fspath(stray))])
    assert not out.exists()
