"""`kistui holdings`: print the holdings of an account."""

from argparse import ArgumentParser, Namespace

from kistui.cli.balances import (
    ALL_MARKETS,
    MARKETS,
    fetch_snapshot,
    print_overseas_failure,
    print_warnings,
)
from kistui.cli.output import UsageError, print_csv, print_table, table_width
from kistui.cli.parser import (
    TABLE_FORMATS,
    add_common_options,
    add_format_option,
    add_hide_option,
    add_price_option,
)
from kistui.formatting import balance_exports
from kistui.i18n.translations import Translations
from kistui.models.markets import Market


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui holdings`."""
    add_common_options(parser, t)
    add_format_option(parser, t, TABLE_FORMATS)
    add_hide_option(parser, t)
    add_price_option(parser, t)
    parser.add_argument("--market", choices=(*MARKETS, ALL_MARKETS), help=t("cli.market_holdings"))
    parser.add_argument("--lots", action="store_true", help=t("cli.lots"))


def run(options: Namespace, t: Translations) -> int:
    """Print the holdings or every lot, of one market or of all; return the exit code."""
    market = None if options.market in {None, ALL_MARKETS} else Market(options.market)
    if options.lots and options.format in {"csv", "tsv"}:  # which has the columns of one market
        if options.market == ALL_MARKETS:
            raise UsageError(t("cli.one_market"))
        market = market or Market.KR
    snapshot, hidden = fetch_snapshot(options, t, with_overseas=market is not Market.KR)
    match options.format:
        case "json":
            print(
                balance_exports.holdings_json(
                    snapshot, as_lots=options.lots, amounts_hidden=hidden, market=market
                )
            )
        case "csv" | "tsv":
            text = balance_exports.holdings_csv(
                snapshot, as_lots=options.lots, amounts_hidden=hidden, market=market
            )
            print_csv(text, options)
            print_warnings(snapshot.balance, t)
        case _:
            from kistui.cli.balance_tables import holdings_table

            # A domestic snapshot has no other market to leave out.
            market_filter = None if market is Market.KR else market
            table = holdings_table(
                snapshot,
                t,
                table_width(),
                lots=options.lots,
                market=market_filter,
                amounts_hidden=hidden,
            )
            print_table(table, options)
    return print_overseas_failure(snapshot, t)
