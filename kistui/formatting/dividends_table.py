"""Dividends as one table: what is announced, what was received in groups, and other rights."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from kistui.formatting.boxes import fraction_bar
from kistui.formatting.cells import Cell, Role
from kistui.formatting.search import compile_query, item_search_text
from kistui.formatting.table import (
    ITEM_NAME_WIDTH,
    RecordColumn,
    Row,
    Table,
    build_header,
    build_rows,
)
from kistui.formatting.values import COMPUTED_MARK, UNAVAILABLE, format_number
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import round_half_up
from kistui.models.dividends import (
    AccountRight,
    Dividend,
    DividendGroup,
    DividendGrouping,
    DividendReport,
    build_group,
)

BAR_WIDTH = 12
UNKNOWN_TAX_MARK = "?"


class EntryKind(Enum):
    """What a row of the table is."""

    SECTION = "section"
    ANNOUNCED = "announced"
    RECEIVED = "received"
    OTHER = "other"


class DividendEntry(Struct, frozen=True, kw_only=True):
    """One row: the title of a section, an announced dividend, a group, or another right."""

    kind: EntryKind
    key: str
    title: str = ""
    group: DividendGroup | None = None
    right: AccountRight | None = None
    grouping: DividendGrouping = DividendGrouping.PAYMENT
    greatest: int = 0
    """The greatest amount of the received groups, which has a full bar."""

    @property
    def single(self) -> Dividend | None:
        """The dividend, if the row stands for a single one."""
        if self.group is None or self.kind is EntryKind.SECTION:
            return None
        is_single = self.kind is EntryKind.ANNOUNCED or self.grouping is DividendGrouping.PAYMENT
        return self.group.dividends[0] if is_single else None


DividendColumn = RecordColumn[DividendEntry]


def dividend_entries(
    report: DividendReport,
    t: Translations,
    *,
    query: str = "",
    with_announced: bool = True,
    with_received: bool = True,
    with_others: bool = False,
) -> tuple[DividendEntry, ...]:
    """Return the rows that contain `query`, announced dividends first; sections have titles."""
    matches = compile_query(query)
    entries: list[DividendEntry] = []
    if with_announced:
        rows = _announced_entries(
            [item for item in report.announced if matches(_search_text(item))]
        )
        entries += _section(rows, "announced", t)
    if with_received:
        received = tuple(item for item in report.received if matches(_search_text(item)))
        rows = _received_entries(replace(report, received=received))
        has_title = with_announced or with_others
        entries += _section(rows, "received", t) if has_title else rows
    if with_others:
        rows = [
            DividendEntry(kind=EntryKind.OTHER, key=f"other/{index}", right=right)
            for index, right in enumerate(report.other_rights)
            if matches(item_search_text(right.name, right.code))
        ]
        entries += _section(rows, "other", t)
    return tuple(entries)


def _announced_entries(announced: Iterable[Dividend]) -> list[DividendEntry]:
    return [
        DividendEntry(
            kind=EntryKind.ANNOUNCED,
            key=f"announced/{item.code}/{item.record_date}/{item.per_share}/{item.shares}",
            group=build_group("", [item]),
        )
        for item in announced
    ]


def _received_entries(report: DividendReport) -> list[DividendEntry]:
    groups = report.groups()
    greatest = max((group.gross or 0 for group in groups), default=0)
    return [
        DividendEntry(
            kind=EntryKind.RECEIVED,
            key=f"received/{group.key}",
            group=group,
            grouping=report.grouping,
            greatest=greatest,
        )
        for group in groups
    ]


def _search_text(dividend: Dividend) -> str:
    return f"{dividend.pay_date}\n{item_search_text(dividend.name, dividend.code)}"


def _section(entries: Sequence[DividendEntry], name: str, t: Translations) -> list[DividendEntry]:
    """Return rows under a title with their number and sum; nothing without rows."""
    if not entries:
        return []
    dividends = [item for entry in entries if entry.group for item in entry.group.dividends]
    titles = [t(f"dividends.section_{name}", n=len(dividends) or len(entries))]
    undecided = sum(item.gross is None for item in dividends)
    if undecided and name == EntryKind.ANNOUNCED.value:
        titles.append(t("dividends.announced_undecided", n=undecided))
    title = DividendEntry(
        kind=EntryKind.SECTION,
        key=name,
        title=" · ".join(titles),
        group=build_group(name, dividends) if dividends else None,
    )
    return [title, *entries]


def _date_cell(entry: DividendEntry, t: Translations) -> Cell:
    if entry.kind is EntryKind.SECTION:
        return Cell(entry.title, Role.TITLE)
    if entry.right is not None:
        return _day_cell(entry.right.record_date, t)
    if entry.single is not None:
        record_date = entry.single.record_date
        if entry.single.pay_date is None and record_date is not None:
            return Cell(t("dividends.recorded_on", date=f"{record_date:%m-%d}"), Role.DIM)
        return _day_cell(entry.single.pay_date, t)
    if entry.group is not None and entry.grouping is DividendGrouping.ITEM:
        pay_dates = (dividend.pay_date for dividend in entry.group.dividends)
        return _day_cell(max(filter(None, pay_dates), default=None), t)
    return Cell(entry.group.key if entry.group else "", Role.LABEL)


def _day_cell(day: date | None, t: Translations) -> Cell:
    return Cell(day.isoformat() if day else t("dividends.undecided"), Role.LABEL)


def _record_date_cell(entry: DividendEntry, _t: Translations) -> Cell:
    day = entry.single.record_date if entry.single else None
    return Cell(day.isoformat() if day else "", Role.DIM)


def _name_cell(entry: DividendEntry, t: Translations) -> Cell:
    if entry.right is not None:
        return Cell(entry.right.name or entry.right.code or "")
    is_section = entry.kind is EntryKind.SECTION
    dividends = entry.group.dividends if entry.group and not is_section else ()
    names = list(dict.fromkeys(item.name or item.code or "" for item in dividends))
    if len(names) > 1:
        return Cell(t("dividends.and_more", name=names[0], n=len(names) - 1))
    return Cell(names[0] if names else "")


def _kind_cell(entry: DividendEntry, t: Translations) -> Cell:
    if entry.right is not None:
        return Cell(right_type_text(entry.right.right_type, t), Role.DIM)
    if entry.single is not None:
        return Cell(dividend_kind_text(entry.single, t), Role.DIM)
    if entry.group is None or entry.kind is EntryKind.SECTION:
        return Cell("")
    return Cell(t("dividends.count", n=len(entry.group.dividends)), Role.DIM)


def dividend_kind_text(dividend: Dividend, t: Translations) -> str:
    """Return the kind of a dividend: a stock dividend, else what the schedule or KIS calls it."""
    if dividend.shares:
        return t("dividends.stock_dividend")
    if dividend.kind is None:
        return right_type_text(dividend.right_type, t)
    key = f"dividend_kind.{dividend.kind}"
    return t(key) if key in t else dividend.kind


def right_type_text(right_type: str, t: Translations) -> str:
    """Return the name of a type of right, or the code of an unknown one."""
    key = f"right_type.{right_type}"
    return t(key) if key in t else t("dividends.unknown_type", code=right_type)


def _quantity_cell(entry: DividendEntry, _t: Translations) -> Cell:
    if entry.right is not None:
        return format_number(entry.right.quantity)
    return format_number(entry.single.quantity) if entry.single else Cell("")


def _per_share_cell(entry: DividendEntry, _t: Translations) -> Cell:
    if entry.single is None:
        return Cell("")
    return format_number(entry.single.per_share)


def _shares_cell(entry: DividendEntry, _t: Translations) -> Cell:
    shares = entry.single.shares if entry.single else None
    if entry.right is not None:
        shares = entry.right.allotted_quantity
    return format_number(shares) if shares else Cell("")


def _gross_cell(entry: DividendEntry, t: Translations) -> Cell:
    group = entry.group
    if group is None:
        return Cell("")
    if group.gross is not None:
        return format_number(group.gross)
    if entry.kind is EntryKind.ANNOUNCED:
        return Cell(t("dividends.undecided"), Role.DIM)
    decided = [item.gross for item in group.dividends if item.gross is not None]
    if entry.key == EntryKind.ANNOUNCED.value and decided:
        return format_number(sum(decided))  # the title counts undecided dividends
    return Cell("") if entry.kind is EntryKind.SECTION else UNAVAILABLE


def _tax_cell(entry: DividendEntry, _t: Translations) -> Cell:
    if not _is_received(entry) or entry.group is None:
        return Cell("")
    if entry.group.unknown_tax_count and not entry.group.known_tax:
        return UNAVAILABLE
    return format_number(entry.group.known_tax)


def _net_cell(entry: DividendEntry, _t: Translations) -> Cell:
    if not _is_received(entry) or entry.group is None:
        return Cell("")
    return format_number(entry.group.highest_net)


def _is_received(entry: DividendEntry) -> bool:
    return entry.kind is EntryKind.RECEIVED or entry.key == EntryKind.RECEIVED.value


def _mark_cell(entry: DividendEntry, _t: Translations) -> Cell:
    if entry.group is None:
        return Cell("")
    if _is_received(entry):
        return Cell(UNKNOWN_TAX_MARK if entry.group.unknown_tax_count else "", Role.WARN)
    is_computed = any(item.is_computed and item.gross for item in entry.group.dividends)
    return Cell(COMPUTED_MARK if is_computed else "", Role.DIM)


def _yield_column(name: str, value: Callable[[DividendGroup], Decimal | None]) -> DividendColumn:
    def format_cell(entry: DividendEntry, _t: Translations) -> Cell:
        if entry.kind is not EntryKind.RECEIVED or entry.group is None:
            return Cell("")
        return format_yield(value(entry.group))

    return DividendColumn(name, drop_priority=3, format_cell=format_cell)


def format_yield(value: Decimal | None) -> Cell:
    """Return a computed yield: `1.09%*`."""
    if value is None:
        return UNAVAILABLE
    return Cell(f"{round_half_up(value, '0.01')}%{COMPUTED_MARK}")


def _bar_cell(entry: DividendEntry, _t: Translations) -> Cell:
    if entry.kind is not EntryKind.RECEIVED or entry.group is None:
        return Cell("")
    return Cell(fraction_bar(entry.group.gross or 0, entry.greatest, BAR_WIDTH), Role.BAR)


def _amount(
    name: str, format_cell: Callable[[DividendEntry, Translations], Cell], drop_priority: int = 0
) -> DividendColumn:
    return DividendColumn(
        name, drop_priority=drop_priority, is_sensitive=True, format_cell=format_cell
    )


DIVIDEND_COLUMNS = (
    DividendColumn("pay_date", is_text=True, format_cell=_date_cell),
    DividendColumn("last_paid", is_text=True, format_cell=_date_cell),
    DividendColumn(
        "name", is_text=True, max_width=ITEM_NAME_WIDTH, min_width=14, format_cell=_name_cell
    ),
    DividendColumn("kind", drop_priority=5, is_text=True, format_cell=_kind_cell),
    DividendColumn("record_date", drop_priority=6, is_text=True, format_cell=_record_date_cell),
    _amount("quantity", _quantity_cell, 2),
    DividendColumn("per_share", drop_priority=4, format_cell=_per_share_cell),
    _amount("shares", _shares_cell, 7),
    _amount("gross", _gross_cell),
    _amount("tax", _tax_cell, 1),
    _amount("net", _net_cell),
    DividendColumn("mark", is_text=True, is_titled=False, format_cell=_mark_cell),
    _yield_column("yield_on_cost", lambda group: group.yield_on_cost),
    _yield_column("yield_on_value", lambda group: group.yield_on_value),
    DividendColumn(
        "bar",
        is_text=True,
        is_titled=False,
        is_graphic=True,
        is_decorative=True,
        max_width=BAR_WIDTH,
        format_cell=_bar_cell,
    ),
)


def dividends_table(
    entries: Sequence[DividendEntry],
    t: Translations,
    *,
    grouping: DividendGrouping,
    amounts_hidden: bool = False,
) -> Table:
    """Return the table of rows, with the total of what was received."""
    columns = DIVIDEND_COLUMNS
    received = [
        dividend
        for entry in entries
        if entry.kind is EntryKind.RECEIVED and entry.group
        for dividend in entry.group.dividends
    ]
    total = DividendEntry(
        kind=EntryKind.SECTION, key=EntryKind.RECEIVED.value, group=build_group("", received)
    )
    cells = [
        column.mask(column.format_cell(total, t), amounts_hidden=amounts_hidden)
        for column in columns
    ]
    last_row = Row(
        [Cell(t("dividends.total"))] * 2 + cells[2:] if received else [Cell("")] * len(cells)
    )
    rows = build_rows(columns, entries, t, amounts_hidden=amounts_hidden)
    titles = [
        row for row, entry in zip(rows, entries, strict=True) if entry.kind is EntryKind.SECTION
    ]
    return Table(
        columns,
        build_header(columns, t, "dividends"),
        rows,
        [entry.key for entry in entries],
        hidden_columns=_hidden_columns(entries, grouping, amounts_hidden=amounts_hidden),
        totals=[last_row, *titles],
    )


def _hidden_columns(
    entries: Sequence[DividendEntry], grouping: DividendGrouping, *, amounts_hidden: bool
) -> list[str]:
    """Return the columns that no row, or no row of this grouping, has."""
    is_item = grouping is DividendGrouping.ITEM
    has_details = any(entry.single or entry.right for entry in entries)
    visibility = {
        "pay_date": not is_item,
        "last_paid": is_item,
        "record_date": has_details,
        "quantity": has_details,
        "per_share": has_details,
        "shares": any(
            (entry.single and entry.single.shares)
            or (entry.right and entry.right.allotted_quantity)
            for entry in entries
        ),
        "tax": any(map(_is_received, entries)),
        "net": any(map(_is_received, entries)),
        "yield_on_cost": is_item,
        "yield_on_value": is_item,
        "bar": grouping is not DividendGrouping.PAYMENT and not amounts_hidden,
    }
    return [name for name, is_shown in visibility.items() if not is_shown]
