"""The summary page: boxes side by side with a preview of the holdings, or KIS's raw fields."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise, zip_longest

from kistui.formatting import values as show
from kistui.formatting.balance_status import empty_text
from kistui.formatting.boxes import Box, framed_lines
from kistui.formatting.cells import Cell, Line, Role, display_width, pad, truncate
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import DEFAULT_VIEW_STATE
from kistui.formatting.summary import summary_boxes
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.kis_fields import SENSITIVE_TYPES, field_specs

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

    def __init__(
        self,
        balance: Balance,
        t: Translations,
        *,
        amounts_hidden: bool,
        settlement_days: Sequence[date] = (),
    ) -> None:
        self._balance = balance
        self._t = t
        self._amounts_hidden = amounts_hidden
        self._settlement_days = settlement_days
        self._holdings: HoldingsTable | None = None

    def render(self, width: int, height: int, *, scrollbar_width: int = 0) -> tuple[Line, ...]:
        """Return all lines; `width` excludes the `scrollbar_width` columns of a scroll bar."""
        is_wide = (
            width + scrollbar_width >= THREE_COLUMN_MIN_WIDTH and height >= THREE_COLUMN_MIN_HEIGHT
        )
        column_count = 3 if is_wide else 1 if width + scrollbar_width < ONE_COLUMN_MAX_WIDTH else 2
        boxes = summary_boxes(
            self._balance,
            self._t,
            wide=is_wide,
            amounts_hidden=self._amounts_hidden,
            settlement_days=self._settlement_days,
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
        rows = rows or [(Cell(f" {empty_text(balance, t)}", Role.LABEL),)]
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


RAW_COLUMN_GAP = 2


def raw_summary_lines(
    balance: Balance, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return all 24 summary fields in KIS's order; labels are truncated unless `width` is 0."""
    summary = balance.summary
    rows = []
    for spec in field_specs(type(summary)):
        value = getattr(summary, spec.name)
        cell = show.format_raw(value, t)
        if amounts_hidden and spec.value_type in SENSITIVE_TYPES and value is not None:
            cell = show.masked_amount()
        rows.append((spec.key, t(f"summary.{spec.name}"), cell))
    key_width = max(display_width(key) for key, _, _ in rows)
    lines = []
    for key, label, cell in rows:
        label_width = (
            max(width - key_width - cell.width - 2 * RAW_COLUMN_GAP, 0)
            if width
            else display_width(label)
        )
        label_text = pad(truncate(label, label_width), label_width)
        gap = " " * RAW_COLUMN_GAP
        lines.append(
            (Cell(pad(key, key_width) + gap, Role.DIM), Cell(label_text + gap, Role.LABEL), cell)
        )
    return tuple(lines)
