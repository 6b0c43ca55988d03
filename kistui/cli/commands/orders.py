"""`kistui orders`: print the orders of one account or all in a range of days."""

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator
from functools import partial

from msgspec.structs import replace

from kistui.cli.balances import MARKETS
from kistui.cli.output import table_width
from kistui.cli.trade_lists import (
    add_list_options,
    add_range_options,
    chosen_range,
    korean_today,
    list_title,
    print_lists,
)
from kistui.formatting.ansi import styled_lines, styled_text, without_indent
from kistui.formatting.orders_table import (
    filter_orders,
    order_notes,
    order_totals_line,
    orders_table,
)
from kistui.formatting.trade_exports import (
    ORDER_FIELDS,
    TradeSnapshot,
)
from kistui.i18n.translations import Translations
from kistui.models.calls import OnProgress
from kistui.models.markets import Market
from kistui.models.order_list import OrderList
from kistui.models.orders import Side
from kistui.models.periods import Period
from kistui.services.session import Session


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

    def read(session: Session, on_progress: OnProgress) -> AsyncIterator[OrderList]:
        return session.trades.read_orders(days, today, on_progress)

    return print_lists(
        options,
        t,
        read,
        fields=ORDER_FIELDS,
        select_rows=partial(_select_rows, options=options),
        format_table=partial(_format_table, t),
        list_notes=lambda content, _hidden: order_notes(content, t),
    )


def _select_rows(
    snapshot: TradeSnapshot[OrderList], options: Namespace
) -> TradeSnapshot[OrderList]:
    rows = filter_orders(
        snapshot.content.orders,
        query=options.item,
        market=Market(options.market) if options.market else None,
        side=Side(options.side) if options.side else None,
        open_only=options.open,
    )
    return replace(snapshot, rows=rows)


def _format_table(t: Translations, snapshot: TradeSnapshot[OrderList], amounts_hidden: bool) -> str:
    content = snapshot.content
    title = list_title("trades", content.days, t)
    if not snapshot.rows:
        return f"{title}\n\n{t('orders.none_match' if content.orders else 'orders.none')}"
    layout = orders_table(snapshot.rows, t, amounts_hidden=amounts_hidden).lay_out(table_width())
    lines = [layout.header, *layout.rows]
    shown_orders = content.showing(snapshot.rows)
    total = order_totals_line(shown_orders, t, amounts_hidden=amounts_hidden)
    text = styled_lines(lines)
    return f"{title}\n\n{text}\n\n{styled_text(without_indent(total))}"
