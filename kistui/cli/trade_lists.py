"""What `kistui orders`, `profit` and `tax` share: ranges, and reading one account or all."""

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import date

from kistui.cli.context import (
    demo_simulator_options,
    open_profiles,
    open_session,
    print_env_notice,
    prompt_secret,
    unlocked_profile,
)
from kistui.cli.output import print_notice, print_progress
from kistui.cli.parser import (
    TABLE_FORMATS,
    add_common_options,
    add_format_option,
    add_hide_option,
    day_type,
    int_between,
)
from kistui.cli.snapshot import are_amounts_hidden
from kistui.clock import KST, system_clock
from kistui.errors import KistuiError, NoAccountError, PassphraseRequiredError
from kistui.formatting.status import describe_error
from kistui.formatting.trade_exports import FailedTrades, TradeList, TradeSnapshot
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.calls import OnProgress, ProgressEvent
from kistui.models.periods import DateRange, Period
from kistui.services.profiles import ProfileService
from kistui.services.trade_history import TradeHistory

ReadList = Callable[[TradeHistory, OnProgress], AsyncIterator[TradeList | None]]
"""Yields a list as it grows; the last value is the whole list."""
Snapshot = TradeSnapshot | FailedTrades


def add_list_options(parser: ArgumentParser, t: Translations) -> None:
    """Add the options that the three commands share."""
    add_common_options(parser, t)
    add_format_option(parser, t, TABLE_FORMATS)
    add_hide_option(parser, t)
    parser.add_argument("--all", action="store_true", help=t("cli.orders_all"))


def add_range_options(parser: ArgumentParser, t: Translations, default: Period) -> None:
    """Add the options for a range of days."""
    parser.add_argument(
        "--period",
        choices=[period.value for period in Period],
        help=t("cli.period", default=default.value),
    )
    parser.add_argument(
        "--from", dest="first", type=day_type(t), metavar="DATE", help=t("cli.period_from")
    )
    parser.add_argument(
        "--to", dest="last", type=day_type(t), metavar="DATE", help=t("cli.period_to")
    )
    parser.set_defaults(default_period=default)


def year_type(t: Translations) -> Callable[[str], int]:
    """Return an argparse type of years."""
    return int_between(2000, 2100, t)


def korean_today() -> date:
    """Return the day in Korea."""
    return system_clock().astimezone(KST).date()


def chosen_range(options: Namespace, t: Translations, today: date) -> DateRange | str:
    """Return the days that the options name, or why they cannot be used."""
    year: int | None = getattr(options, "year", None)
    is_range = options.first is not None or options.last is not None
    if sum((options.period is not None, year is not None, is_range)) > 1:
        return t("cli.range_two")
    if year is not None:
        days = DateRange(date(year, 1, 1), min(date(year, 12, 31), max(today, date(year, 1, 1))))
    elif is_range:
        if options.first is None:
            return t("cli.period_to")
        days = DateRange(options.first, options.last or today)
    else:
        period = Period(options.period) if options.period else options.default_period
        days = period.days_until(today)
    return days if days.first <= days.last else t("cli.range_invalid")


def read_lists(options: Namespace, t: Translations, read: ReadList) -> tuple[list[Snapshot], bool]:
    """Return the lists of one account or of all, and whether amounts are to be hidden.

    Raises KistuiError if the one account fails; with `--all` its snapshot holds the error.
    """
    if not options.all:
        with unlocked_profile(options, t) as (profiles, profile):
            snapshot = asyncio.run(_read(profiles, profile, t, read, _progress_printer(t)))
            if isinstance(snapshot, FailedTrades):
                raise snapshot.error
            return [snapshot], are_amounts_hidden(options, profiles)
    with open_profiles(
        lambda: demo_simulator_options(options), t=t, is_debug=options.debug
    ) as profiles:
        if options.demo:
            profiles.demo_profile()
        all_profiles = profiles.list_profiles()
        if not all_profiles:
            raise profiles.env_problem() or NoAccountError()
        if not options.demo:
            print_env_notice(profiles, t)
        if any(map(profiles.needs_passphrase, all_profiles)):
            with suppress(PassphraseRequiredError):  # the other accounts need none
                profiles.unlock(prompt_secret(t("passphrase.title")))
        on_progress = _progress_printer(t)

        async def read_all() -> list[Snapshot]:
            return await asyncio.gather(
                *(_read(profiles, profile, t, read, on_progress) for profile in all_profiles)
            )

        return asyncio.run(read_all()), are_amounts_hidden(options, profiles)


async def _read(
    profiles: ProfileService,
    profile: Profile,
    t: Translations,
    read: ReadList,
    on_progress: OnProgress,
) -> Snapshot:
    content: TradeList | None = None
    try:
        session = open_session(profiles, profile, t)
        try:
            async for part in read(session.trades, on_progress):
                content = part
        finally:
            await session.aclose()
    except KistuiError as error:
        return FailedTrades(profile, error)
    assert content is not None  # noqa: S101  # every read yields something or raises
    return TradeSnapshot(profile, content, system_clock())


def _progress_printer(t: Translations) -> OnProgress:
    """Return a function that prints on stderr why calls wait, each reason once."""
    reported: set[type[ProgressEvent]] = set()

    def report_first(progress: ProgressEvent) -> None:
        if type(progress) not in reported:
            reported.add(type(progress))
            print_progress(progress, t)

    return report_first


def print_failure(snapshot: FailedTrades, t: Translations) -> None:
    """Print on stderr why an account's list could not be read."""
    description = describe_error(snapshot.error, t)
    print_notice(f"{snapshot.profile.name}: {description.title}. {description.hint}")


def print_notes(notes: Sequence[str], prefix: str = "kistui") -> None:
    """Print on stderr what is missing in a list."""
    for note in notes:
        print_notice(f"{prefix}: {note}")
