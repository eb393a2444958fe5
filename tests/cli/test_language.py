"""The language of the command line: option, environment, the window's choice, the system. One process each."""

from __future__ import annotations

import gettext
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from territorymap.cli import language
from territorymap.cli.language import set_language
from territorymap.i18n import SOURCE_LANGUAGE, install, locale_name


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test leaves its language behind, nor is led by the developer's."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "TERRITORYMAP_LANGUAGE"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(language.gettext, "textdomain", lambda _name: None)
    yield
    install(gettext.NullTranslations(), SOURCE_LANGUAGE)


def test_the_option_wins_over_environment_window_and_system(
    state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (set_language(["balance"]), locale_name()) == (None, "en_US")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert (set_language(["balance"]), locale_name()) == (None, "zh_CN")
    (state_folder / "settings.ini").write_text("[General]\nauthor=%\n[choice]\nlanguage=en\n")
    assert (set_language(["balance"]), locale_name()) == (None, "en_US")
    monkeypatch.setenv("TERRITORYMAP_LANGUAGE", "zh-Hans")
    assert (set_language(["balance"]), locale_name()) == (None, "zh_CN")
    assert (set_language(["--language", "en_GB", "balance"]), locale_name()) == (None, "en_GB")
    assert os.environ["TERRITORYMAP_LANGUAGE"] == "en_GB", "what it starts speaks so too"
    assert (set_language(["--language=system"]), locale_name()) == (None, "zh_CN")


def test_an_option_of_a_command_is_not_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (set_language(["new", "--language", "zh_CN"]), locale_name()) == (None, "en_US")


def test_a_broken_settings_file_stops_no_command(state_folder: Path) -> None:
    (state_folder / "settings.ini").write_bytes(b"\xff\xfe no settings [[[")
    assert (set_language(["balance"]), locale_name()) == (None, "en_US")


@pytest.mark.parametrize("choice", [b"@Size(1 2)", b"\0", b"tlh", b"zh_TW"])
def test_a_choice_that_is_no_language_stops_no_command(state_folder: Path, choice: bytes) -> None:
    (state_folder / "settings.ini").write_bytes(b"[choice]\nlanguage=" + choice + b"\n")
    assert (set_language(["balance"]), locale_name()) == (None, "en_US")


def test_settings_without_end_are_not_read(state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (state_folder / "settings.ini").write_bytes(b"[General]\n" + b"k=v\n" * 1_100_000)
    monkeypatch.setattr("configparser.RawConfigParser.read", lambda *_args, **_named: pytest.fail("read"))
    assert (set_language(["balance"]), locale_name()) == (None, "en_US")


def test_an_unknown_language_is_refused_with_the_ones_there_are() -> None:
    assert set_language(["--language", "tlh", "balance"]) == "tlh"
    done = _run("--language", "tlh", "layers")
    assert done.returncode == 2
    assert "'tlh'" in done.stderr
    assert "zh_CN (简体中文)" in done.stderr


def test_help_and_errors_speak_chinese() -> None:
    help_text = _run("--language", "zh_CN", "territory", "--help").stdout
    assert help_text.startswith("用法: territorymap territory")
    assert "更改单个辖区" in help_text
    assert "选项:" in help_text, "click's own words too"
    done = _run("--language=zh_CN", "balance", "no-such.gpkg")
    assert done.returncode == 2
    assert done.stderr.startswith("错误：")
    assert "no-such.gpkg 不存在" in done.stderr


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "territorymap.cli", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
