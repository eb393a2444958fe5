"""What goes into the bundle and what stays out; what Linux is told: entry, type of plans, metadata, man page."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest

from installer import bundle_files, check_registries, deb, pruning
from installer.deb_archive import repack
from installer.man_page import escaped, man_page
from territorymap import __version__
from territorymap.cli.registries import list_registries
from territorymap.cli.root import territorymap

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("place", "is_wanted"),
    [
        ("PySide6/QtWebEngineCore.abi3.so", True),
        ("PySide6/QtQuick3D.abi3.so", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        ("PySide6/Qt/plugins/platforms/libqcocoa.dylib", True),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", False),
        ("PySide6/Qt/plugins/sqldrivers/libqsqlite.so", False),
        ("PySide6/Qt/qml/QtQuick/qmldir", False),
        ("PySide6/Qt/translations/qtwebengine_locales/zh-CN.pak", True),
        ("PySide6/Qt/translations/qtwebengine_locales/fr.pak", False),
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", True),
        ("PySide6/Qt/translations/qtbase_fr.qm", False),
        ("PySide6/Qt/resources/icudtl.dat", True),
        ("PySide6/Qt/resources/qtwebengine_devtools_resources.pak", False),
        ("babel/locale-data/en_DE.dat", True),
        ("babel/locale-data/zh_Hans_CN.dat", True),
        ("babel/locale-data/root.dat", True),
        ("babel/locale-data/sw.dat", False),
        ("babel/global.dat", True),
        ("pyogrio/gdal_data/gdalvrt.xsd", True),
        ("pyogrio/gdal_data/leaflet_template.html", False),
        ("matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf", True),
        ("matplotlib/mpl-data/sample_data/goog.npz", False),
        ("resources/web/accounts.js", True),
    ],
)
def test_only_what_has_a_use_goes_in(place: str, is_wanted: bool) -> None:
    assert pruning.is_wanted((place, f"/site-packages/{place}", "DATA")) is is_wanted


def test_qt_libraries_stay_only_where_something_links_to_them() -> None:
    """QtWidgets.abi3.so -> Widgets -> Gui; Charts is linked to by itself alone."""
    libraries = [f"PySide6/Qt/lib/libQt6{name}.so.6" for name in ("Widgets", "Gui", "Charts")]
    module = "PySide6/QtWidgets.abi3.so"
    links = {
        module: ["libQt6Widgets.so.6", "libc.so.6"],
        libraries[0]: ["libQt6Gui.so.6"],
        libraries[1]: [],
        libraries[2]: ["libQt6Charts.so.6"],
    }
    entries = [(place, place, "BINARY") for place in libraries] + [(module, module, "EXTENSION")]
    kept = pruning.drop_unreached(entries, lambda source: links[source])
    assert [place for place, _, _ in kept] == [*libraries[:2], module]
    named = [("libQt6Gui.so.6", libraries[1], "SYMLINK"), ("libQt6Charts.so.6", libraries[2], "SYMLINK")]
    assert pruning.drop_dangling([*kept, *named]) == [*kept, named[0]]


def test_libraries_of_the_desktop_stay_on_the_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    places = {"libstdc++.so.6": False, "libX11.so.6": False, "libssl.so.3": True, "libxcb-cursor.so.0": True}
    for place, is_wanted in places.items():
        assert pruning.is_wanted((place, f"/usr/lib/x86_64-linux-gnu/{place}", "BINARY")) is is_wanted


def test_every_shipped_file_that_the_program_asks_for_goes_in() -> None:
    places = {f"{place}/{Path(source).name}" for source, place in bundle_files.shipped_files(ROOT)}
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    asked = [re.findall(r'"([^"]+)"', call) for call in re.findall(r'shipped\(("[\w.-]+"(?:, "[\w.-]+")*)\)', sources)]
    assert len(asked) > 7
    for parts in asked:
        path = "/".join(parts)
        if parts[:2] not in (["resources", "notices"], ["resources", "compiled"]):  # made when it is packed
            assert any(place == path or place.startswith(f"{path}/") for place in places), path
    assert not [place for place in places if "pictures" in place or place.endswith(".py")]


def test_a_part_that_the_frozen_program_lacks_is_told() -> None:
    source = {"metrics": ["cv", "index"], "pages": []}
    assert check_registries.differences(source, {"metrics": ["cv"], "pages": []}) == [
        "pages: the sources have none",
        "metrics: missing in the frozen program: index",
    ]


@pytest.mark.slow
def test_every_module_and_registry_is_listed() -> None:
    lists = list_registries()
    assert check_registries.differences(lists, lists) == []
    package = ROOT / "src" / "territorymap"
    files = {path.relative_to(package.parent).with_suffix("").as_posix() for path in package.rglob("*.py")}
    modules = {name.removesuffix("/__init__").replace("/", ".") for name in files}
    assert set(lists["modules"]) == {name for name in modules if not name.endswith("__main__")} - {"territorymap"}
    formats = {path.stem for path in (package / "exporters" / "formats").glob("*.py")} - {"__init__"}
    assert set(lists["exporters"]) == formats


def test_plans_are_opened_by_the_entry_of_the_menu(tmp_path: Path) -> None:
    written = deb.desktop_files(tmp_path)
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment]
    entry.read(tmp_path / "applications" / "territorymap.desktop", encoding="utf-8")
    desktop = entry["Desktop Entry"]
    assert (desktop["Exec"], desktop["MimeType"]) == ("territorymap-gui %f", f"{bundle_files.PLAN_TYPE};")
    types = ElementTree.parse(tmp_path / "mime" / "packages" / "territorymap.xml").getroot()
    space = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    assert [(t.get("type"), g.get("pattern")) for t in types for g in t.findall("m:glob", space)] == [
        (bundle_files.PLAN_TYPE, "*.gpkg")
    ]
    metadata = ElementTree.parse(next((tmp_path / "metainfo").iterdir())).getroot()
    assert metadata.findtext("launchable") == "territorymap.desktop"
    assert metadata.find("releases/release").get("version") == __version__  # type: ignore[union-attr]
    sizes = {path.parent.parent.name for path in written if path.suffix == ".png"}
    assert {"16x16", "48x48", "256x256", "512x512"} <= sizes
    for path in written:
        if path.suffix == ".png":  # width and height as the file itself says
            side = int(path.parent.parent.name.split("x")[0])
            assert path.read_bytes()[16:24] == side.to_bytes(4, "big") * 2


def _commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        elif not command.hidden:
            yield f"{path} {name}", command


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="Debian's own reading")
@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_debian_reads_what_was_packed_tighter(tmp_path: Path, architecture: str) -> None:
    stage = tmp_path / "stage"
    (stage / "DEBIAN").mkdir(parents=True)
    (stage / "DEBIAN" / "control").write_text(
        f"Package: small\nVersion: 1\nArchitecture: {architecture}\nMaintainer: m <m@m.invalid>\nDescription: d\n"
    )
    (stage / "usr").mkdir()
    (stage / "usr" / "code").write_bytes(Path(sys.executable).resolve().read_bytes())
    (stage / "usr" / "odd").write_bytes(b"123")
    plain, package = tmp_path / "plain.deb", tmp_path / "small.deb"
    subprocess.run(["dpkg-deb", "-Znone", "--build", str(stage), str(plain)], check=True, capture_output=True)
    repack(plain, package, architecture, 1)
    members = subprocess.run(["ar", "t", str(package)], check=True, capture_output=True, text=True).stdout.split()
    assert members == ["debian-binary", "control.tar.xz", "data.tar.xz"]
    assert package.stat().st_size < plain.stat().st_size
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(tmp_path / "out")], check=True)
    for name in ("DEBIAN/control", "usr/code", "usr/odd"):
        assert (tmp_path / "out" / name).read_bytes() == (stage / name).read_bytes()
    assert not list(tmp_path.glob(".*")), "no part is left"
    cut = tmp_path / "cut.deb"
    cut.write_bytes(plain.read_bytes()[:-1000])
    with pytest.raises(ValueError, match="ends early"):
        repack(cut, tmp_path / "none.deb", architecture, 1)


def test_the_man_page_has_every_command_and_option() -> None:
    page = man_page(territorymap, __version__, "2026-11-26")
    found = dict(_commands(territorymap, "territorymap"))
    assert len(found) > 60
    for path, command in found.items():
        assert page.count(f".SS {escaped(path)} ") >= 1, path
        part = page.split(f".SS {escaped(path)} ", 1)[1].split(".SS", 1)[0]
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert escaped(option.opts[0]) in part, (path, option.opts)
    assert "registries" not in page
    assert [line for line in page.splitlines() if line.startswith((".", "'")) and not re.match(r"\.[A-Z]", line)] == [
        line for line in page.splitlines() if line == ".br"
    ]


def test_what_roff_would_take_for_a_command_is_text() -> None:
    assert escaped(".5 of a-b\\c é") == "\\&.5 of a\\-b\\ec \\[u00E9]"
