"""The summary as lines: its boxes side by side as there is room, the holdings at a glance below."""

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from kistui.formatting.boxes import Box
from kistui.formatting.cells import Cell, Line, Role, display_width, truncate
from kistui.formatting.holdings_table import HoldingsTable, table_titles
from kistui.formatting.holdings_view_state import DEFAULT_VIEW_STATE
from kistui.formatting.summary import summary_boxes
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance

DOMESTIC_BOX_COUNT = 6
"""Boxes of an account with nothing abroad."""
ONE_COLUMN_MAX_WIDTH, THREE_COLUMN_MIN_WIDTH, THREE_COLUMN_MIN_HEIGHT, PREVIEW_MIN_HEIGHT = (
    76,
    112,
    28,
    38,
)
"""Widths below which boxes stand alone and from which three stand in a row, and its height."""
MIN_PREVIEW_HEIGHT = 8
"""Least lines of the holdings at a glance, with their frame."""


class SummaryLayout:
    """A balance's summary, laid out for any size."""

    def __init__(self, balance: Balance, t: Translations, *, amounts_hidden: bool) -> None:
        self._balance = balance
        self._t = t
        self._amounts_hidden = amounts_hidden
        self._holdings: HoldingsTable | None = None

    def render(self, width: int, height: int, *, scrollbar_width: int = 0) -> tuple[Line, ...]:
        """Every line; `scrolled` are the columns of a scroll bar beside them."""
        roomy = (
            width + scrollbar_width >= THREE_COLUMN_MIN_WIDTH and height >= THREE_COLUMN_MIN_HEIGHT
        )
        beside = 3 if roomy else 1 if width + scrollbar_width < ONE_COLUMN_MAX_WIDTH else 2
        made = summary_boxes(
            self._balance, self._t, wide=roomy, amounts_hidden=self._amounts_hidden
        )
        lines = list(_box_rows(made, width, beside))
        if roomy and (len(made) == DOMESTIC_BOX_COUNT or height >= PREVIEW_MIN_HEIGHT):
            lines += self._holdings_preview(width, max(height - len(lines), MIN_PREVIEW_HEIGHT))
        return tuple(lines)

    def _holdings_preview(self, width: int, height: int) -> Iterator[Line]:
        t, balance = self._t, self._balance
        view = self._holdings = self._holdings or HoldingsTable(
            balance, t, DEFAULT_VIEW_STATE, amounts_hidden=self._amounts_hidden
        )
        table = view.lay_out(width - 4)
        rows = [table.render_row(at) for at in range(min(len(table), height - 5))]
        rows = rows or [(Cell(f" {t('state.empty')}", Role.LABEL),)]
        rule = (Cell("─" * (width - 4), Role.RULE),)
        title, _ = table_titles(balance, view, DEFAULT_VIEW_STATE, t)
        inside = (table.header, *rows, rule, table.total_row)
        return framed_lines(inside, title, width, height - 2, t("holdings.all"))


def _box_rows(all_boxes: Sequence[Box], width: int, column_count: int) -> Iterator[Line]:
    """The boxes from left to right, row by row."""
    edges = [width * at // column_count for at in range(column_count + 1)]
    for first in range(0, len(all_boxes), column_count):
        row = all_boxes[first : first + column_count]
        widths = [right - left for left, right in pairwise(edges)][: len(row)]
        contents = [box.render(room - 4) for box, room in zip(row, widths, strict=True)]
        most = max(map(len, contents))
        pictures = [
            framed_lines(content, box.title, room, most)
            for content, box, room in zip(contents, row, widths, strict=True)
        ]
        for lines in zip_longest(*pictures, fillvalue=()):
            yield tuple(cell for line in lines for cell in line)


def framed_lines(
    content: Sequence[Line], title: str, width: int, height: int, footer: str = ""
) -> Iterator[Line]:
    """Lines in a frame with words in it; `height` lines of content, however many there are."""
    yield _frame_edge("╭", title, "╮", width, right=False)
    for at in range(height):
        line = content[at] if at < len(content) else ()
        rest = " " * max(width - 3 - sum(cell.width for cell in line), 0)
        yield (Cell("│ ", Role.FRAME), *line, Cell(f"{rest}│", Role.FRAME))
    yield _frame_edge("╰", footer, "╯", width, right=True)


def _frame_edge(left: str, text: str, right_corner: str, width: int, *, right: bool) -> Line:
    """The upper or the lower line of a frame, with words near one end."""
    room = width - 2
    said = truncate(text, room - 4) if text else ""
    if not said:
        return (Cell(left + "─" * room + right_corner, Role.FRAME),)
    rest = "─" * (room - 3 - display_width(said))
    before, after = (rest, "─") if right else ("─", rest)
    return (
        Cell(f"{left}{before}", Role.FRAME),
        Cell(f" {said} ", Role.TITLE),
        Cell(f"{after}{right_corner}", Role.FRAME),
    )
