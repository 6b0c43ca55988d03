"""What the commands that read balances share: fetching, hidden amounts and warnings."""

from argparse import Namespace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from kistui.cli.context import open_session, unlocked_profile
from kistui.cli.output import print_notice, print_progress
from kistui.cli.signals import run_coroutine
from kistui.clock import system_clock
from kistui.errors import KistuiError
from kistui.formatting.balance_exports import BalanceSnapshot
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.calls import OnProgress
from kistui.models.load_state import Failed
from kistui.models.markets import Market
from kistui.services.profiles import ProfileService

if TYPE_CHECKING:
    from kistui.services.session import Session

KOREA, ALL_MARKETS = Market.KR.value, "all"
MARKETS = tuple(market.value for market in Market if market is not Market.OTHER)
"""Values of `--market`; `ALL_MARKETS` is a value of `kistui holdings` only."""


def are_amounts_hidden(options: Namespace, profiles: ProfileService) -> bool:
    """Return whether `--hide` hides amounts, or without it the user's setting."""
    hide: bool | None = options.hide
    if hide is not None:
        return hide
    try:
        return profiles.settings.load().amounts_hidden
    except KistuiError:
        if options.demo:  # works with a faulty config too, and its amounts are made up
            return False
        raise


async def fetch_balance(
    session: "Session", on_progress: OnProgress, *, with_overseas: bool
) -> Balance:
    """Fetch the domestic balance, and the overseas one if asked for."""
    if with_overseas:
        return await session.fetch_full_balance(system_clock, on_progress)
    return await session.fetch_balance(on_progress)


def fetch_snapshot(
    options: Namespace, t: Translations, *, with_overseas: bool
) -> tuple[BalanceSnapshot, bool]:
    """Fetch the balance of the profile in the options; return also whether amounts are hidden."""
    with unlocked_profile(options, t) as (profiles, profile):
        on_progress = partial(print_progress, t=t)

        async def fetch() -> tuple[Balance, datetime]:
            async with open_session(profiles, profile, t, options) as session:
                balance = await fetch_balance(session, on_progress, with_overseas=with_overseas)
                return balance, system_clock()

        balance, fetched_at = run_coroutine(fetch())
        record_refresh(profiles, profile, balance, fetched_at)
        hidden = are_amounts_hidden(options, profiles)
        return BalanceSnapshot(profile, balance, fetched_at), hidden


def record_refresh(
    profiles: ProfileService, profile: Profile, balance: Balance, fetched_at: datetime
) -> None:
    """Record a balance in the asset history; that of a demo ends with the command."""
    if not profile.is_demo:  # its past days would be computed first
        profiles.history.record_refresh(profile, balance, fetched_at)


def print_warnings(balance: Balance, t: Translations, prefix: str = "kistui") -> None:
    """Print on stderr what could not be read and what may be missing."""
    from kistui.formatting.balance_status import warning_texts

    for text in warning_texts(balance, t):
        print_notice(f"{prefix}: {text}")


def print_overseas_failure(
    snapshot: BalanceSnapshot, t: Translations, account_name: str = ""
) -> int:
    """Print why the overseas part failed, if it did; return the exit code."""
    if not isinstance(snapshot.balance.overseas, Failed):
        return 0
    from kistui.formatting.error_text import describe_error

    title = describe_error(snapshot.balance.overseas.error, t).instruction
    prefix = f"{account_name}: " if account_name else ""
    print_notice(f"{prefix}{t('overseas.failed', title=title)}")
    return 1
