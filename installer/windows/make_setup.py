"""Make the Windows set-up from dist/territorymap: the icon first, then Inno Setup's compiler.

    python installer/windows/make_setup.py [--iscc PATH] [--show]

The version is that of src/territorymap/__init__.py. Inno Setup is looked for on PATH and where its own set-up puts it.
Signing: TERRITORYMAP_SIGNTOOL holds the whole command with $f for the file, e.g.
``signtool.exe sign /fd sha256 /tr http://timestamp.example/ /td sha256 /a $f``; without it nothing is signed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [path for path in (str(ROOT), str(ROOT / "src")) if path not in sys.path]

from installer.bundle_files import draw_icons  # noqa: E402
from territorymap import __version__  # noqa: E402

SCRIPT = Path(__file__).with_name("territorymap.iss")
ICON, PICTURE = "territorymap.ico", "wizard.bmp"
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
_SIGNER = "territorymapsign"


def make_icon(pictures: Mapping[int, Path], out: Path) -> Path:
    """Write an .ico with every size drawn by itself, so that small ones are not shrunk from a large one."""
    from PIL import Image

    images = [Image.open(pictures[size]) for size in ICO_SIZES]
    images[-1].save(out, format="ICO", sizes=[(size, size) for size in ICO_SIZES], append_images=images[:-1])
    return out


def make_picture(pictures: Mapping[int, Path], out: Path) -> Path:
    """Write our icon on white as a .bmp, for the corner of the set-up's pages."""
    from PIL import Image

    with Image.open(pictures[256]) as drawn:
        small = drawn.convert("RGBA").resize((138, 138), Image.Resampling.LANCZOS)
    ground = Image.new("RGBA", small.size, "white")
    ground.alpha_composite(small)
    ground.convert("RGB").save(out, format="BMP")
    return out


def find_compiler(environ: Mapping[str, str]) -> Path:
    """Return ISCC.exe; ends with what to do if it is nowhere."""
    found = shutil.which("ISCC") or shutil.which("iscc")
    folders = [environ.get(name) for name in ("ProgramFiles(x86)", "ProgramFiles", "LOCALAPPDATA")]
    places = [
        Path(folder, *sub, "Inno Setup 6", "ISCC.exe") for folder in folders if folder for sub in ((), ("Programs",))
    ]
    for place in [Path(found)] if found else places:
        if place.is_file():
            return place
    raise SystemExit("Inno Setup 6 is not here: get it from https://jrsoftware.org/isdl.php, or give --iscc PATH")


def compiler_arguments(version: str, bundle: Path, icons: Path, out: Path, sign_command: str = "") -> list[str]:
    """Return what the compiler is called with: all that territorymap.iss asks for."""
    arguments = [
        f"/DAppVersion={version}",
        f"/DBundle={bundle}",
        f"/DIconFile={icons / ICON}",
        f"/DWizardPicture={icons / PICTURE}",
        f"/DOutputDir={out}",
    ]
    if sign_command:
        arguments += [f"/S{_SIGNER}={sign_command}", f"/DSignTool={_SIGNER}"]
    return [*arguments, str(SCRIPT)]


def setup_name(version: str) -> str:
    """Return the file name of the set-up."""
    return f"territorymap-{version}-windows-x64-setup.exe"


def main() -> int:
    """Make the set-up; returns the compiler's exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--iscc", type=Path, help="Inno Setup's compiler, ISCC.exe")
    parser.add_argument("--show", action="store_true", help="print the command and do nothing")
    options = parser.parse_args()
    bundle, icons = ROOT / "dist" / "territorymap", ROOT / "build" / "icons"
    arguments = compiler_arguments(
        __version__, bundle, icons, ROOT / "dist", os.environ.get("TERRITORYMAP_SIGNTOOL", "")
    )
    if options.show:
        print(subprocess.list2cmdline(["ISCC", *arguments]))
        return 0
    if not (bundle / "territorymap-gui.exe").is_file():
        raise SystemExit(f"{bundle} holds no bundle for Windows: python installer/make_bundle.py")
    pictures = draw_icons(ROOT, icons)
    make_icon(pictures, icons / ICON)
    make_picture(pictures, icons / PICTURE)
    code = subprocess.run([str(options.iscc or find_compiler(os.environ)), *arguments], check=False).returncode
    if code == 0:
        print(f"Made: {ROOT / 'dist' / setup_name(__version__)}")
    return code


if __name__ == "__main__":
    sys.exit(main())
