"""`kistui balance --all`: the accounts of all profiles, fetched concurrently."""

import asyncio
from argparse import Namespace

from kistui.cli.context import open_session, unlocked_profiles
from kistui.cli.output import ProgressPrinter, print_csv, print_table, table_width
from kistui.cli.snapshot import (
    are_amounts_hidden,
    fetch_balance,
    print_doubts,
    record_history,
)
from kistui.clock import system_clock
from kistui.errors import KistuiError
from kistui.formatting import export
from kistui.formatting.accounts_table import build_accounts_table
from kistui.formatting.cells import styled_lines
from kistui.formatting.serialization import FailedAccount
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.load_state import Failed, Loaded
from kistui.models.totals import AccountOverview, compute_totals
from kistui.services.profiles import ProfileService

Snapshot = export.BalanceSnapshot | FailedAccount


def run(options: Namespace, t: Translations) -> int:
    """Print all accounts in the chosen format; return 1 if one could not be fetched in full."""
    with unlocked_profiles(options, t) as (profiles, all_profiles):
        snapshots = asyncio.run(_fetch_all(profiles, all_profiles, t, options))
        hidden = are_amounts_hidden(options, profiles)
        match options.format:
            case "json":
                totals = compute_totals(map(_account_overview, snapshots))
                print(export.accounts_json(snapshots, totals, amounts_hidden=hidden))
            case "csv" | "tsv":
                print_csv(export.accounts_csv(snapshots, amounts_hidden=hidden), options)
            case _:
                table = _format_table(profiles, snapshots, t, amounts_hidden=hidden)
                print_table(table, options)
        for snapshot in snapshots:
            if options.format != "json" and isinstance(snapshot, export.BalanceSnapshot):
                print_doubts(snapshot.balance, t, prefix=snapshot.profile.name)
    return int(any(map(_has_failed, snapshots)))


def _has_failed(snapshot: Snapshot) -> bool:
    return isinstance(snapshot, FailedAccount) or isinstance(snapshot.balance.overseas, Failed)


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
                balance = await fetch_balance(session, options, on_progress)
                fetched_at = system_clock()
                await asyncio.to_thread(record_history, profiles, profile, balance, fetched_at)
                return export.BalanceSnapshot(profile, balance, fetched_at)
        except KistuiError as error:
            return FailedAccount(profile, error)

    return await asyncio.gather(*map(fetch, all_profiles))


def _account_overview(snapshot: Snapshot) -> AccountOverview:
    if isinstance(snapshot, FailedAccount):
        return AccountOverview(snapshot.profile, Failed(snapshot.error, system_clock()))
    return AccountOverview(snapshot.profile, Loaded(snapshot.balance, snapshot.fetched_at))


def _format_table(
    profiles: ProfileService,
    snapshots: list[Snapshot],
    t: Translations,
    *,
    amounts_hidden: bool,
) -> str:
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
