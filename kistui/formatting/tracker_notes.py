"""What a file for another portfolio tracker leaves out, a sentence each."""

from collections.abc import Sequence

from kistui.formatting.dividend_lines import missing_notes
from kistui.formatting.orders_table import order_notes
from kistui.formatting.profit_table import profit_notes
from kistui.formatting.trackers import ExportList, Tracker, yahoo_symbol
from kistui.formatting.trade_status import completeness_notes
from kistui.i18n.translations import Translations
from kistui.models.activities import AccountActivities, Activity, ActivityKind
from kistui.models.balance import Balance
from kistui.models.totals import all_holdings


def activity_notes(
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


def holding_notes(balance: Balance, rows: Sequence[Activity], t: Translations) -> list[str]:
    """Return how many holdings are left out, because an amount is unknown."""
    held = sum(holding.quantity != 0 for holding in all_holdings(balance))
    count = held - len(rows)
    return [t("tracker.left_out", count=count)] if count else []


def file_notes(
    tracker: Tracker, first_list: ExportList, rows: Sequence[Activity], t: Translations
) -> list[str]:
    """Return what a tracker has to be told, or needs from elsewhere."""
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
