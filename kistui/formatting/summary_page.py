"""The summary page: headline, allocation, boxes side by side and a preview of the holdings."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from kistui.formatting.allocation import stacked_bar_lines
from kistui.formatting.balance_status import empty_text
from kistui.formatting.boxes import Box, framed_lines
from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.headline import headline_lines
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.summary_boxes import folded_line, summary_boxes
from kistui.formatting.values import LIVE_MARK, live_mark
from kistui.i18n.translations import Translations
from kistui.models.allocation import AllocationGrouping, allocate_balance
from kistui.models.balance import Balance
from kistui.models.totals import compute_headline, has_live_amounts, latest_overseas

if TYPE_CHECKING:
    from kistui.models.history import AssetHistory

TWO_COLUMN_MIN_WIDTH, THREE_COLUMN_MIN_WIDTH, FOUR_COLUMN_MIN_WIDTH = 76, 112, 168
"""Screen widths from which that many boxes stand side by side."""
WIDE_MIN_HEIGHT = 28
"""Height from which the boxes of three columns have more rows."""
SPACED_MIN_HEIGHT = 30
"""Height from which a blank line sets the boxes apart."""
MIN_PREVIEW_HEIGHT = 8
"""Minimum height of the holdings preview, frame included."""
PREVIEW_VIEW_STATE = HoldingsViewState(sort_column="valuation", is_grouped=False)
"""The largest holdings of all markets first."""
DOMESTIC_BOXES = ("profit", "yesterday", "assets")
"""The boxes whose domestic amounts depend on prices."""
INDENT = 2
"""Blanks before the headline, so that it starts where the text in the boxes does."""


class SummaryLayout:
    """The summary of a balance, rendered for any size."""

    def __init__(
        self,
        balance: Balance,
        t: Translations,
        *,
        grouping: AllocationGrouping = AllocationGrouping.MARKET,
        amounts_hidden: bool,
        settlement_days: Sequence[date] = (),
        history: "AssetHistory | None" = None,
    ) -> None:
        self._balance = balance
        self._t = t
        self._amounts_hidden = amounts_hidden
        self._headline = compute_headline(balance)
        self._allocation = allocate_balance(balance, grouping)
        self._settlement_days = settlement_days
        self.history = history
        self._holdings: HoldingsTable | None = None

    def render(self, width: int, height: int, *, scrollbar_width: int = 0) -> tuple[Line, ...]:
        """Return all lines; `width` excludes the `scrollbar_width` columns of a scroll bar."""
        column_count = _column_count(width + scrollbar_width)
        is_wide = column_count >= 3 and height >= WIDE_MIN_HEIGHT
        boxes = summary_boxes(
            self._balance,
            self._t,
            wide=is_wide,
            amounts_hidden=self._amounts_hidden,
            settlement_days=self._settlement_days,
        )
        lines = [
            *self._headline_lines(width),
            *self._trend_lines(width),
            *self._allocation_lines(width),
            *([()] if height >= SPACED_MIN_HEIGHT else []),
            *_box_rows(boxes, width, column_count, self._live_boxes()),
        ]
        folded = "" if self._amounts_hidden else folded_line(self._balance, self._t)
        if folded:
            lines.append((Cell(" " * INDENT + folded, Role.DIM),))
        if is_wide and height - len(lines) >= MIN_PREVIEW_HEIGHT:
            lines += self._holdings_preview(width, height - len(lines))
        return tuple(lines)

    def _live_boxes(self) -> frozenset[str]:
        """Return the names of the boxes with amounts at live prices."""
        overseas = latest_overseas(self._balance)
        names: set[str] = set()
        if any(holding.is_live for holding in self._balance.holdings):
            names.update(f"{scope}{name}" for name in DOMESTIC_BOXES for scope in ("", "domestic_"))
        if overseas and any(holding.is_live for holding in overseas.holdings):
            names.add("overseas")
        return frozenset((*names, "movers") if names else ())

    def _headline_lines(self, width: int) -> Iterator[Line]:
        lines = headline_lines(
            self._headline,
            self._t,
            width - INDENT,  # up to the edge: its names need the room
            amounts_hidden=self._amounts_hidden,
            mark=live_mark(has_live_amounts(self._balance)),
        )
        return map(_indented, lines)

    def _trend_lines(self, width: int) -> Iterator[Line]:
        """Yield the trend of the account's total, if enough days were recorded."""
        if self.history is None or not self.history.has_trend:
            return
        # Not imported for an account that has no trend yet, nor before the first figures.
        from kistui.formatting.history_chart import trend_line  # noqa: PLC0415

        line = trend_line(
            self.history, self._t, width - 2 * INDENT, amounts_hidden=self._amounts_hidden
        )
        if line:
            yield _indented(line)

    def _allocation_lines(self, width: int) -> Iterator[Line]:
        if not self._allocation.parts:
            return iter(())
        return map(_indented, stacked_bar_lines(self._allocation, self._t, width - 2 * INDENT))

    def _holdings_preview(self, width: int, height: int) -> Iterator[Line]:
        t, balance = self._t, self._balance
        holdings = self._holdings = self._holdings or HoldingsTable(
            balance, t, PREVIEW_VIEW_STATE, amounts_hidden=self._amounts_hidden
        )
        table = holdings.lay_out(width - 4)
        rows = [table.render_row(index) for index in range(min(len(table), height - 5))]
        rows = rows or [(Cell(f" {empty_text(balance, t)}", Role.LABEL),)]
        rule = (Cell("─" * (width - 4), Role.RULE),)
        title, _ = holdings.titles
        content = (table.header, *rows, rule, table.total_row)
        return framed_lines(content, title, width, len(content), t("holdings.all"))


def _box_title(box: Box, live_boxes: frozenset[str]) -> str:
    return f"{box.title} {LIVE_MARK}" if box.name in live_boxes else box.title


def _column_count(width: int) -> int:
    thresholds = (TWO_COLUMN_MIN_WIDTH, THREE_COLUMN_MIN_WIDTH, FOUR_COLUMN_MIN_WIDTH)
    return 1 + sum(width >= threshold for threshold in thresholds)


def _indented(line: Line) -> Line:
    return (Cell(" " * INDENT), *line)


def _box_rows(
    all_boxes: Sequence[Box], width: int, column_count: int, live_boxes: frozenset[str]
) -> Iterator[Line]:
    """Yield the lines of the boxes, `column_count` boxes side by side.

    A mark follows the titles of `live_boxes`.
    """
    edges = [width * column // column_count for column in range(column_count + 1)]
    for first in range(0, len(all_boxes), column_count):
        row = all_boxes[first : first + column_count]
        widths = [right - left for left, right in pairwise(edges)][: len(row)]
        contents = [box.render(box_width - 4) for box, box_width in zip(row, widths, strict=True)]
        height = max(map(len, contents))
        framed_boxes = [
            framed_lines(content, _box_title(box, live_boxes), box_width, height)
            for content, box, box_width in zip(contents, row, widths, strict=True)
        ]
        for lines in zip_longest(*framed_boxes, fillvalue=()):
            yield tuple(cell for line in lines for cell in line)
