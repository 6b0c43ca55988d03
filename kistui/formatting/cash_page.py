"""The layout of the cash page: boxes of won and of foreign currencies, and the allocation."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from kistui.errors import NotOnPaperError
from kistui.formatting import values as show
from kistui.formatting.allocation import (
    allocation_title,
    difference_text,
    folded_text,
    missing_shares_text,
    part_bar_lines,
)
from kistui.formatting.boxes import BoxRow, framed_lines, wrap_text
from kistui.formatting.cash import MAIN_COLUMNS, currency_table, split_positions, won_rows
from kistui.formatting.cash_view import CashView, sources
from kistui.formatting.cells import Cell, Line, Role, display_width, join_blocks
from kistui.formatting.status import describe_error
from kistui.i18n.translations import Translations
from kistui.models.allocation import Allocation, AllocationGrouping
from kistui.models.cash import CashCall
from kistui.models.load_state import Failed, Loading, LoadState
from kistui.models.totals import latest_overseas

TWO_COLUMN_MIN_WIDTH = 76
"""Width from which won and foreign currencies are side by side, if their amounts fit."""
ALLOCATION_MIN_WIDTH = 56
"""Least width of a division of the assets that has another beside it."""
WON_BOX_MAX_WIDTH = 44
EDGES = 4
"""Columns of a frame and the blanks inside."""
INDENT = 2


class AllocationBox(NamedTuple):
    """The content of one box; `allocation` is `None` while the figures are unknown."""

    title: str
    by: AllocationGrouping
    allocation: Allocation | None


def cash_page_lines(
    view: CashView, t: Translations, width: int, height: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return the boxes, why the amounts differ, and the sources.

    The assets are divided in the chosen way, and in others too where there is room.
    """
    top = [*_cash_boxes(view, t, width, amounts_hidden=amounts_hidden)]
    allocations = {by: view.allocation(by) for by in view.groupings}
    classes = allocations[AllocationGrouping.CLASS]
    text_width = width - 2 * INDENT
    notes = [*wrap_text(t("cash.why"), text_width, Role.DIM)]
    if classes is not None and classes.is_computed:
        notes += wrap_text(t("cash.computed"), text_width, Role.DIM)
    notes += _source_lines(view, t, text_width)
    bottom = [(Cell(" " * INDENT), *line) for line in notes]
    boxed = [
        AllocationBox(
            _title_with_total(allocation, by, t, amounts_hidden=amounts_hidden),
            by,
            allocation,
        )
        for by, allocation in allocations.items()
        if by is view.grouping or _is_worth_showing(allocation)
    ]
    column_count = max(1, min(width // ALLOCATION_MIN_WIDTH, len(boxed)))
    lines: list[Line] = []
    for start in range(0, len(boxed), column_count):
        row = boxed[start : start + column_count]
        boxes = _allocation_row(view, row, t, width, column_count, amounts_hidden=amounts_hidden)
        if lines and len(top) + len(lines) + len(boxes) + len(bottom) > height:
            break
        lines += boxes
    return (*top, *lines, *bottom)


def _is_worth_showing(allocation: Allocation | None) -> bool:
    """Return whether a division that was not chosen has more than one part."""
    return allocation is not None and len(allocation.shown_parts) > 1


def _cash_boxes(
    view: CashView, t: Translations, width: int, *, amounts_hidden: bool
) -> Iterator[Line]:
    """Yield the boxes side by side if both have room, otherwise one below the other."""
    has_foreign = view.balance is None or view.balance.supports_overseas
    won_width = width if width < TWO_COLUMN_MIN_WIDTH else _won_box_width(view, t, width)
    if has_foreign and won_width < width and not _fits_foreign(view, t, width - won_width - EDGES):
        won_width = width
    won = _won_lines(view, t, won_width - EDGES, amounts_hidden=amounts_hidden)
    is_beside = has_foreign and won_width < width
    foreign_width = width - won_width if is_beside else width
    foreign = (
        _foreign_lines(view, t, foreign_width - EDGES, amounts_hidden=amounts_hidden)
        if has_foreign
        else ()
    )
    height = max(len(won), len(foreign)) if is_beside else len(won)
    won_box = framed_lines(won, t("cash.won"), won_width, height)
    if not has_foreign:
        yield from won_box
        return
    foreign_height = height if is_beside else len(foreign)
    foreign_box = framed_lines(foreign, t("cash.foreign"), foreign_width, foreign_height)
    if is_beside:
        yield from (
            (*won_line, *foreign_line)
            for won_line, foreign_line in zip(won_box, foreign_box, strict=True)
        )
    else:
        yield from (*won_box, *foreign_box)


def _won_box_width(view: CashView, t: Translations, width: int) -> int:
    """Return the columns that the box of won needs, or more if there is room."""
    needed = 0
    if view.positions:
        rows = won_rows(view.positions[0], view.settlement_days, t)
        needed = max(
            display_width(row.label) + 1 + row.value.width for row in rows if row.value is not None
        )
    return min(max(needed + EDGES, width * 3 // 8), max(needed + EDGES, WON_BOX_MAX_WIDTH))


def _fits_foreign(view: CashView, t: Translations, width: int) -> bool:
    """Return whether the main columns of all foreign currencies fit."""
    table = currency_table(view.positions[1:], t, amounts_hidden=False)
    return not table.dropped_columns(width) & MAIN_COLUMNS


def _won_lines(
    view: CashView, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    if not view.positions:
        return wrap_text(_missing_text(view.balance_state, t), width, Role.DIM)
    rows = won_rows(view.positions[0], view.settlement_days, t)
    return tuple(line for row in rows for line in row.render(width, amounts_hidden=amounts_hidden))


def _missing_text(state: LoadState[Any], t: Translations) -> str:
    """Return why figures are missing."""
    match state:
        case Failed(error):
            return describe_error(error, t).title
        case Loading():
            return t("bar.loading")
        case _:
            return t("bar.never")


def _foreign_lines(
    view: CashView, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    balance = view.balance
    if balance is None:
        return wrap_text(_missing_text(view.balance_state, t), width, Role.DIM)
    shown_positions, zeros = split_positions(view.positions, amounts_hidden=amounts_hidden)
    lines: list[Line] = []
    if shown_positions:
        table = currency_table(shown_positions, t, amounts_hidden=amounts_hidden).lay_out(width)
        lines += [table.header, *table.rows]
    if zeros:
        names = " · ".join(position.currency for position in zeros)
        lines.append((Cell(t("cash.nothing", names=names), Role.DIM),))
    if isinstance(balance.overseas, Failed):
        title = describe_error(balance.overseas.error, t).title
        lines += wrap_text(t("overseas.failed", title=title), width, Role.DIM)
    elif isinstance(balance.overseas, Loading):
        lines.append((Cell(t("overseas.loading"), Role.DIM),))
    elif not lines:
        lines += _lines_without_currencies(view, t, width, amounts_hidden=amounts_hidden)
    return tuple(lines)


def _lines_without_currencies(
    view: CashView, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return that there is no foreign cash, or KIS's total of it."""
    error = view.report.errors.get(CashCall.CURRENCY_MARGINS)
    if isinstance(error, NotOnPaperError):
        return wrap_text(t("cash.real_only", names=t("cash.foreign")), width, Role.DIM)
    overseas = latest_overseas(view.balance) if view.balance else None
    if overseas is None or overseas.is_empty or overseas.has_no_cash:
        return wrap_text(t("summary_label.no_foreign_cash"), width, Role.DIM)
    row = BoxRow(t("summary_label.foreign_cash_won"), show.format_number(overseas.cash_won))
    return row.render(width, amounts_hidden=amounts_hidden)


def _allocation_row(
    view: CashView,
    row: Sequence[AllocationBox],
    t: Translations,
    width: int,
    column_count: int,
    *,
    amounts_hidden: bool,
) -> list[Line]:
    """Return boxes side by side; those of a short last row are as wide as those above them."""
    edges = [width * column // column_count for column in range(len(row) + 1)]
    widths = [right - left for left, right in pairwise(edges)]
    contents = [
        _allocation_lines(view, division, t, box_width - EDGES, amounts_hidden=amounts_hidden)
        for division, box_width in zip(row, widths, strict=True)
    ]
    height = max(map(len, contents))
    boxes = [
        framed_lines(content, division.title, box_width, height)
        for content, division, box_width in zip(contents, row, widths, strict=True)
    ]
    return [tuple(cell for line in lines for cell in line) for lines in zip(*boxes, strict=True)]


def _title_with_total(
    allocation: Allocation | None, by: AllocationGrouping, t: Translations, *, amounts_hidden: bool
) -> str:
    title = allocation_title(allocation, by, t)
    if allocation is None or allocation.total is None:
        return title
    total = show.mask_amount(show.format_number(allocation.total), amounts_hidden=amounts_hidden)
    return f"{title} · {t('accounts.allocation_total')} {total.text}"


def _allocation_lines(
    view: CashView, box: AllocationBox, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    allocation = box.allocation
    if allocation is None:
        return wrap_text(_no_allocation_text(view, box.by, t), width, Role.DIM)
    lines = list(part_bar_lines(allocation, t, width, amounts_hidden=amounts_hidden))
    if folded := folded_text(allocation, t, width):
        lines.append((Cell(folded, Role.DIM),))
    if difference := difference_text(allocation, t, amounts_hidden=amounts_hidden):
        lines += wrap_text(difference, width, Role.WARN)
    if allocation.by is AllocationGrouping.ACCOUNT and allocation.total is None:
        lines += wrap_text(t("cash.accounts_unknown"), width, Role.DIM)
    elif reason := missing_shares_text(allocation, t):
        lines += wrap_text(reason, width, Role.DIM)
    return tuple(lines)


def _no_allocation_text(view: CashView, by: AllocationGrouping, t: Translations) -> str:
    if by is AllocationGrouping.CLASS:
        error = view.report.failures.get(CashCall.ASSET_CLASSES)
        return describe_error(error, t).title if error else t("bar.loading")
    if by is AllocationGrouping.ACCOUNT:
        return t("bar.loading")
    return _missing_text(view.balance_state, t)


def _source_lines(view: CashView, t: Translations, width: int) -> tuple[Line, ...]:
    """Return the sources; a call and its time are on one line where they fit."""
    texts = sources(view, t)
    if not texts:
        return ()
    texts = [f"{text} ·" for text in texts[:-1]] + texts[-1:]
    texts[0] = t("cash.source", sources=texts[0])
    if any(display_width(text) > width for text in texts):
        return wrap_text(" ".join(texts), width, Role.DIM)
    return join_blocks(((Cell(text, Role.DIM),) for text in texts), width, 1)
