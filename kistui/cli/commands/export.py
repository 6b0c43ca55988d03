"""`kistui export`: print trades, dividends or holdings as a file for another portfolio tracker.

What the file leaves out is named on stderr.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Sequence
from datetime import date

from msgspec.structs import replace

from kistui.cli.balances import (
    are_amounts_hidden,
    fetch_snapshot,
    print_overseas_failure,
    print_warnings,
)
from kistui.cli.context import open_command_profiles
from kistui.cli.output import ProgressPrinter, UsageError, print_notice
from kistui.cli.parser import add_common_options, add_hide_option
from kistui.cli.trade_lists import (
    add_range_options,
    chosen_range,
    korean_today,
    read_accounts,
    year_type,
)
from kistui.clock import korean_date
from kistui.formatting.dividend_lines import missing_notes
from kistui.formatting.orders_table import order_notes
from kistui.formatting.profit_table import profit_notes
from kistui.formatting.read_status import completeness_notes
from kistui.formatting.serialization import FailedAccount
from kistui.formatting.trackers import (
    LISTS_OF_TRACKER,
    ExportList,
    Tracker,
    tracker_file,
    yahoo_symbol,
)
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.activities import (
    AccountActivities,
    Activity,
    ActivityKind,
    holding_activities,
)
from kistui.models.balance import Balance
from kistui.models.calls import OnProgress
from kistui.models.periods import DateRange, Period
from kistui.models.profit_report import ProfitGrouping
from kistui.models.totals import all_holdings
from kistui.services.session import Session, last_part


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the tracker and the options of `kistui export`."""
    parser.add_argument(
        "tracker",
        choices=[tracker.value for tracker in Tracker],
        help=t("cli.export_tracker"),
    )
    add_common_options(parser, t)
    parser.add_argument(
        "--list", choices=[choice.value for choice in ExportList], help=t("cli.export_list")
    )
    add_range_options(parser, t, Period.YEAR)
    parser.add_argument("--year", type=year_type(t), metavar="YYYY", help=t("cli.period_year"))
    add_hide_option(parser, t)


def run(options: Namespace, t: Translations) -> int:
    """Print the file; return 1 if a part could not be read, 2 if amounts are hidden."""
    days = chosen_range(options, t, korean_today())
    with open_command_profiles(options, t) as profiles:
        if are_amounts_hidden(options, profiles):
            raise UsageError(t("tracker.hidden"), t("tracker.hidden_hint"))
    tracker = Tracker(options.tracker)
    lists = (ExportList(options.list),) if options.list else LISTS_OF_TRACKER[tracker]
    if ExportList.HOLDINGS in lists:
        return _print_holdings(tracker, options, t)
    return _print_activities(tracker, lists, days, options, t)


def _print_holdings(tracker: Tracker, options: Namespace, t: Translations) -> int:
    snapshot, _ = fetch_snapshot(options, t, with_overseas=True)
    holdings = holding_activities(snapshot.balance, korean_date(snapshot.fetched_at))
    _print_file(tracker, ExportList.HOLDINGS, holdings, snapshot.profile, t)
    for note in _holding_notes(snapshot.balance, holdings, t):
        print_notice(f"kistui: {note}")
    print_warnings(snapshot.balance, t)
    return print_overseas_failure(snapshot, t)


def _print_activities(
    tracker: Tracker,
    lists: Sequence[ExportList],
    days: DateRange,
    options: Namespace,
    t: Translations,
) -> int:
    async def read(
        session: Session, progress: ProgressPrinter
    ) -> tuple[Profile, AccountActivities]:
        parts = _read_activities(
            session,
            days,
            korean_today(),
            progress,
            with_trades=ExportList.TRADES in lists,
            with_dividends=ExportList.DIVIDENDS in lists,
        )
        return session.profile, await last_part(progress.with_part_count(parts))

    [result], _ = read_accounts(options, t, read, all_accounts=False)
    assert not isinstance(result, FailedAccount)  # noqa: S101  # one account raises its error
    profile, activities = result
    rows = sorted((*activities.trades(), *activities.received()), key=lambda row: row.day)
    _print_file(tracker, lists[0], rows, profile, t)
    for note in _activity_notes(activities, rows, t):
        print_notice(f"kistui: {note}")
    return int(not activities.is_complete)


async def _read_activities(
    session: Session,
    days: DateRange,
    today: date,
    on_progress: OnProgress,
    *,
    with_trades: bool,
    with_dividends: bool,
) -> AsyncIterator[AccountActivities]:
    """Yield the activities of `days` after each part; raises KistuiError.

    On paper KIS has neither profit nor overseas fees: those parts are `None`. Reading only
    dividends raises NotOnPaperError there.
    """
    trades, activities = session.trades, AccountActivities(days=days)
    if with_trades:
        async for orders in trades.read_orders(days, today, on_progress):
            activities = replace(activities, orders=orders)
            yield activities
        if not trades.is_paper:
            grouping = ProfitGrouping.TRADE
            async for profit in trades.read_profit(days, grouping, today, on_progress):
                activities = replace(activities, profit=profit)
                yield activities
            async for rows in trades.read_overseas_trades(days, today, on_progress):
                activities = replace(activities, overseas_trades=rows)
                yield activities
    if with_dividends and not (with_trades and trades.is_paper):
        async for dividends in session.dividends.read(
            days, today, on_progress=on_progress, with_schedule=False
        ):
            activities = replace(activities, dividends=dividends)
            yield activities


def _print_file(
    tracker: Tracker,
    first_list: ExportList,
    rows: Sequence[Activity],
    profile: Profile,
    t: Translations,
) -> None:
    print(tracker_file(tracker, first_list, rows, profile, t), end="")
    for note in _file_notes(tracker, first_list, rows, t):
        print_notice(f"kistui: {note}")


def _activity_notes(
    activities: AccountActivities, rows: Sequence[Activity], t: Translations
) -> list[str]:
    """Return what is missing in the trades and dividends of an account."""
    notes: list[str] = []
    if activities.orders:
        notes += order_notes(activities.orders, t)
        notes.append(t("tracker.earlier", day=activities.days.first.isoformat()))
    if activities.profit:
        notes += profit_notes(activities.profit, t)
    if activities.overseas_trades:
        notes += completeness_notes(activities.overseas_trades, t)
    if activities.dividends:
        notes += missing_notes(activities.dividends, t)
        notes.append(t("tracker.domestic_dividends"))
    unknown = [row for row in rows if row.costs is None]
    dividends = sum(row.kind is ActivityKind.DIVIDEND for row in unknown)
    counts = {
        "unknown_costs": len(unknown) - dividends,
        "unknown_taxes": dividends,
        "stock_dividends": activities.stock_dividend_count,
        "left_out": activities.unlisted_count,
    }
    notes += [t(f"tracker.{name}", count=count) for name, count in counts.items() if count]
    return list(dict.fromkeys(notes))  # the lists have some of them in common


def _holding_notes(balance: Balance, rows: Sequence[Activity], t: Translations) -> list[str]:
    """Return how many holdings are left out, because an amount is unknown."""
    held = sum(holding.quantity != 0 for holding in all_holdings(balance))
    count = held - len(rows)
    return [t("tracker.left_out", count=count)] if count else []


def _file_notes(
    tracker: Tracker, first_list: ExportList, rows: Sequence[Activity], t: Translations
) -> list[str]:
    """Return what the user must choose in the tracker, or enter there by hand."""
    match tracker:
        case Tracker.PORTFOLIO_PERFORMANCE:
            return [t(f"tracker.{first_list.value}_type")]
        case Tracker.GHOSTFOLIO if any(yahoo_symbol(row)[0] == "MANUAL" for row in rows):
            return [t("tracker.own_assets")]
        case Tracker.BEANCOUNT if any(
            row.kind is ActivityKind.SELL and row.cost is None for row in rows
        ):
            return [t("tracker.no_cost")]
    return []
