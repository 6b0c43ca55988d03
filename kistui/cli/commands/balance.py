"""`kistui balance` and `kistui holdings`: one reading, on standard output."""

import shutil
import sys
from argparse import Namespace
from datetime import datetime

from kistui.cli.context import unlocked_profile
from kistui.cli.running import result_of
from kistui.clock import system_clock
from kistui.formatting import export
from kistui.i18n.translations import Translations
from kistui.models.account import supports_overseas
from kistui.models.balance import Balance
from kistui.models.load_state import Failed
from kistui.models.overseas import Market
from kistui.models.progress import ProgressEvent, RetryScheduled, TokenRequestDelayed

KOREA, ALL_MARKETS = Market.KR.value, "all"
EXIT_USAGE = 2
PIPED_WIDTH = 200
"""Columns for a table nobody looks at in a terminal: every column of it."""


def run_balance(options: Namespace, t: Translations) -> int:
    """Print the summary in the chosen form, or with `--all` that of every account."""
    if options.all:
        from kistui.cli.commands.balance_all import run

        return run(options, t)
    reading = _fetch_snapshot(options, t)
    match options.format:
        case "json":
            print(export.summary_json(reading))
        case "csv":
            print(export.summary_csv(reading, t), end="")
        case _:
            from kistui.cli.tables import summary_table

            _print_table(summary_table(reading, t), options)
            _print_overseas_notice(reading, options, t)
    return _exit_code(reading, t)


def run_holdings(options: Namespace, t: Translations) -> int:
    """Print the holdings, or every lot, in the chosen form, of one market or of all."""
    if options.lots and options.format == "csv" and options.market == ALL_MARKETS:
        print(f"kistui: {t('cli.one_market')}", file=sys.stderr)
        return EXIT_USAGE
    reading = _fetch_snapshot(options, t)
    market = None if options.market == ALL_MARKETS else Market(options.market or KOREA)
    match options.format:
        case "json":
            print(export.holdings_json(reading, as_lots=options.lots, market=market))
        case "csv":
            print(export.holdings_csv(reading, as_lots=options.lots, market=market), end="")
        case _:
            from kistui.cli.tables import holdings_table

            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED_WIDTH
            only = None if options.market in {None, KOREA} else market  # there is nothing else
            table = holdings_table(reading, t, width, lots=options.lots, market=only)
            _print_table(table, options)
            _print_overseas_notice(reading, options, t)
    return _exit_code(reading, t)


def _print_table(table: str, options: Namespace) -> None:
    from kistui.formatting.ascii import to_ascii

    print(to_ascii(table) if options.ascii else table)


def _print_overseas_notice(
    reading: export.BalanceSnapshot, options: Namespace, t: Translations
) -> None:
    """A table of home alone says so, unless that was asked for."""
    if options.market is None and supports_overseas(reading.profile.account.product_code):
        print(t("cli.home_alone"))


def _exit_code(reading: export.BalanceSnapshot, t: Translations) -> int:
    """1, and why, where what is held abroad could not be read; what could be is printed."""
    if not isinstance(reading.balance.overseas, Failed):
        return 0
    from kistui.formatting.status import describe_error

    told = describe_error(reading.balance.overseas.error, t)
    print(t("overseas.failed", title=f"{told.title}. {told.hint}"), file=sys.stderr)
    return 1


def _fetch_snapshot(options: Namespace, t: Translations) -> export.BalanceSnapshot:
    with unlocked_profile(options, t) as (profiles, profile):

        def tell(progress: ProgressEvent) -> None:
            _print_progress(progress, t)

        async def read() -> tuple[Balance, datetime]:
            session = profiles.open_session(profile)
            try:
                if options.market in {None, KOREA}:
                    return await session.fetch_balance(tell), system_clock()
                return await session.fetch_full_balance(system_clock, tell), system_clock()
            finally:
                await session.aclose()

        balance, at = result_of(read())
        return export.BalanceSnapshot(profile, balance, at)


def _print_progress(progress: ProgressEvent, t: Translations) -> None:
    if isinstance(progress, (RetryScheduled, TokenRequestDelayed)):
        from kistui.formatting.status import describe_progress

        print(describe_progress(progress, t, stop_key="Ctrl+C"), file=sys.stderr)
