"""The state of a balance as text: its checks, source and live prices, and what may be missing."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from kistui.formatting.cells import Cell, Line, Role, display_width, line_width, plain_text
from kistui.formatting.error_text import describe_error
from kistui.formatting.status import describe_progress, error_lines, line_of
from kistui.formatting.values import (
    AMOUNT_MASK,
    LIVE_MARK,
    format_age,
    format_number,
    format_short_time,
    format_time,
    mask_amount,
)
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance, BalanceSummary, Lot
from kistui.models.calls import LocalWait, PageLoaded, ProgressEvent
from kistui.models.kis_fields import field_specs
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.markets import Market
from kistui.models.overseas import OverseasBalance, SettlementDateLot, TradeDateLot
from kistui.models.reconciliation import Reconciliation, ReconciliationCheck, reconcile
from kistui.models.totals import is_overseas_missing, unreadable_fields

if TYPE_CHECKING:
    from kistui.models.live_prices import LiveState

NOTHING = Cell("")


def balance_footer_lines(
    load_state: LoadState[Balance],
    progress: ProgressEvent | None,
    t: Translations,
    width: int | None = None,
    *,
    amounts_hidden: bool = False,
    now: datetime | None = None,
    live: Cell = NOTHING,
) -> tuple[Line, ...]:
    """Return the footer: reconciliation, doubts and source, or progress, or an error.

    What does not fit in `width` columns is replaced by its number. The first line ends with
    `live`, the state of live prices, where there is room.
    """

    def build(columns: int | None) -> tuple[Line, ...]:
        return _footer_lines(
            load_state, progress, t, columns, amounts_hidden=amounts_hidden, now=now
        )

    lines = build(width)
    if not live.text or not lines:
        return lines
    live = Cell(f" · {live.text}", live.role)
    first = lines[0]
    if width and line_width(first) + live.width > width:
        first = build(width - live.width)[0]
        if line_width(first) + live.width > width:
            return lines  # a difference is more important
    return ((*first, live), *lines[1:])


def _footer_lines(
    load_state: LoadState[Balance],
    progress: ProgressEvent | None,
    t: Translations,
    width: int | None,
    *,
    amounts_hidden: bool,
    now: datetime | None,
) -> tuple[Line, ...]:
    match load_state:
        case Loaded(value, loaded_at):
            reconciliation = reconcile(value)
            return (
                *_reconciliation_lines(
                    value, reconciliation, t, width, amounts_hidden=amounts_hidden
                ),
                *_warning_lines(value, reconciliation, t, width),
                _source_line(value, loaded_at, t, width, amounts_hidden=amounts_hidden),
            )
        case Loading(previous) if previous is not None:
            return (
                _previous_balance_line(previous, t, now or previous.loaded_at),
                line_of(_progress_text(progress, t), Role.LABEL),
            )
        case Failed(error, previous=previous) if previous is not None:
            title, *detail_lines = error_lines(error, t)
            return ((*title, *_rows_read_cells(previous.value, progress, t)), *detail_lines)
        case _:
            return ()


def _previous_balance_line(previous: Loaded[Balance], t: Translations, now: datetime) -> Line:
    """Return the age of the balance that stays on screen while another is loading."""
    balance = previous.value
    if not balance.is_complete:
        return line_of(t("state.first_rows", n=balance.item_count), Role.DIM)
    time = format_short_time(previous.loaded_at, now)
    age = format_age(previous.loaded_at, now, t)
    line = line_of(t("state.as_of", time=time, age=age), Role.DIM)
    if is_overseas_missing(balance):
        return (*line, Cell(f" · {t('overseas.left_out')}", Role.WARN))
    return line


def _rows_read_cells(previous: Balance, progress: ProgressEvent | None, t: Translations) -> Line:
    """Return how many holdings a failed load had received."""
    if not isinstance(progress, PageLoaded):
        return ()
    n = progress.partial_balance().item_count
    key = "state.rows_loaded_of" if previous.is_complete else "state.rows_loaded"
    return (Cell(f" · {t(key, n=n, of=previous.item_count)}", Role.LABEL),)


def _progress_text(progress: ProgressEvent | None, t: Translations) -> str:
    return describe_progress(progress, t, stop_key=t.key_names["balance.stop"])


def freshness_cell(
    load_state: LoadState[Balance],
    now: datetime,
    t: Translations,
    *,
    next_refresh_at: datetime | None = None,
) -> Cell:
    """Return when a balance was loaded, and when it is refreshed next."""
    match load_state:
        case Loading():
            return Cell(t("bar.loading"), Role.DIM)
        case Loaded(loaded_at=loaded_at):
            text = t("bar.updated", time=format_short_time(loaded_at, now))
            if next_refresh_at is not None:
                text += f" · {t('bar.auto', time=format_short_time(next_refresh_at, now))}"
            return Cell(text, Role.DIM)
        case Failed(previous=Loaded(balance, loaded_at)):
            time = format_short_time(loaded_at, now)
            if not balance.is_complete:
                return Cell(t("bar.partial", n=balance.item_count, time=time), Role.BAD)
            age = format_age(loaded_at, now, t)
            return Cell(t("bar.stale", time=time, age=age), Role.BAD)
        case NotLoaded() | Failed():
            return Cell(t("bar.never"), Role.DIM)


def auto_refresh_text(
    interval: timedelta, next_refresh_at: datetime | None, t: Translations, now: datetime
) -> str:
    """Return how often and when next the balance is refreshed, or that it is not."""
    if next_refresh_at is None:
        return t("auto_refresh.off")
    seconds = str(interval // timedelta(seconds=1))
    time = format_short_time(next_refresh_at, now)
    return t("auto_refresh.on", seconds=seconds, time=time)


def auto_refresh_lines(
    load_state: LoadState[Balance],
    t: Translations,
    now: datetime,
    *,
    is_on: bool,
    next_refresh_at: datetime | None,
) -> tuple[Line, ...]:
    """Return a line on what the automatic refresh does after a failure."""
    if not is_on or not isinstance(load_state, Failed):
        return ()
    if next_refresh_at is None:
        return (line_of(t("auto_refresh.stopped"), Role.WARN),)
    time = format_short_time(next_refresh_at, now)
    return (line_of(t("auto_refresh.retry", time=time), Role.LABEL),)


def balance_placeholder_lines(
    load_state: LoadState[Balance], progress: ProgressEvent | None, t: Translations
) -> tuple[Line, ...]:
    """Return the lines shown instead of a table: loading, an error, or no holdings."""
    match load_state:
        case NotLoaded():
            return ((Cell(t("state.no_account"), Role.LABEL),),)
        case Loading():
            return (
                (Cell(_loading_text(progress, t), Role.STRONG),),
                (Cell(_progress_text(progress, t), Role.LABEL),),
            )
        case Failed(error):
            description = describe_error(error, t)
            texts = (
                (description.message, Role.PLAIN),
                (description.server_message, Role.LABEL),
                (description.hint, Role.LABEL),
            )
            detail_lines = tuple((Cell(text, role),) for text, role in texts if text)
            return ((Cell(description.title, Role.BAD),), (), *detail_lines)
        case Loaded(balance):
            return (
                (Cell(empty_text(balance, t), Role.STRONG),),
                (Cell(t("state.empty_hint"), Role.LABEL),),
            )


def _loading_text(progress: ProgressEvent | None, t: Translations) -> str:
    match progress:
        case LocalWait("token_lock"):
            return t("state.preparing_token")
        case LocalWait():
            return t("state.preparing")
        case _:
            return t("state.loading")


def empty_text(balance: Balance, t: Translations, market: Market | None = None) -> str:
    """Return the text for a balance, or a market, without holdings or without its totals' rows."""
    reconciliation = reconcile(balance)
    is_missing_rows = reconciliation.is_missing_rows or (
        market not in {None, Market.KR} and reconciliation.is_missing_overseas_rows
    )
    return t("state.rows_missing" if is_missing_rows else "state.empty")


def _reconciliation_lines(
    balance: Balance,
    reconciliation: Reconciliation,
    t: Translations,
    width: int | None,
    *,
    amounts_hidden: bool,
) -> tuple[Line, ...]:
    """Return a line on what differs and one on what was not checked, or that all agrees."""
    if not balance.is_priced:
        return (line_of(t("state.unpriced"), Role.BAD),)
    lines = []
    if mismatches := reconciliation.mismatches:
        text = _differences_text(mismatches, t, width, amounts_hidden=amounts_hidden)
        lines.append(line_of(text, Role.BAD))
    if unchecked := reconciliation.unchecked:
        names = [t(f"reconciliation.{check.name}") for check in unchecked]
        text = _fitting_text(names, lambda text: t("state.not_checked", names=text), t, width)
        lines.append(line_of(text, Role.WARN))
    return tuple(lines) or (line_of(t("state.reconciled"), Role.GOOD),)


def warning_texts(balance: Balance, t: Translations) -> tuple[str, ...]:
    """Return what could not be read and what may be missing, for outputs without a footer."""
    lines = _warning_lines(balance, reconcile(balance), t, None)
    return tuple(plain_text(line).strip() for line in lines)


def _warning_lines(
    balance: Balance, reconciliation: Reconciliation, t: Translations, width: int | None
) -> tuple[Line, ...]:
    """Return a line on what could not be read and one on what may be missing, if anything."""
    lines = []
    if keys := unreadable_fields(balance):
        names = [_field_text(key, t) for key in keys]
        text = _fitting_text(
            names,
            lambda text: t("state.unreadable", fields=text),
            t,
            width or FIELDS_WIDTH,
        )
        lines.append(line_of(text, Role.WARN))
    if reconciliation.may_be_partial:
        lines.append(line_of(t("state.maybe_partial"), Role.WARN))
    return tuple(lines)


FIELDS_WIDTH = 100
"""Columns for the unreadable fields where the width is not known: there may be hundreds."""


def _field_text(key: str, t: Translations) -> str:
    """Return the label of a field with KIS's key, or only the key if it has no label."""
    for section, record in _LABELLED_RECORDS:
        for spec in field_specs(record):
            if spec.key == key and (label := f"{section}.{spec.name}") in t:
                return f"{t(label)} ({key})"
    return key


_LABELLED_RECORDS: tuple[tuple[str, type[Any]], ...] = (
    ("lot", Lot),
    ("summary", BalanceSummary),
    ("overseas_lot", TradeDateLot),
    ("overseas_lot", SettlementDateLot),
)


def _differences_text(
    mismatches: Sequence[ReconciliationCheck],
    t: Translations,
    width: int | None,
    *,
    amounts_hidden: bool,
) -> str:
    """Return the differences with their amounts as far as they fit, but at least the first."""
    differences = [
        t(
            "state.difference",
            name=t(f"reconciliation.{check.name}"),
            won=AMOUNT_MASK if amounts_hidden else f"{check.difference:+,}",
        )
        for check in mismatches
    ]
    return _fitting_text(
        differences,
        lambda text: t("state.not_reconciled", differences=text),
        t,
        width,
    )


def _fitting_text(
    parts: Sequence[str], build: Callable[[str], str], t: Translations, width: int | None
) -> str:
    """Return the text of as many parts as fit, but at least the first, and the number of others."""
    text = ""
    for shown_count in range(len(parts), 0, -1):
        hidden_count = len(parts) - shown_count
        remainder = [t("state.more_differences", n=hidden_count)] if hidden_count else []
        text = build(" · ".join([*parts[:shown_count], *remainder]))
        if width is None or display_width(text) < width:
            break
    return text


def _source_line(
    balance: Balance,
    loaded_at: datetime,
    t: Translations,
    width: int | None,
    *,
    amounts_hidden: bool,
) -> Line:
    """Return the source line with the overseas status, shorter where both do not fit.

    If even that does not fit, a warning takes precedence.
    """
    time, price = format_time(loaded_at), _price_text(balance, loaded_at, t)
    key = "state.source_pension" if balance.is_pension else "state.source"
    line, short = (
        line_of(t(name, time=time) + price, Role.DIM) for name in (key, "state.source_short")
    )
    overseas = overseas_status(balance, t, now=loaded_at, amounts_hidden=amounts_hidden)
    if overseas is None:
        return line
    for source in (line, short):
        combined = (*source, Cell(" · ", Role.DIM), overseas)
        if width is None or line_width(combined) <= width:
            return combined
    return (Cell(" "), overseas) if overseas.role is Role.WARN else line


def _price_text(balance: Balance, loaded_at: datetime, t: Translations) -> str:
    """Return which prices the balance has, unless they are KRX's present prices."""
    price = balance.after_hours_price
    if price is None or (price is AfterHoursPrice.CLOSE and price.may_move(loaded_at)):
        return ""
    return f" · {t(f'state.price_{price.value}')}"


def overseas_status(
    balance: Balance, t: Translations, *, now: datetime, amounts_hidden: bool
) -> Cell | None:
    """Return the overseas load state as a short text, or None if it was not requested.

    The last figures name their day unless it is that of `now`.
    """
    match balance.overseas:
        case Loading(previous=None):
            return Cell(t("overseas.loading"), Role.DIM)
        case Failed(error, previous=last_good):
            title = t(f"error.{error.slug}.title")
            previous_text = (
                t("overseas.as_of", time=format_short_time(last_good.loaded_at, now))
                if last_good
                else ""
            )
            return Cell(t("overseas.failed", title=title) + previous_text, Role.WARN)
        case Loaded(value, fetched_at) | Loading(previous=Loaded(value, fetched_at)):
            time = format_short_time(fetched_at, now)
            return Cell(_overseas_text(value, time, t, amounts_hidden=amounts_hidden), Role.DIM)
        case _:
            return None


def _overseas_text(
    overseas: OverseasBalance, time: str, t: Translations, *, amounts_hidden: bool
) -> str:
    if overseas.is_empty:
        return t("overseas.no_consent" if overseas.markets_without_consent else "overseas.none")
    if (won := overseas.total_value_won) is None:
        text = t("overseas.read_unknown", time=time)
    else:
        total = mask_amount(format_number(won), amounts_hidden=amounts_hidden)
        text = t("overseas.read", won=total.text, time=time)
    refused_markets = [
        t(f"market.{market.value}")
        for market in Market
        if market in overseas.markets_without_consent
    ]
    return text + (
        t("overseas.refused", markets="·".join(refused_markets)) if refused_markets else ""
    )


def live_status_cell(state: "LiveState", t: Translations) -> Cell:
    """Return the state of live prices; empty while they are off.

    Items without live prices, beyond what a connection carries, are counted.
    """
    from kistui.models.live_prices import LiveStatus  # noqa: PLC0415  # not a part of the start

    roles = {
        LiveStatus.LIVE: Role.GOOD,
        LiveStatus.LOST: Role.WARN,
        LiveStatus.IN_USE: Role.WARN,
        LiveStatus.FAILED: Role.BAD,
    }
    if state.status is LiveStatus.OFF:
        return Cell("")
    text = t(f"live.{state.status.value}")
    if state.status is LiveStatus.LIVE:
        count = str(state.item_count)
        if state.item_count < state.wanted_count:
            count = f"{count}/{state.wanted_count}"
        text = f"{LIVE_MARK} {t('live.live', n=count)}"
        if state.shown_at is not None:
            text = f"{text} {format_time(state.shown_at)}"
    return Cell(text, roles.get(state.status, Role.DIM))
