"""`kistui profit`: print the realised profit of one account or all in a range of days."""

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator
from functools import partial

from msgspec.structs import replace

from kistui.cli.balances import MARKETS
from kistui.cli.output import table_width
from kistui.cli.parser import add_enum_option
from kistui.cli.trade_lists import (
    add_list_options,
    add_range_options,
    chosen_range,
    korean_today,
    list_title,
    print_lists,
    year_type,
)
from kistui.formatting.ansi import styled_lines
from kistui.formatting.profit_table import (
    check_text,
    profit_headline,
    profit_notes,
    profit_table,
)
from kistui.formatting.trade_exports import (
    PROFIT_FIELDS,
    TradeSnapshot,
)
from kistui.i18n.translations import Translations
from kistui.models.calls import OnProgress
from kistui.models.markets import Market
from kistui.models.periods import Period
from kistui.models.profit_report import ProfitGrouping, ProfitReport
from kistui.services.session import Session


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui profit`."""
    add_list_options(parser, t)
    add_range_options(parser, t, Period.MONTH)
    parser.add_argument("--year", type=year_type(t), metavar="YYYY", help=t("cli.period_year"))
    add_enum_option(parser, "--by", ProfitGrouping.DAY, t("cli.by"))
    parser.add_argument("--market", choices=MARKETS, help=t("cli.market_orders"))


def run(options: Namespace, t: Translations) -> int:
    """Print the profit in the chosen format; return 1 if a part could not be read."""
    today = korean_today()
    days = chosen_range(options, t, today)

    def read(session: Session, on_progress: OnProgress) -> AsyncIterator[ProfitReport]:
        return session.trades.read_profit(days, ProfitGrouping(options.by), today, on_progress)

    market = Market(options.market) if options.market else None
    return print_lists(
        options,
        t,
        read,
        fields=PROFIT_FIELDS,
        select_rows=partial(_select_rows, market=market),
        format_table=partial(_format_table, t),
        list_notes=partial(_list_notes, t),
    )


def _select_rows(
    snapshot: TradeSnapshot[ProfitReport], market: Market | None
) -> TradeSnapshot[ProfitReport]:
    """Return a snapshot with the lines of one market, and its groups as rows."""
    report = snapshot.content
    if market is not None:
        lines = tuple(line for line in report.lines if line.market is market)
        report = replace(report, lines=lines)
        if market is not Market.KR:
            report = replace(report, checks=())  # KIS's totals are those of all markets
    return replace(snapshot, content=report, rows=report.groups())


def _list_notes(t: Translations, report: ProfitReport, amounts_hidden: bool) -> list[str]:
    notes = profit_notes(report, t)
    if report.wrong_sums:
        notes.append(check_text(report, t, amounts_hidden=amounts_hidden))
    return notes


def _format_table(
    t: Translations, snapshot: TradeSnapshot[ProfitReport], amounts_hidden: bool
) -> str:
    report = snapshot.content
    title = list_title("profit", report.days, t)
    if not snapshot.rows:
        return f"{title}\n\n{t('profit.none')}"
    width = table_width()
    headline = profit_headline(report, t, width, amounts_hidden=amounts_hidden)
    layout = profit_table(report, t, amounts_hidden=amounts_hidden).lay_out(width)
    lines = [*headline, (), layout.header, *layout.rows, (), layout.total_row]
    text = styled_lines(lines)
    check = "" if report.wrong_sums else check_text(report, t)
    return "\n\n".join(part for part in (title, text, check) if part)
