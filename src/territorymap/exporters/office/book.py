"""A workbook under way: its sheets, styles and print set-up, and who watches.

Owns what holds for every sheet; not what stands in them (grid, summary, definitions).

XlsxWriter writes it, a row at a time to disk: 100,000 accounts take 10 MB of memory. With a number format a cell,
openpyxl's write-only mode takes two to three times as long, and has neither bars with an axis nor charts that keep
their numbers.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.exceptions import FileCreateError, FileSizeError  # type: ignore[import-untyped]

from territorymap.document.half_made import scratch_folder
from territorymap.errors import Cancelled, UserError
from territorymap.exporters.office.facts import Facts
from territorymap.exporters.office.texts import cell_text, is_formula_like, is_markup_of_the_writer, legal, sheet_name
from territorymap.exporters.registry import ExportOptions
from territorymap.exporters.sink import Sink
from territorymap.i18n import locale_name, tr

INK, QUIET, LINE, HEAD_FILL = "#1d2127", "#5b626d", "#b9c2ca", "#e8edf2"
OVER, UNDER, WITHIN = "#b3261e", "#1f5fa8", "#2e7d32"
OVER_FILL, UNDER_FILL, WITHIN_FILL = "#fbe3e1", "#e1ecf8", "#e6f3e7"
BAR = "#c3d0dd"
ROWS_PER_TICK = 2_000
MAX_ROWS = 1_048_576
_LETTER, _A4 = 1, 9
_LETTER_LOCALES = ("_US", "_CA", "_MX", "_PH", "_CL", "_CO", "_VE")
_LONGEST_HEADER = 90  # letters of a name in a page header, which Excel limits to 255 in all

Sheet = Any  # xlsxwriter is not typed
Style = Any


class Book:
    """The file that is being written, as a context: it is packed when the block ends well, else dropped.

    Rows of a sheet go in order, from the first to the last.
    """

    def __init__(self, path: Path, facts: Facts, options: ExportOptions, n_rows: int) -> None:
        with ExitStack() as stack:
            folder = stack.enter_context(scratch_folder())
            self._sink = Sink(path)
            self._scratch = stack.pop_all()
        self._book = xlsxwriter.Workbook(
            self._sink,
            {
                "constant_memory": True,
                "tmpdir": str(folder),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties(
            {
                "title": legal(facts.title),
                "subject": legal(facts.scenario),
                "comments": legal(facts.attribution),
                "author": tr("Territory Map"),
            }
        )
        self.facts = facts
        self._options = options
        self._n_rows, self._done = n_rows, 0
        self._styles: dict[tuple[tuple[str, object], ...], Style] = {}
        self._names: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._pack()
        finally:
            self._drop()

    def sheet(self, wanted: str, *, is_landscape: bool = True, color: str = "") -> tuple[Sheet, str]:
        """Return a new sheet set up for print, and its name."""
        name = sheet_name(wanted, self._names)
        self._names.append(name)
        sheet = self._book.add_worksheet(name)
        if is_landscape:
            sheet.set_landscape()
        sheet.set_paper(_LETTER if locale_name().endswith(_LETTER_LOCALES) else _A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
        title = _for_header(self.facts.place)
        sheet.set_header(f"&L&9{title}&R&9&A")
        sheet.set_footer(f"&L&8{_for_header(self.facts.attribution)}&R&8&D   &P / &N")
        if color:
            sheet.set_tab_color(color)
        return sheet, name

    def style(self, **properties: object) -> Style:
        """Return the format with these properties of XlsxWriter; each is made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            self._styles[key] = self._book.add_format(properties)
        return self._styles[key]

    def head_style(self, align: str) -> Style:
        """Return the format of column headings."""
        return self.style(
            bold=True, bg_color=HEAD_FILL, font_color=INK, bottom=1, bottom_color=LINE, text_wrap=True,
            valign="vcenter", align=align, num_format="@",
        )  # fmt: skip

    def text_styles(self, **properties: object) -> tuple[Style, Style]:
        """Return the format of texts, and of those that would become a formula when edited."""
        plain = {"num_format": "@", "valign": "top", **properties}
        return self.style(**plain), self.style(**plain, quote_prefix=True)

    def chart(self, **options: str) -> Any:
        return self._book.add_chart(options)

    def tick(self, n: int = 1) -> None:
        """Count rows written; Cancelled if somebody said so."""
        before, self._done = self._done, self._done + n
        if before // ROWS_PER_TICK != self._done // ROWS_PER_TICK or before == 0:
            self.breathe()

    def breathe(self) -> None:
        """Tell how far it is; Cancelled if somebody said so."""
        if self._options.is_cancelled():
            raise Cancelled
        self._sink.check()
        self._options.progress(self._done, self._total)

    def _pack(self) -> None:
        self.breathe()
        try:
            self._book.close()
            self._sink.finish()
        except FileCreateError as error:
            raise error.args[0] from error  # the OSError that XlsxWriter has wrapped
        except FileSizeError as error:
            raise UserError(
                tr("The workbook would be larger than Excel can open."), tr("Export the accounts as CSV instead.")
            ) from error
        total = self._total
        self._options.progress(total, total)

    def _drop(self) -> None:
        """Close and remove what lies on disk beside the packed file."""
        for sheet in self._book.worksheets():
            with suppress(OSError):  # of a full disk, which has been told already
                sheet._opt_close()
        self._book.fileclosed = True  # else its destructor complains
        self._sink.close()
        self._scratch.close()

    @property
    def _total(self) -> int:
        """How much there is to do: packing takes about a tenth of the time that writing takes."""
        return max(self._n_rows + self._n_rows // 10, self._done + 1)


def write_text(sheet: Sheet, row: int, column: int, text: object, plain: Style, quoted: Style) -> None:
    """Write a text as text, whatever it looks like; ``quoted`` is the style that stays text when edited."""
    clean = cell_text(text)
    if not clean:
        sheet.write_blank(row, column, None, plain)
    elif is_markup_of_the_writer(clean):
        sheet.write_rich_string(row, column, clean[:1], clean[1:2], clean[2:], plain)
    else:
        sheet.write_string(row, column, clean, quoted if is_formula_like(clean) else plain)


def _for_header(text: str) -> str:
    """Return a text as a page header takes it: "&" is its own code there, and digits after a size would join it."""
    line = " ".join(legal(text).split())[:_LONGEST_HEADER].replace("&", "&&")
    return f" {line}" if line else ""
