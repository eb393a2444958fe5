"""Chinese help keeps within the terminal; columns are counted as they look."""

from __future__ import annotations

import click
from hypothesis import given
from hypothesis import strategies as st

from territorymap.cli.wide_help import WideFormatter, width_of, wrap


def test_lines_break_between_wide_letters_and_never_before_a_full_stop() -> None:
    assert wrap("将辖区拆分为均衡的部分。", 10) == ["将辖区拆分", "为均衡的部", "分。"]
    assert wrap("一个 territory 名称", 12) == ["一个", "territory 名", "称"]
    assert wrap("", 10) == [""]


@given(st.text(st.sampled_from("将辖区ab（），。 12"), max_size=60), st.integers(8, 30))
def test_nothing_is_lost_and_lines_fit(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        # What may not be parted, such as a letter and the signs that close it, may be wider.
        assert width_of(line) <= width or len(line.split()) == 1


def test_options_stand_in_two_columns() -> None:
    """The names take 11 + 4 columns and a gap of 2; 40 - 17 - 2 - 2 = 19 are left: nine wide letters."""
    writer = WideFormatter(width=40)
    with writer.indentation():
        writer.write_dl([("--json", "只输出一个对象别无其他内容。"), ("--scenario 名称", "方案")], col_max=20)
    assert writer.getvalue().splitlines() == [
        "  --json           只输出一个对象别无",
        "                   其他内容。",
        "  --scenario 名称  方案",
    ]


def test_a_command_writes_its_help_so() -> None:
    @click.command(
        help="将辖区拆分为均衡、连片、紧凑的几部分，含代表驻地的部分保留名称、颜色和代表，其余为新的空缺辖区。\n\n第二段。"
    )
    def command() -> None:
        """Do nothing."""

    context = click.Context(command, info_name="x", terminal_width=60, max_content_width=60)
    context.formatter_class = WideFormatter
    lines = command.get_help(context).splitlines()
    assert max(map(width_of, lines)) <= 60
    assert "  第二段。" in lines
