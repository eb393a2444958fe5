"""The recipes of Windows, macOS and of CI, as far as they can be checked on any system."""

from __future__ import annotations

import os
import plistlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

import territorymap
from installer import bundle_files
from installer.windows import make_setup

ROOT = Path(__file__).resolve().parents[2]
WINDOWS, MACOS = ROOT / "installer" / "windows", ROOT / "installer" / "macos"
SCRIPT = (WINDOWS / "territorymap.iss").read_text(encoding="utf-8-sig")
WORKFLOW = ROOT / ".github" / "workflows" / "installers.yml"
SHELL_SCRIPTS = sorted(MACOS.glob("*.sh"))


def sections(text: str) -> dict[str, list[str]]:
    """Return the lines of each section, comments and directives of the preprocessor left out."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line.strip()):
            lines = found.setdefault(heading[1], [])
        elif line.strip() and not line.startswith((";", "#")):
            lines.append(line)
    return found


def entry(line: str) -> dict[str, str]:
    """Return the parameters of a line such as Name: "x"; Flags: y."""
    return {
        name: (quoted or bare).strip()
        for name, quoted, bare in re.findall(r'(\w+): (?:"((?:[^"]|"")*)"|([^;]*))', line)
    }


def messages(path: Path) -> dict[str, dict[str, str]]:
    rows = sections(path.read_text(encoding="utf-8-sig"))
    return {name: dict(line.split("=", 1) for line in lines) for name, lines in rows.items()}


# -- one version ----------------------------------------------------------------------------------------------------


def test_no_recipe_has_a_version_of_its_own() -> None:
    """The version stands in src/territorymap/__init__.py and nowhere else."""
    for path in [*(ROOT / "installer").rglob("*"), WORKFLOW]:
        if path.is_file() and path.suffix in {".iss", ".isl", ".py", ".sh", ".spec", ".ps1", ".yml", ".entitlements"}:
            text = path.read_text(encoding="utf-8-sig")
            assert territorymap.__version__ not in text, path.name


def test_the_windows_script_is_given_the_version() -> None:
    assert "AppVersion={#AppVersion}" in SCRIPT
    arguments = make_setup.compiler_arguments(territorymap.__version__, Path("b"), Path("i"), Path("o"))
    assert f"/DAppVersion={territorymap.__version__}" in arguments
    (name,) = re.findall(r"(?m)^OutputBaseFilename=(.*)$", SCRIPT)
    assert name.replace("{#AppVersion}", "9.8.7") + ".exe" == make_setup.setup_name("9.8.7")


@pytest.mark.skipif(os.name == "nt", reason="bash")
def test_the_disk_image_is_called_by_the_version() -> None:
    done = subprocess.run([MACOS / "make_dmg.sh", "--show"], capture_output=True, text=True, check=True)
    assert f"territorymap-{territorymap.__version__}-macos-" in done.stdout


def test_what_macos_and_windows_show_is_the_version() -> None:
    plist = bundle_files.info_plist("9.8.7")
    assert plist["CFBundleShortVersionString"] == plist["CFBundleVersion"] == "9.8.7"
    assert "__version__" in (ROOT / "installer" / "territorymap.spec").read_text(encoding="utf-8")


# -- Windows --------------------------------------------------------------------------------------------------------


def test_the_script_asks_for_what_it_is_called_with() -> None:
    asked = set(re.findall(r"(?m)^#ifndef (\w+)\n  #error", SCRIPT))
    given = {
        word[2:].split("=")[0] for word in make_setup.compiler_arguments("1", Path("b"), Path("i"), Path("o"))[:-1]
    }
    assert asked == given
    defined = asked | set(re.findall(r"(?m)^#define (\w+)", SCRIPT)) | {"SignTool"}
    assert set(re.findall(r"\{#(\w+)\}", SCRIPT)) <= defined
    assert len(re.findall(r"(?m)^#if", SCRIPT)) == len(re.findall(r"(?m)^#endif", SCRIPT))
    signed = make_setup.compiler_arguments("1", Path("b"), Path("i"), Path("o"), "sign.exe $f")
    assert any(word.startswith("/S") and word.endswith("=sign.exe $f") for word in signed)


def test_the_set_up_is_for_one_person_without_an_administrator() -> None:
    setup = dict(line.split("=", 1) for line in sections(SCRIPT)["Setup"])
    assert setup["PrivilegesRequired"] == "lowest"
    assert "PrivilegesRequiredOverridesAllowed" not in setup
    assert setup["DefaultDirName"].startswith("{localappdata}")
    assert re.fullmatch(r"\{\{[0-9A-F-]{36}\}", setup["AppId"])
    roots = {entry(line)["Root"] for line in sections(SCRIPT)["Registry"]}
    assert roots == {"HKA"}  # the person's own hive, without an administrator


def test_the_default_program_of_geopackages_stays() -> None:
    rows = [entry(line) for line in sections(SCRIPT)["Registry"]]
    of_extension = [row for row in rows if row["Subkey"].startswith(r"Software\Classes\.gpkg")]
    assert [row["Subkey"] for row in of_extension] == [r"Software\Classes\.gpkg\OpenWithProgids"]
    assert of_extension[0]["ValueName"] == "{#ProgId}"
    assert "uninsdeletevalue" in of_extension[0]["Flags"]
    assert "deletekey" not in of_extension[0]["Flags"].replace("uninsdeletekeyifempty", "")
    commands = [row["ValueData"] for row in rows if row["Subkey"].endswith("command")]
    assert commands == ['""{app}\\{#WindowExe}"" ""%1""'] * 2  # a path with blanks is one argument


def test_uninstalling_takes_only_what_was_installed() -> None:
    found = sections(SCRIPT)
    assert "UninstallDelete" not in found
    assert [entry(line)["Name"] for line in found["InstallDelete"]] == [r"{app}\_internal"]
    touched = re.findall(r"\{(?:user|local|common)(?:appdata|docs)\}[^\"\n]*", SCRIPT)
    assert touched == [r"{localappdata}\Programs\{#AppName}"]


def test_everything_that_the_script_names_is_there(tmp_path: Path) -> None:
    for line in sections(SCRIPT)["Languages"]:
        for name in entry(line)["MessagesFile"].split(","):
            assert name.startswith("compiler:") or (WINDOWS / name).is_file(), name
    executables = re.findall(r'#define \w+Exe "(.*)\.exe"', SCRIPT)
    spec = (ROOT / "installer" / "territorymap.spec").read_text(encoding="utf-8")
    assert executables == ["territorymap-gui", "territorymap"]
    assert 'NAME = "territorymap"' in spec
    assert '"{NAME}-gui"' in spec


def test_the_set_up_speaks_both_languages() -> None:
    english, chinese = messages(WINDOWS / "messages-en.isl"), messages(WINDOWS / "messages-zh.isl")
    used = set(re.findall(r"\{cm:(\w+)\}", SCRIPT))
    assert used == set(english["CustomMessages"]) == set(chinese["CustomMessages"])
    assert set(english["Messages"]) < set(chinese["Messages"])
    assert len(chinese["Messages"]) > 140
    for name, text in {**chinese["Messages"], **chinese["CustomMessages"]}.items():
        assert re.search(r"[\u4e00-\u9fff]|^\(|%1", text), name
    for kind in ("Messages", "CustomMessages"):
        for name, text in english[kind].items():
            assert set(re.findall(r"%\d|\[\w+\]", text)) == set(re.findall(r"%\d|\[\w+\]", chinese[kind][name])), name
    assert chinese["LangOptions"]["LanguageID"] == "$0804"
    for name in ("messages-en.isl", "messages-zh.isl"):  # without the mark Inno Setup takes them for a code page
        assert (WINDOWS / name).read_bytes().startswith(b"\xef\xbb\xbf"), name


def test_the_icon_has_every_size_from_our_own_drawing(tmp_path: Path) -> None:
    pictures = bundle_files.draw_icons(ROOT, tmp_path)
    out = make_setup.make_icon(pictures, tmp_path / "territorymap.ico")
    with Image.open(make_setup.make_picture(pictures, tmp_path / "wizard.bmp")) as picture:
        assert picture.getpixel((0, 0)) == (255, 255, 255)  # round corners, on the white of the page
        assert len(picture.getcolors(100_000)) > 100
    with Image.open(out) as icon:
        assert icon.info["sizes"] == {(size, size) for size in make_setup.ICO_SIZES}
        small = icon.ico.getimage((16, 16)).convert("RGBA")  # type: ignore[attr-defined]
    assert len(small.getcolors()) > 20  # drawn, not a blank
    assert small.getpixel((0, 0))[3] == 0  # the square is round, though Qt knows no clip path of SVG


def test_without_inno_setup_it_is_said_where_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="jrsoftware"):
        make_setup.find_compiler({"ProgramFiles": str(tmp_path)})
    compiler = tmp_path / "Inno Setup 6" / "ISCC.exe"
    compiler.parent.mkdir()
    compiler.touch()
    assert make_setup.find_compiler({"ProgramFiles": str(tmp_path)}) == compiler


# -- macOS ----------------------------------------------------------------------------------------------------------


def test_info_plist_tells_finder_of_plans_and_of_the_window() -> None:
    plist = plistlib.loads(plistlib.dumps(bundle_files.info_plist("1.2.3")))
    assert plist["CFBundleExecutable"] == "territorymap-gui"
    assert plist["LSBackgroundOnly"] is False  # PyInstaller says so where the first executable has a console
    (document,) = plist["CFBundleDocumentTypes"]
    assert document["CFBundleTypeExtensions"] == ["gpkg"]
    assert document["LSHandlerRank"] == "Alternate"  # QGIS keeps its files
    (kind,) = plist["UTImportedTypeDeclarations"]
    assert kind["UTTypeIdentifier"] in document["LSItemContentTypes"]


@pytest.mark.parametrize("name", ["app.entitlements", "webengine.entitlements"])
def test_entitlements_allow_what_compiles_while_it_runs_and_no_more(name: str) -> None:
    found = plistlib.loads((MACOS / name).read_bytes())
    cs = "com.apple.security.cs."
    wanted = {f"{cs}allow-jit", f"{cs}allow-unsigned-executable-memory", f"{cs}disable-library-validation"}
    assert found == dict.fromkeys(wanted, True)


@pytest.mark.skipif(os.name == "nt", reason="bash")
@pytest.mark.parametrize("script", SHELL_SCRIPTS, ids=lambda path: path.name)
def test_shell_scripts_hold(script: Path) -> None:
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    shellcheck = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run([shellcheck, script], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(os.name == "nt", reason="bash")
def test_the_disk_image_is_signed_notarised_and_stapled_in_this_order() -> None:
    env = {
        **os.environ,
        "TERRITORYMAP_SIGN_IDENTITY": "Developer ID Application: N (T)",
        "TERRITORYMAP_NOTARY_PROFILE": "P",
    }
    done = subprocess.run([MACOS / "make_dmg.sh", "--show"], capture_output=True, text=True, check=True, env=env)
    lines = done.stdout.splitlines()
    steps = [
        r"codesign .*--options runtime.*dylib",
        r"codesign .*webengine\.entitlements .*QtWebEngineProcess\.app",
        r"codesign .*app\.entitlements .*MacOS/territorymap-gui",
        r"codesign .*app\.entitlements .*Territory\\ Map\.app $",
        r"codesign --verify --deep --strict",
        r"hdiutil create",
        r"codesign .*\.dmg",
        r"xcrun notarytool submit .*--keychain-profile P --wait",
        r"xcrun stapler staple",
        r"spctl --assess",
    ]
    places = [next(i for i, line in enumerate(lines) if re.search(step, line)) for step in steps]
    assert places == sorted(places)
    env.pop("TERRITORYMAP_SIGN_IDENTITY")
    plain = subprocess.run(
        [MACOS / "make_dmg.sh", "--show"], capture_output=True, text=True, check=True, env=env
    ).stdout
    assert "--sign - " in plain
    assert "notarytool" not in plain
    assert "runtime" not in plain


# -- CI -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    found = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_workflow_runs_on_tags_and_by_hand(workflow: dict[Any, Any]) -> None:
    triggers = workflow[True]  # YAML 1.1 takes the key "on" for a boolean
    assert triggers == {"push": {"tags": ["v*"]}, "workflow_dispatch": None}
    assert workflow["permissions"] == {"contents": "read"}


def test_all_three_systems_are_built_tried_and_kept(workflow: dict[Any, Any]) -> None:
    jobs = workflow["jobs"]
    assert {"linux", "windows", "macos"} <= set(jobs)
    for name, tries in {"linux": "self-test", "windows": "try_setup.ps1", "macos": "try_dmg.sh"}.items():
        runs = "\n".join(step.get("run", "") for step in jobs[name]["steps"])
        assert tries in runs
        uploads = [step["with"] for step in jobs[name]["steps"] if "upload-artifact" in step.get("uses", "")]
        assert [upload["if-no-files-found"] for upload in uploads] == ["error"]
    assert "make smoke" in "\n".join(step.get("run", "") for step in jobs["linux"]["steps"])
    assert "--self-test" in (WINDOWS / "try_setup.ps1").read_text(encoding="utf-8")
    assert "--self-test" in (MACOS / "try_dmg.sh").read_text(encoding="utf-8")
    assert sorted(jobs["release"]["needs"]) == ["linux", "macos", "windows"]


def test_every_file_that_the_workflow_runs_is_there(workflow: dict[Any, Any]) -> None:
    targets = (ROOT / "Makefile").read_text(encoding="utf-8")
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            command = step.get("run", "")
            for path in re.findall(r"\binstaller/[\w/.]+", command):
                assert (ROOT / path).is_file(), path
            for target in re.findall(r"^make (\w+)$", command, re.MULTILINE):
                assert re.search(rf"(?m)^{target}:", targets), target


@pytest.mark.skipif(os.name == "nt", reason="bash")
def test_what_the_workflow_says_to_the_shell_holds(workflow: dict[Any, Any], tmp_path: Path) -> None:
    shellcheck = Path(sys.executable).with_name("shellcheck")
    for name, job in workflow["jobs"].items():
        if job.get("defaults"):
            continue  # PowerShell
        for i, step in enumerate(job["steps"]):
            if "run" in step:
                script = tmp_path / f"{name}-{i}.sh"
                script.write_text("#!/usr/bin/env bash\nset -e\n" + step["run"])
                done = subprocess.run([shellcheck, script], capture_output=True, text=True)
                assert done.returncode == 0, done.stdout
