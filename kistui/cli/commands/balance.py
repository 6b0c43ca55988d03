"""`kistui balance`: print the summary of one account, or of all, fetched concurrently."""

import asyncio
from argparse import ArgumentParser, Namespace

from kistui.cli.balances import (
    ALL_MARKETS,
    KOREA,
    are_amounts_hidden,
    fetch_balance,
    fetch_snapshot,
    print_overseas_failure,
    print_warnings,
    record_refresh,
)
from kistui.cli.context import open_session, unlocked_profiles
from kistui.cli.output import ProgressPrinter, print_csv, print_failure, print_table, table_width
from kistui.cli.parser import (
    TABLE_FORMATS,
    add_common_options,
    add_format_option,
    add_hide_option,
    add_price_option,
)
from kistui.cli.signals import run_coroutine
from kistui.clock import system_clock
from kistui.errors import KistuiError
from kistui.formatting import balance_exports
from kistui.formatting.serialization import FailedAccount
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.load_state import Failed, Loaded
from kistui.models.totals import AccountOverview, compute_totals
from kistui.services.profiles import ProfileService

Snapshot = balance_exports.BalanceSnapshot | FailedAccount


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui balance`."""
    add_common_options(parser, t)
    add_format_option(parser, t, TABLE_FORMATS)
    add_hide_option(parser, t)
    add_price_option(parser, t)
    parser.add_argument("--market", choices=(KOREA, ALL_MARKETS), help=t("cli.market_balance"))
    parser.add_argument("--all", action="store_true", help=t("cli.all"))


def run(options: Namespace, t: Translations) -> int:
    """Print the summary in the chosen format; return the exit code."""
    if options.all:
        return _print_all(options, t)
    snapshot, hidden = fetch_snapshot(options, t, with_overseas=options.market != KOREA)
    match options.format:
        case "json":
            print(balance_exports.summary_json(snapshot, amounts_hidden=hidden))
        case "csv" | "tsv":
            print_csv(balance_exports.summary_csv(snapshot, t, amounts_hidden=hidden), options)
            print_warnings(snapshot.balance, t)
        case _:
            from kistui.cli.balance_tables import summary_table

            table = summary_table(snapshot, t, table_width(), amounts_hidden=hidden)
            print_table(table, options)
    return print_overseas_failure(snapshot, t)


def _print_all(options: Namespace, t: Translations) -> int:
    """Print all accounts; return 1 if one could not be fetched in full."""
    with unlocked_profiles(options, t) as (profiles, all_profiles):
        snapshots = run_coroutine(_fetch_all(profiles, all_profiles, t, options))
        hidden = are_amounts_hidden(options, profiles)
        match options.format:
            case "json":
                totals = compute_totals(map(_account_overview, snapshots))
                print(balance_exports.accounts_json(snapshots, totals, amounts_hidden=hidden))
            case "csv" | "tsv":
                print_csv(balance_exports.accounts_csv(snapshots, amounts_hidden=hidden), options)
            case _:
                table = _accounts_table(profiles, snapshots, t, amounts_hidden=hidden)
                print_table(table, options)
    code = 0
    for snapshot in snapshots:
        if isinstance(snapshot, FailedAccount):
            print_failure(snapshot, t)
            code = 1
            continue
        name = snapshot.profile.name
        if options.format != "json":
            print_warnings(snapshot.balance, t, prefix=name)
        code |= print_overseas_failure(snapshot, t, name)
    return code


async def _fetch_all(
    profiles: ProfileService,
    all_profiles: tuple[Profile, ...],
    t: Translations,
    options: Namespace,
) -> list[Snapshot]:
    on_progress = ProgressPrinter(t)

    async def fetch(profile: Profile) -> Snapshot:
        try:
            async with open_session(profiles, profile, t, options) as session:
                with_overseas = options.market != KOREA
                balance = await fetch_balance(session, on_progress, with_overseas=with_overseas)
                fetched_at = system_clock()
                await asyncio.to_thread(record_refresh, profiles, profile, balance, fetched_at)
                return balance_exports.BalanceSnapshot(profile, balance, fetched_at)
        except KistuiError as error:
            return FailedAccount(profile, error)

    return await asyncio.gather(*map(fetch, all_profiles))


def _account_overview(snapshot: Snapshot) -> AccountOverview:
    if isinstance(snapshot, FailedAccount):
        return AccountOverview(snapshot.profile, Failed(snapshot.error, system_clock()))
    return AccountOverview(snapshot.profile, Loaded(snapshot.balance, snapshot.fetched_at))


def _accounts_table(
    profiles: ProfileService,
    snapshots: list[Snapshot],
    t: Translations,
    *,
    amounts_hidden: bool,
) -> str:
    from kistui.formatting.accounts_table import build_accounts_table
    from kistui.formatting.ansi import styled_lines

    overviews = [
        AccountOverview(
            overview.profile, overview.balance_state, profiles.token_status(overview.profile).record
        )
        for overview in map(_account_overview, snapshots)
    ]
    table = build_accounts_table(
        overviews,
        profiles.default_name(),
        system_clock(),
        t,
        amounts_hidden=amounts_hidden,
    ).lay_out(table_width())
    lines = (table.header, *table.rows, table.total_row)
    return styled_lines(lines)
