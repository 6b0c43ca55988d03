"""What the commands that read balances share: fetching, hidden amounts and warnings."""

from argparse import Namespace
from datetime import datetime
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
from kistui.models.calls import OnProgress, ProgressEvent
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


async def fetch_balance(session: "Session", options: Namespace, on_progress: OnProgress) -> Balance:
    """Fetch the domestic balance, and the overseas one unless `--market` is `kr`."""
    if options.market == KOREA:
        return await session.fetch_balance(on_progress)
    return await session.fetch_full_balance(system_clock, on_progress)


def fetch_snapshot(options: Namespace, t: Translations) -> tuple[BalanceSnapshot, bool]:
    """Fetch the balance of the profile in the options, overseas too unless `--market` is `kr`.

    Return it with whether its amounts are hidden.
    """
    with unlocked_profile(options, t) as (profiles, profile):

        def on_progress(progress: ProgressEvent) -> None:
            print_progress(progress, t)

        async def fetch() -> tuple[Balance, datetime]:
            async with open_session(profiles, profile, t, options) as session:
                return await fetch_balance(session, options, on_progress), system_clock()

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


def exit_code(snapshot: BalanceSnapshot, t: Translations) -> int:
    """Return 1, and print why, if the overseas part failed; 0 otherwise."""
    if not isinstance(snapshot.balance.overseas, Failed):
        return 0
    from kistui.formatting.status import describe_error

    title = describe_error(snapshot.balance.overseas.error, t).instruction
    print_notice(t("overseas.failed", title=title))
    return 1
