"""One order, or one group of realised profit, in full."""

from collections.abc import Callable
from decimal import Decimal

from msgspec.structs import replace

from kistui.formatting.boxes import pair_lines
from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.profit_table import profit_table
from kistui.formatting.raw_fields import raw_field_lines
from kistui.formatting.table import Table
from kistui.formatting.values import AMOUNT_MASK, format_number
from kistui.i18n.translations import Translations
from kistui.models.orders import DomesticOrderRow, Order
from kistui.models.profit_report import ProfitGroup, ProfitGrouping, ProfitReport

FormatAmount = Callable[[Decimal | None], str]


def order_detail_lines(
    order: Order,
    t: Translations,
    width: int,
    *,
    show_raw_fields: bool = False,
    amounts_hidden: bool = False,
) -> tuple[Line, ...]:
    """Return an order with its amendments and cancellations, or with KIS's own fields."""
    if show_raw_fields:
        return raw_field_lines([order.row], t, width, amounts_hidden=amounts_hidden)

    def amount(value: Decimal | None) -> str:
        text = format_number(value).text
        return AMOUNT_MASK if amounts_hidden and value is not None else text

    pairs = [
        (t(f"orders.{name}"), value) for name, value in _order_values(order, t, amount) if value
    ]
    lines = pair_lines(pairs, width)
    if not order.changes:
        return lines
    changes = (_change_line(change, t, amount) for change in order.changes)
    return (*lines, (Cell(f" {t('orders.changes')}", Role.TITLE),), *changes)


def _order_values(
    order: Order, t: Translations, amount: FormatAmount
) -> tuple[tuple[str, str], ...]:
    """Return the values of an order by the names of their labels; blank values are not known."""
    row = order.row
    loan_date = row.loan_date if row else None
    local = order.local_date if order.local_date != order.ordered_on else None
    return (
        ("name", f"{order.name or ''} {order.code or ''}".strip()),
        ("state", t(f"order_state.{order.state.value}")),
        ("reason", order.rejection_reason or ""),
        ("side", t(f"order_side.{order.side.value}") if order.side else ""),
        ("type", order.order_type or ""),
        ("exchange", order.exchange or ""),
        ("ordered_at", _ordered_at_text(order)),
        ("local_date", local.isoformat() if local else ""),
        ("number", order.number),
        ("original", order.original_number),
        ("quantity", amount(order.quantity)),
        ("filled", amount(order.filled_quantity)),
        ("remaining", amount(order.remaining_quantity)),
        ("limit", t("orders.market_price") if order.price == 0 else amount(order.price)),
        ("average", amount(order.average_price) if order.filled_quantity else ""),
        ("amount", f"{amount(order.filled_amount)} {order.currency}"),
        ("loan_date", loan_date.isoformat() if loan_date else ""),
        ("condition", row.condition or "" if isinstance(row, DomesticOrderRow) else ""),
    )


def _ordered_at_text(order: Order) -> str:
    day = order.ordered_on.isoformat() if order.ordered_on else ""
    time = f"{order.ordered_at:%H:%M:%S} KST" if order.ordered_at else ""
    return f"{day} {time}".strip()


def _change_line(change: Order, t: Translations, amount: FormatAmount) -> Line:
    """Return an amendment or a cancellation."""
    time = f" {change.ordered_at:%H:%M:%S} " if change.ordered_at else " "
    text = t(
        "orders.change",
        number=change.number,
        quantity=amount(change.quantity),
        price=amount(change.price),
        filled=amount(change.filled_quantity),
        state=t(f"order_state.{change.state.value}"),
    )
    return (Cell(time, Role.LABEL), Cell(text))


def profit_detail_lines(
    group: ProfitGroup,
    report: ProfitReport,
    t: Translations,
    width: int,
    *,
    show_raw_fields: bool = False,
    amounts_hidden: bool = False,
) -> tuple[Line, ...]:
    """Return the days or trades of a group, newest first, or KIS's own fields of them."""
    lines = sorted(group.lines, key=lambda line: str(line.trade_date), reverse=True)
    if show_raw_fields:
        rows = [line.row for line in lines]
        return raw_field_lines(rows, t, width, amounts_hidden=amounts_hidden)
    named_lines = (
        line
        if line.name or line.code or line.is_today
        else replace(line, name=t(f"market.{line.market.value}"))
        for line in group.lines
    )
    part = replace(report, lines=tuple(named_lines), grouping=ProfitGrouping.TRADE)
    return indented_rows(profit_table(part, t, amounts_hidden=amounts_hidden), width)


def indented_rows(table: Table, width: int) -> tuple[Line, ...]:
    """Return header and rows of a table in `width` columns, after the blank of other details."""
    indent = Cell(" ")
    layout = table.lay_out(width - indent.width)
    return tuple((indent, *line) for line in (layout.header, *layout.rows))
