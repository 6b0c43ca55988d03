"""What the commands that print lists share: ranges of days, reading accounts, and output."""

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date
from typing import TypeVar

from kistui.cli.balances import are_amounts_hidden
from kistui.cli.context import open_session, unlocked_profile, unlocked_profiles
from kistui.cli.output import (
    ProgressPrinter,
    UsageError,
    print_csv,
    print_failure,
    print_notice,
    print_table,
)
from kistui.cli.parser import (
    TABLE_FORMATS,
    add_common_options,
    add_format_option,
    add_hide_option,
    day_type,
    int_between,
)
from kistui.cli.signals import run_coroutine
from kistui.clock import korean_date, system_clock
from kistui.errors import KistuiError
from kistui.formatting.serialization import FailedAccount
from kistui.formatting.trade_exports import (
    ContentT,
    TradeSnapshot,
    trades_csv,
    trades_json,
)
from kistui.formatting.values import format_range
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.calls import OnProgress
from kistui.models.overseas_tax import TaxSheet
from kistui.models.periods import EARLIEST_DAY, DateRange, Period, days_of_year
from kistui.services.profiles import ProfileService
from kistui.services.session import Session, last_part

SnapshotT = TypeVar("SnapshotT")
ReadList = Callable[[Session, OnProgress], AsyncIterator[ContentT | None]]
"""Yields a list as it grows; the last value is the whole list."""


def add_list_options(parser: ArgumentParser, t: Translations) -> None:
    """Add the options that the commands share."""
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
    return korean_date(system_clock())


def chosen_range(options: Namespace, t: Translations, today: date) -> DateRange:
    """Return the days that the options name; raises UsageError."""
    year: int | None = getattr(options, "year", None)
    is_range = options.first is not None or options.last is not None
    if sum((options.period is not None, year is not None, is_range)) > 1:
        raise UsageError(t("cli.range_two"))
    if year is not None:
        days = days_of_year(year, today)
    elif is_range:
        if options.first is None:
            raise UsageError(t("cli.to_without_from"))
        days = DateRange(options.first, options.last or today)
    else:
        period = Period(options.period) if options.period else options.default_period
        days = period.days_until(today)
    if not EARLIEST_DAY <= days.first <= days.last:
        raise UsageError(t("cli.range_invalid"))
    return days


def print_lists(
    options: Namespace,
    t: Translations,
    read: ReadList[ContentT],
    *,
    fields: Sequence[str],
    select_rows: Callable[[TradeSnapshot[ContentT]], TradeSnapshot[ContentT]],
    format_table: Callable[[TradeSnapshot[ContentT], bool], str],
    list_notes: Callable[[ContentT, bool], Sequence[str]],
) -> int:
    """Print the lists of one account or of all in the chosen format.

    `select_rows` returns a snapshot with the rows to print; the other two functions take
    whether amounts are hidden. Returns 1 if an account, or a part of one, could not be read.
    Raises KistuiError if the one account fails.
    """
    snapshots, hidden = _read_lists(options, t, read)
    selected = [
        select_rows(snapshot) if isinstance(snapshot, TradeSnapshot) else snapshot
        for snapshot in snapshots
    ]
    match options.format:
        case "json":
            print(trades_json(selected, all_accounts=options.all, amounts_hidden=hidden))
        case "csv" | "tsv":
            text = trades_csv(
                selected, fields=fields, all_accounts=options.all, amounts_hidden=hidden
            )
            print_csv(text, options)
        case _:
            tables = [
                (f"{snapshot.profile.name} · " if options.all else "")
                + format_table(snapshot, hidden)
                for snapshot in selected
                if isinstance(snapshot, TradeSnapshot)
            ]
            print_table("\n\n".join(tables), options)
    for snapshot in selected:
        if isinstance(snapshot, FailedAccount):
            print_failure(snapshot, t)
            continue
        prefix = snapshot.profile.name if options.all else "kistui"
        for note in list_notes(snapshot.content, hidden):
            print_notice(f"{prefix}: {note}")
    return int(not all(map(_is_complete, selected)))


def list_title(page: str, days: DateRange, t: Translations) -> str:
    """Return the title of a list: the name of its page, and its days."""
    return f"{t(f'tab.{page}')} · {format_range(days)}"


def _is_complete(snapshot: TradeSnapshot[ContentT] | FailedAccount) -> bool:
    if isinstance(snapshot, FailedAccount):
        return False
    content = snapshot.content
    return isinstance(content, TaxSheet) or content.is_complete


def _read_lists(
    options: Namespace, t: Translations, read: ReadList[ContentT]
) -> tuple[list[TradeSnapshot[ContentT] | FailedAccount], bool]:
    async def read_list(session: Session, progress: ProgressPrinter) -> TradeSnapshot[ContentT]:
        content: ContentT = await last_part(progress.with_part_count(read(session, progress)))
        return TradeSnapshot(session.profile, content, system_clock())

    return read_accounts(options, t, read_list, all_accounts=options.all)


def read_accounts(
    options: Namespace,
    t: Translations,
    read: Callable[[Session, ProgressPrinter], Awaitable[SnapshotT]],
    *,
    all_accounts: bool,
) -> tuple[list[SnapshotT | FailedAccount], bool]:
    """Return the result of `read` for one account or all, and whether amounts are hidden.

    Raises KistuiError if the one account fails; with `all_accounts` the list holds the error.
    """
    progress = ProgressPrinter(t)

    async def read_one(profiles: ProfileService, profile: Profile) -> SnapshotT | FailedAccount:
        try:
            async with open_session(profiles, profile, t, options) as session:
                return await read(session, progress)
        except KistuiError as error:
            return FailedAccount(profile, error)

    if not all_accounts:
        with unlocked_profile(options, t) as (profiles, profile):
            snapshot = run_coroutine(read_one(profiles, profile))
            if isinstance(snapshot, FailedAccount):
                raise snapshot.error
            return [snapshot], are_amounts_hidden(options, profiles)
    with unlocked_profiles(options, t) as (profiles, all_profiles):

        async def read_all() -> list[SnapshotT | FailedAccount]:
            return await asyncio.gather(*(read_one(profiles, profile) for profile in all_profiles))

        return run_coroutine(read_all()), are_amounts_hidden(options, profiles)
