"""The asset history as text: headline, and return without deposits."""

from datetime import date

from kistui.formatting.boxes import wrap_text
from kistui.formatting.cells import Cell, Line, Role, leading_blocks, line_width
from kistui.formatting.values import (
    COMPUTED_MARK,
    UNAVAILABLE,
    format_change,
    format_number,
    format_percent,
    mask_amount,
    without_colour,
)
from kistui.i18n.translations import Translations
from kistui.models.history import (
    AssetHistory,
    Change,
    HistoryPeriod,
    change_between,
    change_since,
    net_cash_flow,
    time_weighted_return,
)


def history_title(history: AssetHistory, period: HistoryPeriod, t: Translations) -> str:
    """Return the title of the page: how many days are recorded, and which are shown."""
    return t("history.title", n=len(history.days), period=t(f"history_period.{period.value}"))


def empty_history_lines(
    history: AssetHistory,
    t: Translations,
    width: int,
    *,
    amounts_hidden: bool = False,
    is_recording: bool = True,
) -> tuple[Line, ...]:
    """Return the headline of the only day, and when there will be a chart."""
    key = no_chart_key(history, is_recording=is_recording)
    headline = history_headline(history, t, width, amounts_hidden=amounts_hidden)
    return (headline, (), *wrap_text(t(key), width, Role.LABEL))


def no_chart_key(history: AssetHistory, *, is_recording: bool) -> str:
    """Return the key of the text that says when there will be a chart."""
    if not is_recording:
        return "history.switched_off"
    return "history.one_day" if history.days else "history.empty"


def history_headline(
    history: AssetHistory, t: Translations, width: int = 200, *, amounts_hidden: bool = False
) -> Line:
    """Return the last total with its changes: since the record before, in 30 days, in all.

    Where deposits were noted, the returns without them lead, marked as computed; a change that
    contains a deposit has no colour. What does not fit into `width` is left out, the last first;
    the name of the total is left out before a change is.
    """
    if not history.days:
        return ()
    last = history.days[-1]
    total = mask_amount(format_number(last.total_value), amounts_hidden=amounts_hidden)
    parts: list[Line] = [(Cell(total.text, Role.DIM if amounts_hidden else Role.STRONG),)]
    if len(history.days) > 1:
        change = change_between(history.days[-2], last)
        since = t("history.day_change", day=short_day(change.since, last.day))
        amount = mask_amount(format_change(change.amount), amounts_hidden=amounts_hidden)
        cells = [amount, Cell(" "), format_percent(change.rate)]
        if history.has_cash_flow(change.since, last.day):
            cells = [without_colour(cell) for cell in cells]
        parts.append((Cell(f"   {since} ", Role.LABEL), *cells))
    month = change_since(history.days, HistoryPeriod.MONTH.first_day(last.day))
    total_change = change_since(history.days, None)
    if total_change is not None and len(history.days) > 2:
        since = t("history.whole_change", day=short_day(total_change.since, last.day))
        parts.append(_return_block(since, history, total_change, t))
    if month is not None and month != total_change:
        parts.append(_return_block(t("history.month_change"), history, month, t))
    if total_change is not None and history.has_cash_flow(total_change.since, last.day):
        title = Cell(f"   {t('history.raw_change')} ", Role.LABEL)
        parts.append((title, without_colour(format_percent(total_change.rate))))
    line = leading_blocks(parts, width)
    label = Cell(f"{t('headline.total_value')} ", Role.LABEL)
    return (label, *line) if line_width(line) + label.width <= width else line


def _return_block(title: str, history: AssetHistory, change: Change, t: Translations) -> Line:
    """Return a change in percent; the return without deposits where some were noted since."""
    rate, mark = change.rate, ""
    if history.has_cash_flow(change.since, history.days[-1].day):
        title, mark = t("history.without_flows", period=title), COMPUTED_MARK
        rate = time_weighted_return(history.between(change.since, None))
    cell = UNAVAILABLE if rate is None else format_percent(rate, mark)
    return (Cell(f"   {title} ", Role.LABEL), cell)


def short_day(day: date, today: date) -> str:
    """Return `11-26`, with its year if that is not the year of `today`."""
    return f"{day:%m-%d}" if day.year == today.year else day.isoformat()


def return_blocks(
    history: AssetHistory, t: Translations, *, amounts_hidden: bool = False
) -> tuple[Line, ...]:
    """Return deposits less withdrawals, and the return without them, if any were noted.

    Otherwise, say that deposits are part of the changes.
    """
    if not history.cash_flows:
        return ((Cell(t("history.flows_unknown"), Role.DIM),),)
    first = history.days[0].day if history.days else None
    net = format_number(net_cash_flow(history.cash_flows, first))
    rate = time_weighted_return(history)
    return (
        (
            Cell(f"{t('history.net_flow')} ", Role.LABEL),
            mask_amount(net, amounts_hidden=amounts_hidden),
        ),
        (
            Cell(f"{t('history.time_weighted_return')} ", Role.LABEL),
            format_percent(rate, COMPUTED_MARK) if rate is not None else UNAVAILABLE,
        ),
    )
