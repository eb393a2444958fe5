"""The kept page: the same as the built one, with a nonce of its own each time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from territorymap.mapview import page_cache
from territorymap.mapview.page import build_window_page
from territorymap.mapview.page_cache import WindowPage, load_window_page

OPTIONS = {"show_labels": True, "dark": False}


def nonce_of(page: WindowPage) -> str:
    found = re.search(r"script-src 'nonce-([0-9a-f]+)'", page.policy)
    assert found
    return found[1]


def kept_file(folder: Path) -> Path:
    (path,) = folder.glob("page-*.json")
    return path


def test_the_kept_page_differs_from_the_built_one_in_its_nonce_only(tmp_path: Path) -> None:
    first, second = (load_window_page(OPTIONS, "en-US", tmp_path) for _ in range(2))
    assert nonce_of(first) != nonce_of(second)
    assert second.html == build_window_page(OPTIONS, "en-US", nonce_of(second)).html
    assert second.policy == build_window_page(OPTIONS, "en-US", nonce_of(second)).policy
    assert nonce_of(first) not in second.html + second.policy


def test_the_kept_page_is_read_and_not_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_window_page(OPTIONS, "en-US", tmp_path)
    monkeypatch.setattr("territorymap.mapview.page.build_window_page", lambda *_: pytest.fail("built again"))
    load_window_page(OPTIONS, "en-US", tmp_path)


def test_other_options_or_words_make_another_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_window_page(OPTIONS, "en-US", tmp_path)
    before = kept_file(tmp_path)
    assert '"dark": true' in load_window_page(OPTIONS | {"dark": True}, "en-US", tmp_path).html.replace('":t', '": t')
    other = kept_file(tmp_path)
    monkeypatch.setattr(page_cache, "page_strings", lambda: {"map_name": "Karte"})
    load_window_page(OPTIONS | {"dark": True}, "en-US", tmp_path)
    assert len({before, other, kept_file(tmp_path)}) == 3


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"nonce": "", "html": "x", "policy": "y"}', b"[1]"])
def test_a_damaged_file_is_built_anew(tmp_path: Path, damage: bytes) -> None:
    load_window_page(OPTIONS, "en-US", tmp_path)
    kept_file(tmp_path).write_bytes(damage)
    page = load_window_page(OPTIONS, "en-US", tmp_path)
    assert page.html == build_window_page(OPTIONS, "en-US", nonce_of(page)).html


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert load_window_page(OPTIONS, "en-US", tmp_path / "file" / "below").html
