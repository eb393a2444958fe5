"""Files of ours that go into the bundle, and what each system wants to be told about the program.

Owns the lists; the specification puts them in.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from installer.pruning import Entry

# Pictures are README's; the recipes and the builder of maps need what is not shipped.
_LEFT_OUT = ("resources/pictures", "maps/recipes", "maps/build.py")
_STRIPPED = re.compile(r"lib(python3|llvmlite|gdal)")
_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
PLAN_TYPE = "application/geopackage+sqlite3"


def shipped_files(root: Path) -> list[tuple[str, str]]:
    """Return resources/ and maps/ as (source, folder in the bundle), with the loops that kernels.py compiled."""
    found = [
        (path, path.parent.relative_to(root))
        for top in ("resources", "maps")
        for path in sorted((root / top).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not _is_left_out(path, root)
    ]
    compiled = sorted((root / "build" / "compiled").glob("*"))
    found += [(path, Path("resources", "compiled")) for path in compiled]
    return [(str(path), str(place)) for path, place in found]


def notice_files(root: Path) -> list[tuple[str, str]]:
    """Return the licences and bills that notices.py wrote, as (source, place in the bundle)."""
    notices = root / "build" / "notices"
    found = [path for path in sorted(notices.rglob("*")) if path.is_file()]
    return [(str(path), str(Path("resources", "notices", path.relative_to(notices)))) for path in found]


def _is_left_out(path: Path, root: Path) -> bool:
    place = path.relative_to(root).as_posix()
    return any(place == name or place.startswith(f"{name}/") for name in _LEFT_OUT)


def without_debugging(entries: list[Entry], folder: Path) -> list[Entry]:
    """Return the entries, great libraries of Linux replaced by copies without the names that only debuggers read."""
    if not sys.platform.startswith("linux"):
        return entries
    folder.mkdir(parents=True, exist_ok=True)
    return [_stripped(entry, folder) if _STRIPPED.match(Path(entry[0]).name) else entry for entry in entries]


def _stripped(entry: Entry, folder: Path) -> Entry:
    place, source, kind = entry
    if kind == "SYMLINK":
        return entry
    copy = folder / Path(place).name
    subprocess.run(["strip", "--strip-unneeded", "-o", str(copy), source], check=True)
    return place, str(copy), kind


def icon_file(root: Path) -> str | None:
    """Return the icon as the system of this machine wants it; PyInstaller turns PNG into ICO and ICNS."""
    path = root / "build" / "icons" / f"{max(_ICON_SIZES)}.png"
    return str(path) if path.exists() and sys.platform in ("win32", "darwin") else None


def draw_icons(root: Path, folder: Path) -> dict[int, Path]:
    """Draw resources/icons/app.svg in all sizes, in another process: here no Qt is to be started; paths by size."""
    folder.mkdir(parents=True, exist_ok=True)
    code = "import sys; from installer.bundle_files import draw; draw(*sys.argv[1:])"
    subprocess.run([sys.executable, "-c", code, str(root), str(folder)], cwd=root, check=True)
    return {size: folder / f"{size}.png" for size in _ICON_SIZES}


def windows_version(name: str, version: str) -> Any:
    """Return what Windows shows as properties of the executable."""
    from PyInstaller.utils.win32 import versioninfo as vi

    numbers = tuple(int(part) for part in (version.split("+")[0].split(".") + ["0"] * 4)[:4])
    words = {
        "FileDescription": "Territory Map",
        "ProductName": "Territory Map",
        "FileVersion": version,
        "ProductVersion": version,
        "InternalName": name,
        "OriginalFilename": f"{name}.exe",
        "LegalCopyright": "The Territory Map maintainers, MIT licence",
    }
    table = vi.StringTable("040904B0", [vi.StringStruct(key, value) for key, value in words.items()])
    return vi.VSVersionInfo(
        ffi=vi.FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[vi.StringFileInfo([table]), vi.VarFileInfo([vi.VarStruct("Translation", [0x409, 1200])])],
    )


def info_plist(version: str) -> dict[str, Any]:
    """Return what macOS is told: name, version, and that plans are opened with the program."""
    return {
        "CFBundleDisplayName": "Territory Map",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        # Two executables: Finder starts the one with the window, and it is no program of the background.
        "CFBundleExecutable": "territorymap-gui",
        "LSBackgroundOnly": False,
        "CFBundleLocalizations": ["en", "zh-Hans"],
        "LSMinimumSystemVersion": "13.0",
        "NSHighResolutionCapable": True,
        "LSApplicationCategoryType": "public.app-category.business",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Territory plan",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": ["org.geopackage.gpkg"],
                "CFBundleTypeExtensions": ["gpkg"],
            }
        ],
        "UTImportedTypeDeclarations": [
            {
                "UTTypeIdentifier": "org.geopackage.gpkg",
                "UTTypeDescription": "OGC GeoPackage",
                "UTTypeConformsTo": ["public.data", "public.database"],
                "UTTypeTagSpecification": {"public.filename-extension": ["gpkg"], "public.mime-type": [PLAN_TYPE]},
            }
        ],
    }


def draw(root: str, folder: str) -> None:
    """Draw the icons in this process, which then has done its work."""
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPainterPath
    from PySide6.QtSvg import QSvgRenderer

    app = QGuiApplication(["icons", "-platform", "offscreen"])
    renderer = QSvgRenderer(str(Path(root, "resources", "icons", "app.svg")))
    for size in _ICON_SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        # Qt draws no clip path of SVG, of which app.svg has one: its rounded square.
        mask = QPainterPath()
        mask.addRoundedRect(QRectF(3, 3, 58, 58), 13, 13)
        outside = QPainterPath()
        outside.addRect(QRectF(0, 0, 64, 64))
        painter.scale(size / 64, size / 64)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.fillPath(outside.subtracted(mask), Qt.GlobalColor.black)
        painter.end()
        if not image.save(str(Path(folder, f"{size}.png"))):
            raise SystemExit(f"cannot write the icon of {size} pixels into {folder}")
    del app
