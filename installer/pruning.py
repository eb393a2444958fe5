"""What stays out of the bundle: parts of Qt, of the packages and of the build machine that the program cannot reach.

Owns the rules; the specification applies them. An entry is PyInstaller's: (place in the bundle, source, kind).
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import PurePath

Entry = tuple[str, str, str]

# Never imported by what the program imports, though the packages name them somewhere.
EXCLUDED_MODULES = [
    "tkinter", "_tkinter", "turtle", "idlelib", "lib2to3", "pydoc_data", "curses", "_curses", "readline",
    "ensurepip", "IPython", "jedi", "pytest", "_pytest", "hypothesis", "mypy", "pip", "setuptools", "pkg_resources",
    "wheel", "distutils", "PyInstaller", "grimp", "importlinter", "ruff", "xdist", "execnet", "pypdfium2",
    "pypdfium2_raw", "sphinx", "docutils", "PyQt5", "PyQt6", "PySide2", "gi", "wx", "pygments", "rich",
    "markdown_it", "networkx", "numba.cuda", "numba.tests", "llvmlite.tests", "pandas.tests", "numpy.tests",
    "numpy.f2py.tests", "matplotlib.tests", "mpl_toolkits.tests", "geopandas.tests", "pyogrio.tests",
    "shapely.tests", "sklearn.datasets.tests", "networkx.tests", "matplotlib.backends.backend_qtagg",
    "matplotlib.backends.backend_qt", "matplotlib.backends.backend_qtcairo", "matplotlib.backends.backend_tkagg",
    "matplotlib.backends.backend_webagg",
]  # fmt: skip

# The modules of PySide6 that the program imports, and those that these need. All others go.
PYSIDE_MODULES = {
    "QtCore", "QtGui", "QtWidgets", "QtSvg", "QtNetwork", "QtPrintSupport", "QtWebChannel", "QtWebEngineCore",
    "QtWebEngineWidgets", "QtTest",
}  # fmt: skip

# Plugins by folder; "" = all of it.
QT_PLUGINS = {
    "platforms": r"(lib)?q(xcb|wayland|offscreen|minimal|windows|cocoa|direct2d)\b.*",
    "platforminputcontexts": r".*(compose|ibus).*",
    "platformthemes": "",
    "imageformats": r"(lib)?q(gif|ico|icns|jpeg|svg|webp)\b.*",
    "iconengines": "",
    "styles": "",
    "printsupport": "",
    "tls": r".*(certonly|schannel|securetransport).*",
    "xcbglintegrations": "",
    "wayland-shell-integration": r".*xdg-shell.*",
    "wayland-decoration-client": "",
    "wayland-graphics-integration-client": r".*(qt-plugin-wayland-egl|dmabuf-server).*",
}

# Locales for which the program has words: its own texts, Chromium's and Qt's, Babel's numbers and dates. The last nine
# are for names of countries and languages in files of accounts ("Vereinigte Staaten", "Italia").
CHROMIUM_LOCALES = {"en-US", "en-GB", "zh-CN"}
QT_TRANSLATIONS = {"qtbase_en", "qtbase_zh_CN", "qt_en", "qt_zh_CN", "qtwebengine_en", "qtwebengine_zh_CN"}
BABEL_LOCALES = re.compile(r"(root|(en|zh)(_.*)?|de|es|fr|it|ja|ko|nl|pl|pt)\.dat$")

# Libraries of the build machine that go with us: those of Python itself, and leaves that a desktop may lack (Qt's
# wants of xcb). All others belong to the desktop: a graphics driver loads them too, and would meet ours instead.
SYSTEM_LIBRARIES = re.compile(
    r"lib(python3|ssl|crypto|sqlite3|ffi|lzma|bz2|z|expat|uuid|zstd|mpdec"
    r"|xcb-(cursor|icccm|image|keysyms|render-util|util))[.\-\d]"
)
_SYSTEM_FOLDERS = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")

_QT_LIBRARY = (
    re.compile(r"PySide6/Qt/lib/libQt6(\w+)\.so"),  # Linux
    re.compile(r"PySide6/Qt6(\w+)\.dll$"),  # Windows
    re.compile(r"PySide6/Qt/lib/Qt(\w+)\.framework/"),  # macOS
)
_UNUSED = (
    (re.compile(r"/Qt/qml/|PySide6/qml/"), "no QML is run"),
    (re.compile(r"qtwebengine_devtools_resources"), "nobody inspects the page"),
    (re.compile(r"\.debug\.(pak|bin)$|/metatypes/|\.prl$|\.pyi$"), "for developers"),
    (re.compile(r"(^|/)tests?/"), "tests of packages"),
    (re.compile(r"matplotlib/mpl-data/(sample_data|images|plot_directive)/"), "examples and buttons"),
    (re.compile(r"(^|/)sklearn/datasets/(data|images|descr)/"), "tutorials"),
    (re.compile(r"(^|/)sklearn/.*\.(tp|css|js|html)$"), "pictures of estimators"),
    (re.compile(r"gdal_data/leaflet_template\.html$"), "a page of gdal2tiles, which would fetch from the network"),
    (re.compile(r"numba/np/ufunc/(tbb|omp)pool"), "loops over several processors at once: there are none"),
    (re.compile(r"\.(pxd|pyx|c|cpp|h|hpp|f|f90)$"), "sources"),
)  # fmt: skip


def is_wanted(entry: Entry) -> bool:
    """Tell whether a file of the packages has a use in the program; libraries of Qt are judged by reach."""
    place = PurePath(entry[0]).as_posix()
    if any(pattern.search(place) for pattern, _ in _UNUSED):
        return False
    if match := re.match(r"PySide6/(Qt\w+)\.(abi3\.so|pyd)$", place):
        return match[1] in PYSIDE_MODULES
    if match := re.search(r"PySide6/(?:Qt/)?plugins/([\w-]+)/([^/]+)$", place):
        pattern = QT_PLUGINS.get(match[1])
        return pattern is not None and (not pattern or re.match(pattern, match[2]) is not None)
    if match := re.search(r"qtwebengine_locales/([\w-]+)\.pak$", place):
        return match[1] in CHROMIUM_LOCALES
    if match := re.search(r"PySide6/(?:Qt/)?translations/([\w-]+)\.qm$", place):
        return match[1] in QT_TRANSLATIONS
    if match := re.search(r"babel/locale-data/([^/]+)$", place):
        return BABEL_LOCALES.match(match[1]) is not None
    return not _is_foreign(entry)


def _is_foreign(entry: Entry) -> bool:
    """Tell whether a library belongs to the desktop of the build machine, not to the program."""
    source = PurePath(entry[1]).as_posix()
    name = PurePath(entry[0]).name
    return (
        sys.platform.startswith("linux") and source.startswith(_SYSTEM_FOLDERS) and SYSTEM_LIBRARIES.match(name) is None
    )


def is_numba_wanted(module: str) -> bool:
    """Tell whether a module of numba is of use: its parts find each other by name, but not those for graphics cards."""
    return not re.search(r"\.(tests?|cuda|testing|pycc|experimental\.jitclass\.tests)\b", module)


def qt_library(place: str) -> str | None:
    """Return the module of Qt that a library in the bundle is: "WebEngineCore"; None if it is none."""
    posix = PurePath(place).as_posix()
    return next((match[1] for pattern in _QT_LIBRARY if (match := pattern.search(posix))), None)


def drop_unreached(entries: Iterable[Entry], imports_of: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Return the entries without libraries of Qt that no kept module, plugin or process links to.

    Parameters
    ----------
    imports_of : names of the libraries that a binary is linked to.
    """
    kept = [entry for entry in entries if is_wanted(entry)]
    by_module: dict[str, str] = {}
    for place, source, kind in kept:
        module = qt_library(place)
        if module and kind == "BINARY":
            by_module.setdefault(module, source)
    waiting = [source for place, source, kind in kept if kind in ("BINARY", "EXTENSION") and not qt_library(place)]
    reached: set[str] = set()
    while waiting:
        for name in imports_of(waiting.pop()):
            match = re.match(r"(?:lib)?Qt6?(\w+?)(?:\.so.*|\.dll)?$", PurePath(name).name, re.IGNORECASE)
            module = next((known for known in by_module if match and known.lower() == match[1].lower()), None)
            if module and module not in reached:
                reached.add(module)
                waiting.append(by_module[module])
    return [entry for entry in kept if (module := qt_library(entry[0])) is None or module in reached]


def drop_dangling(entries: Iterable[Entry], others: Iterable[Entry] = ()) -> list[Entry]:
    """Return the entries without links to what is not there (any more)."""
    entries = list(entries)
    places = {PurePath(place).as_posix() for place, _, _ in [*entries, *others]}
    places |= {parent.as_posix() for place in places for parent in PurePath(place).parents}
    return [entry for entry in entries if entry[2] != "SYMLINK" or _target(entry[0], entry[1]) in places]


def _target(place: str, link: str) -> str:
    return posixpath.normpath(posixpath.join(PurePath(place).parent.as_posix(), PurePath(link).as_posix()))
