"""`kistui balance`: print the summary of one account, or of all."""

from argparse import ArgumentParser, Namespace

from kistui.cli.output import print_csv, print_table, table_width
from kistui.cli.parser import (
    TABLE_FORMATS,
    add_common_options,
    add_format_option,
    add_hide_option,
    add_price_option,
)
from kistui.cli.snapshot import (
    exit_code,
    fetch_snapshot,
    print_doubts,
)
from kistui.formatting import export
from kistui.i18n.translations import Translations


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui balance`."""
    add_common_options(parser, t)
    add_format_option(parser, t, TABLE_FORMATS)
    add_hide_option(parser, t)
    add_price_option(parser, t)
    parser.add_argument("--market", choices=("kr", "all"), help=t("cli.market_balance"))
    parser.add_argument("--all", action="store_true", help=t("cli.all"))


def run(options: Namespace, t: Translations) -> int:
    """Print the summary in the chosen format; return the exit code."""
    if options.all:
        from kistui.cli import all_accounts

        return all_accounts.run(options, t)
    snapshot, hidden = fetch_snapshot(options, t)
    match options.format:
        case "json":
            print(export.summary_json(snapshot, amounts_hidden=hidden))
        case "csv" | "tsv":
            print_csv(export.summary_csv(snapshot, t, amounts_hidden=hidden), options)
            print_doubts(snapshot.balance, t)
        case _:
            from kistui.cli.tables import summary_table

            table = summary_table(snapshot, t, table_width(), amounts_hidden=hidden)
            print_table(table, options)
    return exit_code(snapshot, t)
