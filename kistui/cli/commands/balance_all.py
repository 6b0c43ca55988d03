"""`kistui balance --all`: every account, read side by side, each in its own state."""

import asyncio
import shutil
import sys
from argparse import Namespace

from kistui.cli.context import demo_simulator_options, open_profiles, prompt_secret
from kistui.cli.running import result_of
from kistui.clock import system_clock
from kistui.errors import KistuiError, MissingCredentialsError
from kistui.formatting import export
from kistui.formatting.accounts_table import build_accounts_table
from kistui.formatting.ascii import to_ascii
from kistui.formatting.cells import plain_text
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.account_totals import AccountOverview, compute_totals
from kistui.models.load_state import Failed, Loaded
from kistui.services.profiles import ProfileService

PIPED_WIDTH = 160


def run(options: Namespace, t: Translations) -> int:
    """Print all accounts in the chosen form; 1 when one of them could not be read."""
    with open_profiles(
        lambda: demo_simulator_options(options), t=t, is_debug=options.debug
    ) as profiles:
        if options.demo:
            profiles.demo_profile()
        known = profiles.list_profiles()
        if not known:
            raise MissingCredentialsError(names="KIS_APP_KEY, KIS_APP_SECRET, KIS_ACCOUNT")
        if any(map(profiles.needs_passphrase, known)):
            profiles.unlock(prompt_secret(t("passphrase.title")))
        readings = result_of(_fetch_all(profiles, known, include_overseas=options.market != "kr"))
        match options.format:
            case "json":
                print(export.accounts_json(readings, compute_totals(map(_account_state, readings))))
            case "csv":
                print(export.accounts_csv(readings), end="")
            case _:
                table = _format_table(profiles, readings, t)
                print(to_ascii(table) if options.ascii else table)
    return int(any(map(_has_failed, readings)))


def _has_failed(reading: export.BalanceSnapshot | export.FailedSnapshot) -> bool:
    return isinstance(reading, export.FailedSnapshot) or isinstance(
        reading.balance.overseas, Failed
    )


async def _fetch_all(
    profiles: ProfileService, known: tuple[Profile, ...], *, include_overseas: bool
) -> list[export.BalanceSnapshot | export.FailedSnapshot]:
    return await asyncio.gather(
        *(
            _fetch_snapshot(profiles, profile, include_overseas=include_overseas)
            for profile in known
        )
    )


async def _fetch_snapshot(
    profiles: ProfileService, profile: Profile, *, include_overseas: bool
) -> export.BalanceSnapshot | export.FailedSnapshot:
    try:
        session = profiles.open_session(profile)
        try:
            balance = await (
                session.fetch_full_balance(system_clock)
                if include_overseas
                else session.fetch_balance()
            )
            return export.BalanceSnapshot(profile, balance, system_clock())
        finally:
            await session.aclose()
    except KistuiError as error:
        return export.FailedSnapshot(profile, error)


def _account_state(reading: export.BalanceSnapshot | export.FailedSnapshot) -> AccountOverview:
    if isinstance(reading, export.FailedSnapshot):
        return AccountOverview(reading.profile, Failed(reading.error, system_clock()))
    return AccountOverview(reading.profile, Loaded(reading.balance, reading.fetched_at))


def _format_table(
    profiles: ProfileService,
    readings: list[export.BalanceSnapshot | export.FailedSnapshot],
    t: Translations,
) -> str:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED_WIDTH
    figures = [
        AccountOverview(
            each.profile, each.balance_state, profiles.token_status(each.profile).record
        )
        for each in map(_account_state, readings)
    ]
    table = build_accounts_table(
        figures, profiles.default_name(), system_clock(), t, width, amounts_hidden=False
    )
    lines = (table.header, *table.rows, table.total_row)
    return "\n".join(plain_text(line).rstrip() for line in lines)
