"""The cash page: what it shows, its layout in boxes, its notes, a copy, and KIS's raw fields."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from msgspec import Struct

from kistui.errors import NotOnPaperError
from kistui.formatting.allocation import (
    allocation_title,
    difference_text,
    folded_text,
    missing_shares_text,
    part_bar_lines,
    part_name,
)
from kistui.formatting.boxes import BoxRow, framed_lines, wrap_text
from kistui.formatting.cash import (
    CALL_NAMES,
    MAIN_COLUMNS,
    cash_notes,
    currency_table,
    split_positions,
    won_rows,
)
from kistui.formatting.cells import Cell, Line, Role, display_width, join_blocks
from kistui.formatting.error_text import describe_error
from kistui.formatting.raw_fields import raw_field_lines
from kistui.formatting.values import format_number, format_shares, format_time, mask_amount
from kistui.i18n.translations import Translations
from kistui.models.allocation import (
    LISTED_GROUPINGS,
    Allocation,
    AllocationGrouping,
    allocate_accounts,
    allocate_balance,
    allocate_classes,
)
from kistui.models.balance import Balance
from kistui.models.cash import NOT_SERVED_ERRORS, CashCall, CashPosition, CashReport, cash_positions
from kistui.models.load_state import Failed, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.market_hours import settlement_days
from kistui.models.totals import AccountOverview, latest_overseas

TWO_COLUMN_MIN_WIDTH = 76
"""Width from which won and foreign currencies are side by side, if their amounts fit."""
ALLOCATION_MIN_WIDTH = 56
"""Least width of a division of the assets that has another beside it."""
WON_BOX_MAX_WIDTH = 44
EDGES = 4
"""Columns of a frame and the blanks inside."""
INDENT = 2


class CashView(Struct, frozen=True, kw_only=True):
    """The content of the page: the balance, its own figures, and the other accounts."""

    balance_state: LoadState[Balance] = NotLoaded()
    report: CashReport = CashReport()
    times: Mapping[CashCall, datetime] = {}
    """When the figures of each call came."""
    holidays: Collection[date] = ()
    accounts: tuple[AccountOverview, ...] = ()
    chosen_grouping: AllocationGrouping | None = None
    """The criterion that the user chose to divide the assets by."""

    @property
    def balance(self) -> Balance | None:
        """The last complete balance; a partial balance has no sums."""
        loaded = last_loaded(self.balance_state)
        return loaded.value if loaded and loaded.value.is_complete else None

    @property
    def grouping(self) -> AllocationGrouping:
        """The criterion by which the assets are divided."""
        return self.chosen_grouping or AllocationGrouping.CLASS

    @property
    def groupings(self) -> tuple[AllocationGrouping, ...]:
        """Every criterion by which assets are divided, the chosen one first."""
        choices = LISTED_GROUPINGS
        index = choices.index(self.grouping)
        return (*choices[index:], *choices[:index])

    def allocation(self, by: AllocationGrouping) -> Allocation | None:
        """Return how the assets are divided; `None` if their figures have not been read."""
        classes, balance = self.report.asset_classes, self.balance
        match by:
            case AllocationGrouping.CLASS:
                if classes is not None:
                    return allocate_classes(classes)
                error = self.report.errors.get(CashCall.ASSET_CLASSES)
                is_served = not isinstance(error, NOT_SERVED_ERRORS)
                return None if is_served or balance is None else allocate_balance(balance, by)
            case AllocationGrouping.ACCOUNT:
                return allocate_accounts(self.accounts) if self.accounts else None
            case _:
                return allocate_balance(balance, by) if balance else None

    @property
    def settlement_days(self) -> tuple[date, ...]:
        """D+1 and D+2 of the balance."""
        loaded = last_loaded(self.balance_state)
        return settlement_days(loaded.loaded_at, self.holidays) if loaded else ()

    @property
    def positions(self) -> tuple[CashPosition, ...]:
        """The cash by currency, won first; none without a balance."""
        return cash_positions(self.balance, self.report) if self.balance else ()

    @property
    def is_outdated(self) -> bool:
        """Whether a part of the figures is older than the last attempt to read it."""
        balance = self.balance
        return (
            isinstance(self.balance_state, Failed)
            or bool(self.report.failures)
            or (balance is not None and isinstance(balance.overseas, Failed))
        )


def sources(view: CashView, t: Translations) -> list[str]:
    """Return the calls whose figures are shown, with the times of their answers."""
    loaded = last_loaded(view.balance_state)
    texts: list[str] = []
    if loaded is not None:
        texts.append(f"{t('call.domestic_balance')} {format_time(loaded.loaded_at)}")
        overseas = last_loaded(loaded.value.overseas)
        if overseas is not None:
            time = format_time(overseas.loaded_at)
            texts.append(f"{t('call.overseas_present_balance')} {time}")
    report = view.report
    figures = {
        CashCall.BUYING_POWER: report.buying_power,
        CashCall.CURRENCY_MARGINS: report.margins,
        CashCall.ASSET_CLASSES: report.asset_classes,
    }
    names: dict[datetime, list[str]] = {}
    for call, figure in figures.items():
        if figure is not None and call in view.times:
            names.setdefault(view.times[call], []).append(t(CALL_NAMES[call]))
    texts += (f"{' · '.join(calls)} {format_time(loaded_at)}" for loaded_at, calls in names.items())
    return texts


def view_notes(view: CashView, t: Translations) -> list[str]:
    """Return sentences on what failed and what could not be read."""
    notes = []
    if isinstance(view.balance_state, Failed):
        title = describe_error(view.balance_state.error, t).title
        notes.append(t("cash.failed", name=t("call.domestic_balance"), title=title))
    return [*notes, *cash_notes(view.balance, view.report, t)]


def copied_text(view: CashView, t: Translations, *, amounts_hidden: bool) -> str:
    """Return the amounts and shares as lines of cells separated by tabs."""
    lines: list[Sequence[str]] = []
    if view.positions:
        rows = won_rows(view.positions[0], view.settlement_days, t)
        for row in rows:
            if row.value is not None:
                value = mask_amount(row.value, amounts_hidden=amounts_hidden)
                lines.append((row.label.strip(), value.text))
        shown_positions, _ = split_positions(view.positions, amounts_hidden=amounts_hidden)
        table = currency_table(shown_positions, t, amounts_hidden=amounts_hidden).lay_out(1000)
        lines += (table.row_texts(index) for index in range(len(table)))
    allocation = view.allocation(view.grouping)
    parts = allocation.shown_parts if allocation else ()
    percents = format_shares([part.share for part in parts])
    for part, percent in zip(parts, percents, strict=True):
        amount = mask_amount(format_number(part.amount), amounts_hidden=amounts_hidden)
        name = part_name(part, t)
        lines.append((name, amount.text, percent.text))
    return "\n".join("\t".join(line) for line in lines)


def raw_cash_lines(
    view: CashView, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return a title and KIS's keys and values of every call of the page, by the call's name."""
    report, balance = view.report, view.balance
    overseas = latest_overseas(balance) if balance else None
    classes = report.asset_classes
    records: tuple[tuple[str, Sequence[Any]], ...] = (
        ("call.buying_power", (report.buying_power,)),
        ("call.foreign_cash_by_currency", report.margins or ()),
        (
            "call.assets_by_class",
            (*(line.row for line in classes.lines), classes.total, classes.totals)
            if classes
            else (),
        ),
        (
            "call.overseas_present_balance",
            (*overseas.cash, overseas.totals) if overseas else (),
        ),
    )
    lines: list[Line] = []
    for key, rows in records:
        fields = raw_field_lines(rows, t, width, amounts_hidden=amounts_hidden)
        if fields:
            lines += [(Cell(f" {t(key)}", Role.TITLE),), *fields]
    return ((Cell(f" {t('raw_fields.rows')}", Role.STRONG),), *lines)


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
        notes += wrap_text(t("allocation.computed"), text_width, Role.DIM)
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
    row = BoxRow(t("summary_label.foreign_cash_won"), format_number(overseas.cash_won))
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
    total = mask_amount(format_number(allocation.total), amounts_hidden=amounts_hidden)
    return f"{title} · {t('allocation.total')} {total.text}"


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
        lines += wrap_text(t("allocation.accounts_unknown"), width, Role.DIM)
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
