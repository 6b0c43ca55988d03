"""The summary page: boxes side by side, and a preview of the holdings if there is room."""

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from kistui.formatting.boxes import Box
from kistui.formatting.cells import Cell, Line, Role, display_width, truncate
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import DEFAULT_VIEW_STATE
from kistui.formatting.summary import summary_boxes
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance

DOMESTIC_BOX_COUNT = 6
"""Number of boxes of an account without overseas assets."""
ONE_COLUMN_MAX_WIDTH, THREE_COLUMN_MIN_WIDTH, THREE_COLUMN_MIN_HEIGHT, PREVIEW_MIN_HEIGHT = (
    76,
    112,
    28,
    38,
)
"""Sizes at which the page switches between one, two and three columns and shows the preview."""
MIN_PREVIEW_HEIGHT = 8
"""Minimum height of the holdings preview, frame included."""


class SummaryLayout:
    """The summary of a balance, rendered for any size."""

    def __init__(self, balance: Balance, t: Translations, *, amounts_hidden: bool) -> None:
        self._balance = balance
        self._t = t
        self._amounts_hidden = amounts_hidden
        self._holdings: HoldingsTable | None = None

    def render(self, width: int, height: int, *, scrollbar_width: int = 0) -> tuple[Line, ...]:
        """Return all lines; `width` excludes the `scrollbar_width` columns of a scroll bar."""
        is_wide = (
            width + scrollbar_width >= THREE_COLUMN_MIN_WIDTH and height >= THREE_COLUMN_MIN_HEIGHT
        )
        column_count = 3 if is_wide else 1 if width + scrollbar_width < ONE_COLUMN_MAX_WIDTH else 2
        boxes = summary_boxes(
            self._balance, self._t, wide=is_wide, amounts_hidden=self._amounts_hidden
        )
        lines = list(_box_rows(boxes, width, column_count))
        if is_wide and (len(boxes) == DOMESTIC_BOX_COUNT or height >= PREVIEW_MIN_HEIGHT):
            lines += self._holdings_preview(width, max(height - len(lines), MIN_PREVIEW_HEIGHT))
        return tuple(lines)

    def _holdings_preview(self, width: int, height: int) -> Iterator[Line]:
        t, balance = self._t, self._balance
        holdings = self._holdings = self._holdings or HoldingsTable(
            balance, t, DEFAULT_VIEW_STATE, amounts_hidden=self._amounts_hidden
        )
        table = holdings.lay_out(width - 4)
        rows = [table.render_row(index) for index in range(min(len(table), height - 5))]
        rows = rows or [(Cell(f" {t('state.empty')}", Role.LABEL),)]
        rule = (Cell("─" * (width - 4), Role.RULE),)
        title, _ = holdings.titles
        content = (table.header, *rows, rule, table.total_row)
        return framed_lines(content, title, width, height - 2, t("holdings.all"))


def _box_rows(all_boxes: Sequence[Box], width: int, column_count: int) -> Iterator[Line]:
    """Yield the lines of the boxes, `column_count` boxes side by side."""
    edges = [width * column // column_count for column in range(column_count + 1)]
    for first in range(0, len(all_boxes), column_count):
        row = all_boxes[first : first + column_count]
        widths = [right - left for left, right in pairwise(edges)][: len(row)]
        contents = [box.render(box_width - 4) for box, box_width in zip(row, widths, strict=True)]
        height = max(map(len, contents))
        framed_boxes = [
            framed_lines(content, box.title, box_width, height)
            for content, box, box_width in zip(contents, row, widths, strict=True)
        ]
        for lines in zip_longest(*framed_boxes, fillvalue=()):
            yield tuple(cell for line in lines for cell in line)


def framed_lines(
    content: Sequence[Line], title: str, width: int, height: int, footer: str = ""
) -> Iterator[Line]:
    """Yield `height` lines of content in a frame with a title and a footer."""
    yield _frame_edge("╭", title, "╮", width, right=False)
    for index in range(height):
        line = content[index] if index < len(content) else ()
        padding = " " * max(width - 3 - sum(cell.width for cell in line), 0)
        yield (Cell("│ ", Role.FRAME), *line, Cell(f"{padding}│", Role.FRAME))
    yield _frame_edge("╰", footer, "╯", width, right=True)


def _frame_edge(left: str, text: str, right_corner: str, width: int, *, right: bool) -> Line:
    """Return the top or bottom edge of a frame, with a text near its left or right end."""
    inner_width = width - 2
    label = truncate(text, inner_width - 4) if text else ""
    if not label:
        return (Cell(left + "─" * inner_width + right_corner, Role.FRAME),)
    rule = "─" * (inner_width - 3 - display_width(label))
    before, after = (rule, "─") if right else ("─", rule)
    return (
        Cell(f"{left}{before}", Role.FRAME),
        Cell(f" {label} ", Role.TITLE),
        Cell(f"{after}{right_corner}", Role.FRAME),
    )
