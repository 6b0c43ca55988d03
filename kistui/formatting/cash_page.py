"""The cash page: boxes of won and of foreign currencies, the allocation, and where it comes from.

F3 shows KIS's raw fields instead.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from msgspec import Struct

from kistui.errors import NotOnPaperError
from kistui.formatting import values as show
from kistui.formatting.asset_bars import asset_bar_lines, folded_text, share_name, shares_title
from kistui.formatting.boxes import framed_lines, wrap_text
from kistui.formatting.cash_table import (
    CALL_NAMES,
    MAIN_COLUMNS,
    cash_notes,
    currency_table,
    split_positions,
    won_rows,
)
from kistui.formatting.cells import Cell, Line, Role, display_width, join_blocks, plain_text
from kistui.formatting.status import describe_error
from kistui.formatting.trade_detail import raw_field_lines
from kistui.i18n.translations import Translations
from kistui.models.asset_shares import (
    AllocationBy,
    AssetShares,
    account_shares,
    balance_class_shares,
    class_shares,
    currency_shares,
    market_shares,
)
from kistui.models.balance import Balance
from kistui.models.cash import NOT_SERVED_ERRORS, CashCall, CashReport
from kistui.models.cash_positions import CashPosition, cash_positions
from kistui.models.load_state import Failed, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.market_hours import settlement_days
from kistui.models.totals import AccountOverview, latest_overseas

TWO_COLUMN_MIN_WIDTH = 76
"""Width from which won and foreign currencies stand side by side, if their amounts fit."""
TWO_ALLOCATIONS_MIN_WIDTH = 112
"""Width from which two divisions of the assets stand side by side."""
WON_BOX_MAX_WIDTH = 44
EDGES = 4
"""Columns of a frame and the blanks inside."""
INDENT = 2


class CashView(Struct, frozen=True, kw_only=True):
    """What the page shows: the balance, the figures read for the page, and the other accounts."""

    balance_state: LoadState[Balance] = NotLoaded()
    report: CashReport = CashReport()
    read_at: datetime | None = None
    """When the last figures of the report came."""
    holidays: Collection[date] = ()
    accounts: tuple[AccountOverview, ...] = ()
    chosen_by: AllocationBy | None = None
    """By what the user wants the assets divided."""

    @property
    def balance(self) -> Balance | None:
        """The last complete balance; a part of one adds up to nothing."""
        loaded = last_loaded(self.balance_state)
        return loaded.value if loaded and loaded.value.is_complete else None

    @property
    def by(self) -> AllocationBy:
        """By what the assets are divided."""
        return self.chosen_by or AllocationBy.CLASS

    @property
    def order(self) -> tuple[AllocationBy, ...]:
        """Every division of the assets, the chosen one first."""
        choices = tuple(AllocationBy)
        index = choices.index(self.by)
        return (*choices[index:], *choices[:index])

    def shares(self, by: AllocationBy) -> AssetShares | None:
        """Return the assets divided; `None` if what is divided has not been read."""
        classes, balance = self.report.asset_classes, self.balance
        match by:
            case AllocationBy.CLASS:
                if classes is not None:
                    return class_shares(classes)
                error = self.report.errors.get(CashCall.ASSET_CLASSES)
                is_served = not isinstance(error, NOT_SERVED_ERRORS)
                return None if is_served or balance is None else balance_class_shares(balance)
            case AllocationBy.ACCOUNT:
                return account_shares(self.accounts) if self.accounts else None
            case AllocationBy.CURRENCY:
                return currency_shares(balance) if balance else None
            case AllocationBy.MARKET:
                return market_shares(balance) if balance else None

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


def cash_page_lines(
    view: CashView, t: Translations, width: int, height: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return the boxes, why the amounts differ, and the sources.

    The assets are divided in the chosen way, and in others too where there is room.
    """
    top = [*_cash_boxes(view, t, width, amounts_hidden=amounts_hidden)]
    shares = view.shares(AllocationBy.CLASS)
    computed = t("cash.computed") if shares is not None and shares.is_computed else ""
    text_width = width - 2 * INDENT
    notes = [*wrap_text(t("cash.why"), text_width, Role.DIM)]
    if computed:
        notes += wrap_text(computed, text_width, Role.DIM)
    notes += _source_lines(view, t, text_width)
    bottom = [(Cell(" " * INDENT), *line) for line in notes]
    column_count = 2 if width >= TWO_ALLOCATIONS_MIN_WIDTH else 1
    first, *others = view.order
    shown = [first, *(by for by in others if _is_worth_showing(view, by))]
    lines: list[Line] = []
    for start in range(0, len(shown), column_count):
        row = shown[start : start + column_count]
        boxes = _allocation_row(view, row, t, width, column_count, amounts_hidden=amounts_hidden)
        if lines and len(top) + len(lines) + len(boxes) + len(bottom) > height:
            break
        lines += boxes
    return (*top, *lines, *bottom)


def _is_worth_showing(view: CashView, by: AllocationBy) -> bool:
    """Return whether a division that was not chosen has more than one part."""
    shares = view.shares(by)
    return shares is not None and len(shares.shown_shares) > 1


def _cash_boxes(
    view: CashView, t: Translations, width: int, *, amounts_hidden: bool
) -> Iterator[Line]:
    """Yield the boxes side by side if both have room, otherwise one below the other."""
    has_foreign = view.balance is None or view.balance.supports_overseas
    left = width if width < TWO_COLUMN_MIN_WIDTH else _won_box_width(view, t, width)
    if has_foreign and left < width and not _fits_foreign(view, t, width - left - EDGES):
        left = width
    won = _won_lines(view, t, left - EDGES, amounts_hidden=amounts_hidden)
    is_beside = has_foreign and left < width
    foreign_width = width - left if is_beside else width
    foreign = (
        _foreign_lines(view, t, foreign_width - EDGES, amounts_hidden=amounts_hidden)
        if has_foreign
        else ()
    )
    height = max(len(won), len(foreign)) if is_beside else len(won)
    won_box = framed_lines(won, t("cash.won"), left, height)
    if not has_foreign:
        yield from won_box
        return
    foreign_height = height if is_beside else len(foreign)
    foreign_box = framed_lines(foreign, t("cash.foreign"), foreign_width, foreign_height)
    if is_beside:
        yield from ((*one, *other) for one, other in zip(won_box, foreign_box, strict=True))
    else:
        yield from (*won_box, *foreign_box)


def _won_box_width(view: CashView, t: Translations, width: int) -> int:
    """Return the columns that won needs, and some more where there is room."""
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
        return (_missing_line(view.balance_state, t),)
    rows = won_rows(view.positions[0], view.settlement_days, t)
    return tuple(row.render(width, amounts_hidden=amounts_hidden) for row in rows)


def _missing_line(state: LoadState[Any], t: Translations) -> Line:
    """Return why figures are not there."""
    match state:
        case Failed(error):
            text = describe_error(error, t).title
        case Loading():
            text = t("bar.loading")
        case _:
            text = t("bar.never")
    return (Cell(text, Role.DIM),)


def _foreign_lines(
    view: CashView, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    balance = view.balance
    if balance is None:
        return (_missing_line(view.balance_state, t),)
    shown, zeros = split_positions(view.positions, amounts_hidden=amounts_hidden)
    lines: list[Line] = []
    if shown:
        table = currency_table(shown, t, amounts_hidden=amounts_hidden).lay_out(width)
        lines += [table.header, *table.rows]
    if zeros:
        names = " · ".join(position.currency for position in zeros)
        lines.append((Cell(t("cash.nothing", names=names), Role.DIM),))
    if isinstance(balance.overseas, Failed):
        title = describe_error(balance.overseas.error, t).title
        lines.append((Cell(t("overseas.failed", title=title), Role.DIM),))
    elif isinstance(balance.overseas, Loading):
        lines.append((Cell(t("overseas.loading"), Role.DIM),))
    elif not lines:
        lines += wrap_text(_no_foreign_text(view, t), width, Role.DIM)
    return tuple(lines)


def _no_foreign_text(view: CashView, t: Translations) -> str:
    error = view.report.errors.get(CashCall.CURRENCY_MARGINS)
    if isinstance(error, NotOnPaperError):
        return t("cash.real_only", names=t("cash.foreign"))
    return t("summary_label.no_foreign_cash")


def _allocation_row(
    view: CashView,
    row: Sequence[AllocationBy],
    t: Translations,
    width: int,
    column_count: int,
    *,
    amounts_hidden: bool,
) -> list[Line]:
    """Return boxes side by side; a single one has the whole width."""
    edges = [width * column // column_count for column in range(column_count)][: len(row)]
    widths = [right - left for left, right in pairwise((*edges, width))]
    contents = [
        _allocation_lines(view, by, t, box_width - EDGES, amounts_hidden=amounts_hidden)
        for by, box_width in zip(row, widths, strict=True)
    ]
    height = max(map(len, contents))
    boxes = [
        framed_lines(
            content,
            _allocation_title(view, by, t, amounts_hidden=amounts_hidden),
            box_width,
            height,
        )
        for content, by, box_width in zip(contents, row, widths, strict=True)
    ]
    return [tuple(cell for line in lines for cell in line) for lines in zip(*boxes, strict=True)]


def _allocation_title(
    view: CashView, by: AllocationBy, t: Translations, *, amounts_hidden: bool
) -> str:
    shares = view.shares(by)
    title = shares_title(shares, by, t)
    if shares is None or shares.total is None:
        return title
    total = show.mask_amount(show.format_number(shares.total), amounts_hidden=amounts_hidden)
    return f"{title} · {t('accounts.allocation_total')} {total.text}"


def _allocation_lines(
    view: CashView, by: AllocationBy, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    shares = view.shares(by)
    if shares is None:
        return wrap_text(_no_shares_text(view, by, t), width, Role.DIM)
    lines = list(asset_bar_lines(shares, t, width, amounts_hidden=amounts_hidden))
    if folded := folded_text(shares, t, width):
        lines.append((Cell(folded, Role.DIM),))
    if shares.total is None:
        is_by_account = shares.by is AllocationBy.ACCOUNT
        key = "cash.accounts_unknown" if is_by_account else "cash.shares_unknown"
        lines += wrap_text(t(key), width, Role.DIM)
    return tuple(lines)


def _no_shares_text(view: CashView, by: AllocationBy, t: Translations) -> str:
    if by is AllocationBy.CLASS:
        error = view.report.failures.get(CashCall.ASSET_CLASSES)
        return describe_error(error, t).title if error else t("bar.loading")
    if by is AllocationBy.ACCOUNT:
        return t("bar.loading")
    return plain_text(_missing_line(view.balance_state, t))


def sources(view: CashView, t: Translations) -> list[str]:
    """Return the calls whose figures are shown, with the times at which they came."""
    loaded = last_loaded(view.balance_state)
    named: list[str] = []
    if loaded is not None:
        named.append(f"{t('call.domestic_balance')} {show.format_time(loaded.loaded_at)}")
        overseas = last_loaded(loaded.value.overseas)
        if overseas is not None:
            time = show.format_time(overseas.loaded_at)
            named.append(f"{t('call.overseas_present_balance')} {time}")
    report = view.report
    figures = {
        CashCall.BUYING_POWER: report.buying_power,
        CashCall.CURRENCY_MARGINS: report.margins,
        CashCall.ASSET_CLASSES: report.asset_classes,
    }
    names = [t(CALL_NAMES[call]) for call, figure in figures.items() if figure is not None]
    if names and view.read_at is not None:
        named.append(f"{' · '.join(names)} {show.format_time(view.read_at)}")
    return named


def _source_lines(view: CashView, t: Translations, width: int) -> tuple[Line, ...]:
    """Return the sources; a call and its time are on one line where they fit."""
    named = sources(view, t)
    if not named:
        return ()
    texts = [f"{text} ·" for text in named[:-1]] + named[-1:]
    texts[0] = t("cash.source", sources=texts[0])
    if any(display_width(text) > width for text in texts):
        return wrap_text(" ".join(texts), width, Role.DIM)
    return join_blocks(((Cell(text, Role.DIM),) for text in texts), width, 1)


def view_notes(view: CashView, t: Translations) -> list[str]:
    """Return what failed and what could not be read, a sentence each."""
    notes = []
    if isinstance(view.balance_state, Failed):
        title = describe_error(view.balance_state.error, t).title
        notes.append(t("cash.failed", name=t("call.domestic_balance"), title=title))
    return [*notes, *cash_notes(view.balance, view.report, t)]


def copied_text(view: CashView, t: Translations, *, amounts_hidden: bool) -> str:
    """Return the amounts and shares, a line each, with tabs between."""
    lines: list[Sequence[str]] = []
    if view.positions:
        rows = won_rows(view.positions[0], view.settlement_days, t)
        for row in rows:
            if row.value is not None:
                value = show.mask_amount(row.value, amounts_hidden=amounts_hidden)
                lines.append((row.label.strip(), value.text))
        shown, _ = split_positions(view.positions, amounts_hidden=amounts_hidden)
        table = currency_table(shown, t, amounts_hidden=amounts_hidden).lay_out(1000)
        lines += (table.row_texts(index) for index in range(len(table)))
    by = view.by
    shares = view.shares(by)
    for share in shares.shown_shares if shares else ():
        amount = show.mask_amount(show.format_number(share.amount), amounts_hidden=amounts_hidden)
        name = share_name(by, share, t)
        lines.append((name, amount.text, show.format_share(share.share).text))
    return "\n".join("\t".join(line) for line in lines)


def raw_cash_lines(
    view: CashView, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return KIS's keys and values of every call of the page, under the call's name."""
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
        fields = raw_field_lines(rows, width, amounts_hidden=amounts_hidden)
        if fields:
            lines += [(Cell(f" {t(key)}", Role.TITLE),), *fields]
    return tuple(lines)
