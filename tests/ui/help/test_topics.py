"""The topics: each in every language, and nothing named in them that is not there."""

from __future__ import annotations

import re
import subprocess
import sys
from gettext import GNUTranslations
from pathlib import Path

import pytest

from territorymap.i18n import LANGUAGES
from territorymap.metrics.registry import metrics
from territorymap.resources import shipped, translations
from territorymap.ui.help.filling import BRACES, fill
from territorymap.ui.help.library import list_groups, title_of, topic_file_names, topic_names, topic_text

ROOT = Path(__file__).parents[3]
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


class AnyNames:
    """Knows every name: what a window has is looked at in test_window.py."""

    def menu(self, name: str) -> str:
        return name

    key = panel = page = menu


@pytest.mark.parametrize("speaking", LANGUAGES)
def test_every_topic_of_the_contents_is_there_and_no_other(speaking: str) -> None:
    assert sorted(topic_file_names(speaking)) == sorted(topic_names())
    assert len(set(topic_names())) == len(topic_names())


@pytest.mark.parametrize("speaking", LANGUAGES)
@pytest.mark.parametrize("name", topic_names())
def test_a_topic_is_whole(name: str, speaking: str) -> None:
    text = topic_text(name, speaking)
    assert text.startswith("# ")
    assert len(text) > 200 or "{list:" in text or speaking != "en", "a topic says something"
    assert not re.search(r"\{(?!(menu|key|panel|page|ui|list):)", text), "no brace of another kind"
    for picture in PICTURE.findall(text):
        assert shipped("resources", "pictures", picture).is_file()
    for target in LINK.findall(text):
        assert ":" in target or target in topic_names(), target


@pytest.mark.parametrize("name", topic_names())
def test_both_languages_speak_of_the_same_things(name: str) -> None:
    """Commands, keys and links of the one stand in the other, in whatever order."""
    own, other = (topic_text(name, speaking) for speaking in ("en", "zh_CN"))
    assert sorted(LINK.findall(own)) == sorted(LINK.findall(other))
    named = [{brace for brace in BRACES.findall(text) if brace[0] in ("menu", "key", "list")} for text in (own, other)]
    assert named[0] == named[1]
    assert len(re.findall("^#", own, re.MULTILINE)) == len(re.findall("^#", other, re.MULTILINE))


def test_every_label_is_one_of_the_screen() -> None:
    with (translations() / "zh_CN" / "LC_MESSAGES" / "territorymap.mo").open("rb") as file:
        catalogue = GNUTranslations(file)
    labels = {
        label
        for speaking in LANGUAGES
        for name in topic_names()
        for kind, label in BRACES.findall(topic_text(name, speaking))
        if kind == "ui"
    }
    assert labels
    assert [label for label in labels if catalogue.gettext(label) == label] == [], "said nowhere, or not translated"


# Bold words that head a paragraph, and are no label of the screen.
HEADS = {
    "balance": {"shares by capacity"},
    "crm": {"Salesforce", "HubSpot", "Dynamics 365"},
    "export": {"Web page", "GIS", "CRM"},
    "pay": {"Fairness"},
    "plan-file": {
        "In another window, or by another person",
        "Changed by another program",
        "Write-protected",
        "Damaged",
    },
    "printing": {"Map book", "Wall map", "Reps' sheets", "maps before and after", "Partner sheets"},
    "rebalance": {"Each rep gives at most, and takes at most", "Deal out"},
    "sizing": {"Build 21 territories…"},
    "teams": {"Lead and members", "Overlay specialists"},
    "troubleshooting": {
        "Linux, a message about the sandbox",
        "The map stopped, or did not answer",
        "Boxes in place of Chinese letters",
        "It is open for reading only",
        "It cannot be opened",
        "The disk is full",
        "A stick or network folder went away, or another program replaced the file",
        "Accents look wrong",
        "ZIP codes lost their zeros",
    },
    "workload": {"stem", "hop"},
}


@pytest.mark.parametrize("name", topic_names())
def test_bold_words_are_labels_of_the_screen(name: str) -> None:
    """A button that gets another name would stand in the help under its old one."""
    with (translations() / "zh_CN" / "LC_MESSAGES" / "territorymap.mo").open("rb") as file:
        catalogue = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    keys = (key[0] if isinstance(key, tuple) else key for key in catalogue)
    labels = {as_label(key) for key in keys}
    bold = {" ".join(text.split()) for text in re.findall(r"\*\*(.+?)\*\*", topic_text(name, "en"), re.DOTALL)}
    unknown = {text for text in bold if "{" not in text and as_label(text) not in labels}
    assert unknown == HEADS.get(name, set())


def as_label(text: str) -> str:
    return re.sub(r"&(?=\S)", "", text).strip(" …:.").casefold()


def test_metrics_come_from_their_registry() -> None:
    text = fill(topic_text("metrics", "en"), AnyNames())
    told = set(re.findall("^### (.*)$", text, re.MULTILINE))
    assert told == {metric.label() for metric in metrics().values()}
    formulas = [" ".join(metric.formula().split()) for metric in metrics().values()]
    assert [formula for formula in formulas if formula.replace("|", "\\|") not in text] == []


def test_every_group_has_a_title_and_topics() -> None:
    groups = list_groups()
    assert all(group.title and group.topics for group in groups)
    assert title_of("# A word\n\nMore.") == "A word"


def test_the_commands_in_the_help_are_those_of_the_command_line() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / "make_help.py", "--check"], check=False)
    assert done.returncode == 0, "run tools/make_help.py"
