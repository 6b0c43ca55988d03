"""`kistui snapshot`: record today's totals in the asset history, without output for cron."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace

from kistui.cli.context import (
    list_command_profiles,
    open_command_profiles,
    open_session,
    unlock_several,
)
from kistui.cli.output import print_notice, print_progress
from kistui.cli.parser import add_common_options
from kistui.cli.prompts import prompt_secret
from kistui.cli.signals import run_coroutine
from kistui.clock import system_clock
from kistui.errors import KistuiError, NoAccountError
from kistui.formatting.error_text import describe_error
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.calls import ProgressEvent
from kistui.models.load_state import Failed
from kistui.models.market_hours import AfterHoursPrice
from kistui.services.profiles import ProfileService


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui snapshot`."""
    add_common_options(parser, t)
    parser.add_argument("--all", action="store_true", help=t("cli.snapshot_all"))


def run(options: Namespace, t: Translations) -> int:
    """Record one account or all; return the exit code of the first that failed.

    Prints nothing on success, except on a terminal; each account is a line in the log.
    """
    with open_command_profiles(options, t) as profiles:
        chosen = _chosen_profiles(profiles, options)
        if not profiles.history.is_recording:
            print_notice(f"kistui: {t('cli.history_off')}")
            return 1
        if options.all:
            unlock_several(profiles, chosen, t)
        elif any(map(profiles.secrets.needs_passphrase, chosen)):
            profiles.secrets.unlock(prompt_secret(t("passphrase.title")))

        async def record_all() -> list[int]:
            return await asyncio.gather(
                *(_record(profiles, profile, t, options) for profile in chosen)
            )

        return next(filter(None, run_coroutine(record_all())), 0)


def _chosen_profiles(profiles: ProfileService, options: Namespace) -> tuple[Profile, ...]:
    """Return the profiles of the options; raises NoAccountError if there is none."""
    if options.demo or options.all:
        chosen = list_command_profiles(profiles, options)
    else:
        profile = profiles.resolve(options.profile)
        chosen = (profile,) if profile else ()
    if not chosen:
        raise profiles.env_account.problem() or NoAccountError()
    return chosen


async def _record(
    profiles: ProfileService, profile: Profile, t: Translations, options: Namespace
) -> int:
    """Load and record one account; return its exit code."""
    prefix = f"kistui: {profile.name}: " if options.all else "kistui: "

    def on_progress(progress: ProgressEvent) -> None:
        if sys.stderr.isatty():
            print_progress(progress, t)

    try:
        async with open_session(profiles, profile, t, options) as session:
            session.after_hours_price = AfterHoursPrice.CLOSE  # the history has closing prices
            balance = await session.fetch_full_balance(system_clock, on_progress)
        if isinstance(balance.overseas, Failed):
            raise balance.overseas.error
        is_complete_day = await asyncio.to_thread(
            profiles.history.record, profile, balance, system_clock()
        )
    except KistuiError as error:
        profiles.call_log.record_history(profile.name, error.slug)
        description = describe_error(error, t)
        print_notice(f"{prefix}{description.summary}", description.hint)
        return error.exit_code
    profiles.call_log.record_history(profile.name, "ok" if is_complete_day else "partial")
    if not is_complete_day:
        print_notice(f"{prefix}{t('cli.snapshot_partial')}")
        return 1
    if sys.stdout.isatty():
        print(t("cli.snapshot_done", name=profile.name))
    return 0
