"""`kistui profit`: print the realised profit of an account, or of all, in a range of days."""

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
    year_type,
)
from kistui.formatting.cells import plain_text
from kistui.formatting.orders_table import range_text
from kistui.formatting.profit_table import (
    check_text,
    profit_headline,
    profit_notes,
    profit_table,
)
from kistui.formatting.trade_exports import (
    PROFIT_FIELDS,
    FailedTrades,
    TradeSnapshot,
    trades_csv,
    trades_json,
)
from kistui.i18n.translations import Translations
from kistui.models.calls import OnProgress
from kistui.models.overseas import Market
from kistui.models.periods import Period
from kistui.models.profit_report import ProfitGrouping, ProfitReport
from kistui.services.trade_history import TradeHistory

MARKETS = ("kr", "us", "hk", "cn", "jp", "vn")


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui profit`."""
    add_list_options(parser, t)
    add_range_options(parser, t, Period.MONTH)
    parser.add_argument("--year", type=year_type(t), metavar="YYYY", help=t("cli.period_year"))
    parser.add_argument(
        "--by",
        choices=[grouping.value for grouping in ProfitGrouping],
        default=ProfitGrouping.DAY.value,
        help=t("cli.by"),
    )
    parser.add_argument("--market", choices=MARKETS, help=t("cli.market_orders"))


def run(options: Namespace, t: Translations) -> int:
    """Print the profit in the chosen format; return 1 if a part could not be read."""
    today = korean_today()
    days = chosen_range(options, t, today)
    if isinstance(days, str):
        return print_usage_error(days)

    def read(trades: TradeHistory, on_progress: OnProgress) -> AsyncIterator[ProfitReport]:
        return trades.read_profit(days, ProfitGrouping(options.by), today, on_progress)

    snapshots, hidden = read_lists(options, t, read)
    market = Market(options.market) if options.market else None
    shown = [_of_market(snapshot, market) for snapshot in snapshots]
    match options.format:
        case "json":
            print(trades_json(shown, all_accounts=options.all, amounts_hidden=hidden))
        case "csv":
            text = trades_csv(
                shown, fields=PROFIT_FIELDS, all_accounts=options.all, amounts_hidden=hidden
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
        elif isinstance(snapshot.content, ProfitReport):
            report = snapshot.content
            notes = profit_notes(report, t)
            if report.wrong_sums:
                notes.append(check_text(report, t, amounts_hidden=hidden))
            print_notes(notes)
            is_complete = is_complete and report.is_complete
    return int(not is_complete)


def _of_market(
    snapshot: TradeSnapshot | FailedTrades, market: Market | None
) -> TradeSnapshot | FailedTrades:
    """Return a snapshot with the lines of one market, and its groups as rows."""
    if isinstance(snapshot, FailedTrades) or not isinstance(snapshot.content, ProfitReport):
        return snapshot
    report = snapshot.content
    if market is not None:
        lines = tuple(line for line in report.lines if line.market is market)
        report = replace(report, lines=lines)
        if market is not Market.KR:
            report = replace(report, checks=())  # KIS's totals are those of all markets
    return replace(snapshot, content=report, rows=report.groups())


def _format_table(
    snapshot: TradeSnapshot, t: Translations, *, with_name: bool, amounts_hidden: bool
) -> str:
    report = snapshot.content
    assert isinstance(report, ProfitReport)  # noqa: S101
    name = f"{snapshot.profile.name} · " if with_name else ""
    title = f"{name}{range_text(report.days)}"
    if not snapshot.rows:
        return f"{title}\n\n{t('profit.none')}"
    width = table_width()
    headline = profit_headline(report, t, width, amounts_hidden=amounts_hidden)
    layout = profit_table(report, t, amounts_hidden=amounts_hidden).lay_out(width)
    lines = [*headline, (), layout.header, *layout.rows, (), layout.total_row]
    text = "\n".join(plain_text(line).rstrip() for line in lines)
    check = "" if report.wrong_sums else check_text(report, t)
    return "\n\n".join(part for part in (title, text, check) if part)
