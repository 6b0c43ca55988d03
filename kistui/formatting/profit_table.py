"""Realised profit as a table of days, months, years, items or trades, and the lines around it."""

from collections.abc import Callable, Sequence

from kistui.formatting.cells import Cell, Line, Role, leading_blocks
from kistui.formatting.headline import BLOCK_GAP
from kistui.formatting.read_status import completeness_notes, unread_notes
from kistui.formatting.search import compile_query, item_search_text
from kistui.formatting.table import (
    ITEM_NAME_WIDTH,
    RecordColumn,
    Row,
    Table,
    build_header,
    build_rows,
)
from kistui.formatting.values import (
    COMPUTED_MARK,
    UNAVAILABLE,
    format_change,
    format_number,
    format_percent,
    mask_amount,
    round_to_currency,
    with_mark_room,
)
from kistui.i18n.translations import Translations
from kistui.models.markets import Market
from kistui.models.profit_report import (
    ProfitGroup,
    ProfitGrouping,
    ProfitReport,
    build_group,
)

ProfitColumn = RecordColumn[ProfitGroup]


def _key_cell(group: ProfitGroup, _t: Translations) -> Cell:
    day, _, _ = group.key.partition("/")
    return Cell(day, Role.LABEL) if day else UNAVAILABLE


def _name_cell(group: ProfitGroup, t: Translations) -> Cell:
    line = group.lines[0]
    if line.is_today and line.name is None:
        return Cell(t("profit.today"))
    return Cell(line.name or line.code or "")


def _market_cell(group: ProfitGroup, t: Translations) -> Cell:
    traded = {line.market for line in group.lines}
    names = (t(f"market.{market.value}") for market in Market if market in traded)
    return Cell("+".join(names), Role.DIM)


def _foreign_cell(group: ProfitGroup, _t: Translations) -> Cell:
    profit = group.foreign_profit
    if profit is None:
        return Cell("")
    currency = group.lines[0].currency
    cell = format_change(round_to_currency(profit, currency))
    return Cell(f"{cell.text} {currency}", cell.role)


def _rate_cell(group: ProfitGroup, _t: Translations) -> Cell:
    return format_percent(group.rate, COMPUTED_MARK if group.is_rate_computed else "")


def _column(
    name: str, value: Callable[[ProfitGroup], int | None], drop_priority: int
) -> ProfitColumn:
    return ProfitColumn(
        name,
        drop_priority=drop_priority,
        is_sensitive=True,
        format_cell=lambda group, _t: format_number(value(group)),
    )


_NAME = ProfitColumn(
    "name", is_text=True, max_width=ITEM_NAME_WIDTH, min_width=10, format_cell=_name_cell
)
_AMOUNTS = (
    _column("sold", lambda group: group.sold, 2),
    _column("bought", lambda group: group.bought, 3),
    ProfitColumn(
        "profit",
        is_sensitive=True,
        format_cell=lambda group, _t: format_change(group.profit),
    ),
    ProfitColumn("foreign", drop_priority=4, is_sensitive=True, format_cell=_foreign_cell),
    ProfitColumn(
        "rate",
        drop_priority=1,
        format_cell=lambda group, t: with_mark_room(_rate_cell(group, t)),
    ),
    _column("fees", lambda group: group.fees, 6),
    _column("taxes", lambda group: group.taxes, 7),
    _column("interest", lambda group: group.interest or None, 8),
)
_RUNNING = ProfitColumn(
    "running",
    drop_priority=5,
    is_sensitive=True,
    format_cell=lambda group, _t: format_change(group.running_profit),
)


def profit_columns(grouping: ProfitGrouping) -> tuple[ProfitColumn, ...]:
    """Return the columns for a grouping."""
    key = ProfitColumn(grouping.value, is_text=True, format_cell=_key_cell)
    market = ProfitColumn("market", drop_priority=9, is_text=True, format_cell=_market_cell)
    match grouping:
        case ProfitGrouping.ITEM:
            return (_NAME, market, *_AMOUNTS)
        case ProfitGrouping.TRADE:
            return (key, _NAME, market, *_AMOUNTS, _RUNNING)
    return (key, market, *_AMOUNTS, _RUNNING)


def profit_table(
    report: ProfitReport,
    t: Translations,
    *,
    groups: Sequence[ProfitGroup] | None = None,
    amounts_hidden: bool = False,
) -> Table:
    """Return the table of a report's groups, or of some of them, with their total."""
    columns = profit_columns(report.grouping)
    shown_groups = report.groups() if groups is None else groups
    total = build_group("", [line for group in shown_groups for line in group.lines])
    return Table(
        columns,
        build_header(columns, t, "profit"),
        build_rows(columns, shown_groups, t, amounts_hidden=amounts_hidden),
        [group.key for group in shown_groups],
        hidden_columns=_empty_columns(shown_groups),
        totals=[_total_row(columns, total, t, amounts_hidden=amounts_hidden)]
        if shown_groups
        else (),
    )


def _empty_columns(groups: Sequence[ProfitGroup]) -> list[str]:
    """Return the columns in which no group has a value."""
    columns = {
        "foreign": any(group.foreign_profit is not None for group in groups),
        "interest": any(group.interest for group in groups),
    }
    return [name for name, has_value in columns.items() if not has_value]


def _total_row(
    columns: Sequence[ProfitColumn], total: ProfitGroup, t: Translations, *, amounts_hidden: bool
) -> Row:
    cells = [
        Cell("")
        if column.is_text or column is _RUNNING
        else column.mask(column.format_cell(total, t), amounts_hidden=amounts_hidden)
        for column in columns
    ]
    return Row([Cell(t("profit.total")), *cells[1:]])


def filter_groups(groups: Sequence[ProfitGroup], query: str) -> tuple[ProfitGroup, ...]:
    """Return the groups in which an item or the key contains `query`, in their order."""
    matches = compile_query(query)
    return tuple(
        group
        for group in groups
        if matches(
            "\n".join(
                [group.key, *(item_search_text(line.name, line.code) for line in group.lines)]
            )
        )
    )


def profit_headline(
    report: ProfitReport,
    t: Translations,
    width: int,
    *,
    market: Market | None = None,
    amounts_hidden: bool = False,
) -> tuple[Line, Line]:
    """Return the total profit and its rate, what it cost, and how many groups gained and lost.

    What does not fit into `width` is left out. Empty before there is a line, because a sum of 0
    would look like a fetched one.
    """
    if not report.lines and not report.has_all_parts:
        return (), ()
    total = report.total(market)

    def amount(name: str, value: int | None) -> Line:
        cell = mask_amount(format_number(value), amounts_hidden=amounts_hidden)
        return (Cell(f"{t(f'profit.{name}')} ", Role.LABEL), Cell(cell.text))

    profit = mask_amount(format_change(total.profit), amounts_hidden=amounts_hidden)
    profit_blocks = (
        (Cell(f"{t('profit.profit')} ", Role.LABEL), profit, Cell("  "), _rate_cell(total, t)),
        amount("sold", total.sold),
        amount("bought", total.bought),
    )
    profits = [group.profit for group in report.groups(market) if group.sold]
    winners = sum(value is not None and value > 0 for value in profits)
    losers = sum(value is not None and value < 0 for value in profits)
    counts = t(f"profit.count_{report.grouping.value}", winners=winners, losers=losers)
    cost_blocks = (
        amount("fees", total.fees),
        amount("taxes", total.taxes),
        *((amount("interest", total.interest),) if total.interest else ()),
        (Cell(counts, Role.LABEL),),
    )
    profit_line, cost_line = (
        leading_blocks(blocks, width, BLOCK_GAP, indent=1)
        for blocks in (profit_blocks, cost_blocks)
    )
    return profit_line, cost_line


def profit_notes(report: ProfitReport, t: Translations) -> list[str]:
    """Return sentences on what is missing."""
    return [*unread_notes(report, t), *completeness_notes(report, t)]


def check_text(report: ProfitReport, t: Translations, *, amounts_hidden: bool = False) -> str:
    """Return whether the lines add up to KIS's totals; blank if a profit could not be compared."""
    if report.wrong_sums:
        differences = ", ".join(
            t(
                "profit.difference_overseas"
                if check.market is Market.OTHER
                else "profit.difference",
                name=t(f"profit.{check.name}"),
                won=mask_amount(
                    format_number(int(check.difference)), amounts_hidden=amounts_hidden
                ).text,
            )
            for check in report.wrong_sums
        )
        return t("profit.sums_differ", differences=differences)
    return t("profit.sums_agree") if report.is_checked else ""
