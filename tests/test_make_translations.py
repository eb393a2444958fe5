"""The tool of the translators: what it collects, what it refuses, and that two can work at once."""

from __future__ import annotations

import gettext
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

import make_translations as tool

SENTENCES = [
    tool.Sentence(("&Holes: {n}",), ("ui/a.py",)),
    tool.Sentence(("Field",), ("ui/a.py",)),
    tool.Sentence(("Field",), ("model/b.py",), "sales role"),
    tool.Sentence(("{n} unit of {name}", "{n} units of {name}"), ("cli/c.py",)),
    tool.Sentence(("First line.\n\nSecond.",), ("cli/c.py",)),
]


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tool, "FOLDER", tmp_path)
    return tmp_path


def test_sentences_over_several_lines_plurals_and_senses_are_collected(tmp_path: Path) -> None:
    path = tmp_path / "said.py"
    path.write_text(
        'tr("One "\n   "sentence {a}.", a=1)\nntr("{n} unit", "{n} units", 3)\n'
        'tr_as("sales role", "Field")\nother("no")\n'
    )
    assert list(tool._sentences(path, tool.KEYWORDS)) == [
        ("", ("One sentence {a}.",)),
        ("", ("{n} unit", "{n} units")),
        ("sales role", ("Field",)),
    ]


def test_words_of_the_program_of_click_and_of_shipped_layers_are_collected() -> None:
    said = {sentence.name for sentence in tool.collect()}
    assert {("", "Territory Map"), ("", "Missing option"), ("", "German Kreise"), ("sales role", "Field")} <= said


@pytest.mark.parametrize(
    ("english", "chinese", "fault"),
    [
        ("{n} of {all}", "{all} 个中的 {n} 个", ""),
        ("{n} of {all}", "{n} 个", "values"),
        ("{n}", "{n} 和 {n}", "values"),
        ("{n:.1f} km", "{n} 公里", "values"),
        ("a {n}", "甲 {n", "braces"),
        ("&Open", "打开(&O)", ""),
        ("&Open", "打开", "access keys"),
        ("&Open", "打开(&P)", "access keys"),
        ("R&&D", "研发", ""),
        ("One.\n\nTwo.", "一。二。", "paragraphs"),
        ("It is so.", "如此", "does not end"),
        ("Open…", "打开", "does not end"),
        ("%(prog)s, version %(version)s", "%(prog)s 版本", "%-values"),
    ],
)
def test_what_would_break_or_mislead_is_a_fault(english: str, chinese: str, fault: str) -> None:
    found = tool.faults((english,), chinese)
    assert found == [] if not fault else len(found) == 1 and fault in found[0]


@pytest.mark.parametrize(
    ("english", "chinese", "with_key"),
    [
        ("&File", "文件", "文件(&F)"),
        ("&Open…", "打开…", "打开(&O)…"),
        ("&Holes: {n}", "空洞：{n}", "空洞(&H)：{n}"),
        ("Fish && chips", "鱼和薯条", "鱼和薯条"),
        ("&File", "档案(&F)", "档案(&F)"),
    ],
)
def test_an_access_key_is_put_behind_the_words(english: str, chinese: str, with_key: str) -> None:
    assert tool.with_access_key(english, chinese) == with_key


def test_two_translators_merge_disjoint_parts(catalogues: Path, tmp_path: Path) -> None:
    tool.save("zh_CN", tool.updated("zh_CN", SENTENCES))
    answers = {
        "ui": {"&Holes: {n}": "空洞：{n}", "Field": "字段"},
        "model": {"sales role>>Field": "外勤"},
        "cli": {"{n} unit of {name}||{n} units of {name}": "{name} 的 {n} 个单元", "First line.\\n\\nSecond.": "一。"},
    }
    asked = {}
    for package in answers:  # all ask before anybody answers
        asked[package] = tmp_path / f"{package}.txt"
        asked[package].write_text(tool.dump("zh_CN", SENTENCES, [package], 100), encoding="utf-8")
    refused = []
    for package, known in answers.items():
        done = tmp_path / f"{package}-done.txt"
        lines = [line.split("|", 1) for line in asked[package].read_text(encoding="utf-8").splitlines() if "|" in line]
        done.write_text("\n".join(f"{n}|{known[text]}" for n, text in lines), encoding="utf-8")
        refused += tool.merge("zh_CN", SENTENCES, asked[package], done)
    assert len(refused) == 1, "the second paragraph was lost"
    assert "paragraphs differ" in refused[0]
    with tool.mo_path("zh_CN").open("rb") as file:
        made = gettext.GNUTranslations(file)
    assert made.gettext("&Holes: {n}") == "空洞(&H)：{n}"
    assert (made.gettext("Field"), made.pgettext("sales role", "Field")) == ("字段", "外勤")
    assert made.ngettext("{n} unit of {name}", "{n} units of {name}", 1) == "{name} 的 {n} 个单元"
    assert made.gettext("First line.\n\nSecond.") == "First line.\n\nSecond.", "what is not translated is in English"
    assert tool.problems("zh_CN", SENTENCES) == ["untranslated: 'First line.\\n\\nSecond.' (cli/c.py)"]


def test_the_same_catalogue_is_the_same_bytes_and_an_old_one_is_told(catalogues: Path) -> None:
    catalogue = tool.updated("zh_CN", SENTENCES)
    tool.save("zh_CN", catalogue)
    first = tool.po_path("zh_CN").read_bytes(), tool.mo_path("zh_CN").read_bytes()
    tool.save("zh_CN", tool.updated("zh_CN", list(reversed(SENTENCES))))
    assert (tool.po_path("zh_CN").read_bytes(), tool.mo_path("zh_CN").read_bytes()) == first
    text = tool.po_path("zh_CN").read_text(encoding="utf-8")
    tool.po_path("zh_CN").write_text(
        text.replace('msgid "Field"\nmsgstr ""', 'msgid "Field"\nmsgstr "字段"', 1), "utf-8"
    )
    assert any(line.startswith("not compiled") for line in tool.problems("zh_CN", SENTENCES))
