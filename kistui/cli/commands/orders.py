"""`kistui orders`: print the orders of an account, or of all, in a range of days."""

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator

from msgspec.structs import replace

from kistui.cli.output import print_table, print_usage_error, table_width
from kistui.cli.trade_lists import (
    add_list_options,
    add_range_options,
    chosen_range,
    korean_today,
    print_failure,
    print_notes,
    read_lists,
)
from kistui.formatting.cells import plain_text
from kistui.formatting.orders_table import (
    filter_orders,
    order_notes,
    order_totals_line,
    orders_table,
    range_text,
)
from kistui.formatting.trade_exports import (
    ORDER_FIELDS,
    FailedTrades,
    TradeSnapshot,
    trades_csv,
    trades_json,
)
from kistui.i18n.translations import Translations
from kistui.models.calls import OnProgress
from kistui.models.order_list import OrderList
from kistui.models.orders import Side
from kistui.models.overseas import Market
from kistui.models.periods import Period
from kistui.services.trade_history import TradeHistory

MARKETS = ("kr", "us", "hk", "cn", "jp", "vn")


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui orders`."""
    add_list_options(parser, t)
    add_range_options(parser, t, Period.TODAY)
    parser.add_argument("--open", action="store_true", help=t("cli.open_orders"))
    parser.add_argument("--side", choices=[side.value for side in Side], help=t("cli.side"))
    parser.add_argument("--market", choices=MARKETS, help=t("cli.market_orders"))
    parser.add_argument("--item", metavar="TEXT", default="", help=t("cli.item"))


def run(options: Namespace, t: Translations) -> int:
    """Print the orders in the chosen format; return 1 if a part could not be read."""
    today = korean_today()
    days = chosen_range(options, t, today)
    if isinstance(days, str):
        return print_usage_error(days)

    def read(trades: TradeHistory, on_progress: OnProgress) -> AsyncIterator[OrderList]:
        return trades.read_orders(days, today, on_progress)

    snapshots, hidden = read_lists(options, t, read)
    shown = [_filtered(snapshot, options) for snapshot in snapshots]
    match options.format:
        case "json":
            print(trades_json(shown, all_accounts=options.all, amounts_hidden=hidden))
        case "csv":
            text = trades_csv(
                shown, fields=ORDER_FIELDS, all_accounts=options.all, amounts_hidden=hidden
            )
            print(text, end="")
        case _:
            tables = [
                _format_table(snapshot, t, with_name=options.all, amounts_hidden=hidden)
                for snapshot in shown
                if isinstance(snapshot, TradeSnapshot)
            ]
            print_table("\n\n".join(tables), ascii_only=options.ascii)
    is_complete = True
    for snapshot in shown:
        if isinstance(snapshot, FailedTrades):
            print_failure(snapshot, t)
            is_complete = False
        elif isinstance(snapshot.content, OrderList):
            print_notes(order_notes(snapshot.content, t))
            is_complete = is_complete and snapshot.content.is_complete
    return int(not is_complete)


def _filtered(
    snapshot: TradeSnapshot | FailedTrades, options: Namespace
) -> TradeSnapshot | FailedTrades:
    if isinstance(snapshot, FailedTrades) or not isinstance(snapshot.content, OrderList):
        return snapshot
    rows = filter_orders(
        snapshot.content.orders,
        query=options.item,
        market=Market(options.market) if options.market else None,
        side=Side(options.side) if options.side else None,
        open_only=options.open,
    )
    return replace(snapshot, rows=rows)


def _format_table(
    snapshot: TradeSnapshot, t: Translations, *, with_name: bool, amounts_hidden: bool
) -> str:
    content = snapshot.content
    assert isinstance(content, OrderList)  # noqa: S101
    name = f"{snapshot.profile.name} · " if with_name else ""
    title = f"{name}{range_text(content.days)}"
    if not snapshot.rows:
        return f"{title}\n\n{t('orders.none')}"
    layout = orders_table(snapshot.rows, t, amounts_hidden=amounts_hidden).lay_out(table_width())
    lines = [layout.header, *layout.rows]
    shown = replace(content, orders=tuple(snapshot.rows))
    if len(snapshot.rows) != len(content.orders):
        shown = replace(shown, estimated_costs=None)  # KIS's estimate is for all orders
    total = order_totals_line(shown, t, amounts_hidden=amounts_hidden)
    text = "\n".join(plain_text(line).rstrip() for line in lines)
    return f"{title}\n\n{text}\n\n{plain_text(total).strip()}"
