"""Markdown as the help writes it becomes what QTextBrowser shows, and plain words for the search."""

from __future__ import annotations

from territorymap.ui.help import search
from territorymap.ui.help.markup import Look, to_html, to_plain

LOOK = Look(lambda name: (f"picture:{name}?300", 300), "#eee", "#ddd", "#ccc")


def test_headings_paragraphs_and_inline_marks() -> None:
    html = to_html("# One\n\nTwo **three** *four*\nfive `a < b`.", LOOK)
    assert "<h1>One</h1>" in html
    assert "<p>Two <b>three</b> <i>four</i> five" in html
    assert "a &lt; b" in html


def test_names_are_text_never_html() -> None:
    assert "<script" not in to_html("a <script>b</script> | `<img>`", LOOK)


def test_lists_go_on_over_lines_and_end_at_a_blank_one() -> None:
    html = to_html("- one\n  goes on\n- two\n\nafter\n\n1. first\n2. second", LOOK)
    assert html.count("<li>") == 4
    assert "<li>one goes on</li>" in html
    assert "<ol><li>first</li><li>second</li></ol>" in html
    assert "<p>after</p>" in html


def test_a_table_has_a_head_and_keeps_escaped_bars() -> None:
    html = to_html("| a | b |\n|---|---|\n| 1 | x \\| y |", LOOK)
    assert html.count("<th ") == 2
    assert "x | y" in html


def test_lines_of_chinese_are_joined_without_a_blank() -> None:
    assert "<p>一行，二行 and three</p>" in to_html("一行，\n二行\nand three", LOOK)


def test_links_that_do_something_look_so() -> None:
    html = to_html("[go](do:build) [read](border)", LOOK)
    assert 'href="do:build" class="do"' in html
    assert 'href="border" class="topic"' in html


def test_plain_words_have_no_marks() -> None:
    plain = to_plain("# Title\n\n- **bold** `code` [link](border)\n\n| a | b |\n|---|---|\n![p](x.png)")
    assert plain == "Title\nbold code link\na · b"


PAGES = [
    search.Page("one", "Drag a border", "", "Drag a border\nPress on the border and pull."),
    search.Page("two", "Balance", "", "Balance\nThe border is not all. Drag nothing."),
    search.Page("three", "均衡", "", "均衡\n拖动边界即可。"),
]


def test_every_word_must_be_there_and_titles_come_first() -> None:
    assert [hit.name for hit in search.find(PAGES, "BORDER drag")] == ["one", "two"]
    assert search.find(PAGES, "border nowhere") == []
    assert search.find(PAGES, "  ") == []


def test_chinese_is_found_inside_a_sentence() -> None:
    (hit,) = search.find(PAGES, "边界")
    assert hit.line == "拖动边界即可。"


def test_words_in_quotes_stay_together() -> None:
    assert search.terms_of('a "b c" “d e”') == ["a", "b c", "d e"]
