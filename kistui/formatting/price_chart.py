"""The chart of a holding's daily closes, with its caption, or what stands in its place."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from kistui.formatting import values as show
from kistui.formatting.boxes import wrap_text
from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.chart import ChartLevel, ChartLine, chart_lines
from kistui.formatting.status import describe_error
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import percent_of, round_half_up
from kistui.models.balance import Holding
from kistui.models.load_state import Failed, Loaded, LoadState, NotLoaded
from kistui.models.overseas import KRW, OverseasHolding
from kistui.models.prices import DailyPrices, PriceBar
from kistui.models.totals import AnyHolding

PricesState = LoadState[DailyPrices] | None
"""The daily prices of a holding; `None` where KIS has none."""

MIN_CHART_HEIGHT, MAX_CHART_HEIGHT = 7, 16
"""Rows of a chart, its axis included."""


def price_chart_lines(
    holding: AnyHolding,
    prices: PricesState,
    t: Translations,
    size: tuple[int, int],
    today: date,
    *,
    amounts_hidden: bool,
) -> tuple[Line, ...]:
    """Return caption and chart in about `size` (columns and rows), or one sentence.

    The average price is a broken line, unless amounts are hidden.
    """
    width = size[0]
    match prices:
        case Loaded(value):
            current = _with_current_price(value, holding, today)
            return _loaded_lines(holding, current, t, size, amounts_hidden=amounts_hidden)
        case Failed(error):
            description = describe_error(error, t)
            return (
                *wrap_text(t("detail.chart_failed", title=description.title), width, Role.BAD),
                *wrap_text(t("detail.chart_retry"), width, Role.LABEL),
            )
        case NotLoaded():
            return ()
        case None:
            return wrap_text(t("detail.chart_unavailable"), width, Role.DIM)
        case _:  # the room of the chart, so that nothing moves when it comes
            blanks: tuple[Line, ...] = ((),) * _chart_height(size[1])
            return (*wrap_text(t("detail.chart_loading"), width, Role.DIM), *blanks)


def _loaded_lines(
    holding: AnyHolding,
    prices: DailyPrices,
    t: Translations,
    size: tuple[int, int],
    *,
    amounts_hidden: bool,
) -> tuple[Line, ...]:
    width, height = size
    closes = [bar.close for bar in prices.bars]
    known = [bar for bar in prices.bars if bar.close is not None]
    if not known:
        return wrap_text(t("detail.chart_empty"), width, Role.DIM)
    average = None if amounts_hidden or holding.is_sold_out else holding.average_price
    places = _decimal_places(holding)

    def format_price(value: Decimal) -> str:
        return f"{round_half_up(value, places):,f}"

    change = (known[-1].close or Decimal(0)) - (known[0].close or Decimal(0))
    caption = _fitting_parts(
        [
            Cell(t("detail.chart_title", n=len(prices.bars)), Role.LABEL),
            show.format_percent(percent_of(change, known[0].close)),
            Cell(t("detail.chart_high", price=format_price(max(map(_close, known)))), Role.LABEL),
            Cell(t("detail.chart_low", price=format_price(min(map(_close, known)))), Role.LABEL),
            *([Cell(t("detail.chart_average"), Role.LABEL)] if average else []),
        ],
        width,
    )
    chart = chart_lines(
        [bar.day for bar in prices.bars],
        [ChartLine(closes, show.gain_loss_role(change))],
        width,
        _chart_height(height),
        format_value=format_price,
        level=ChartLevel(average) if average else None,
    )
    warning = (
        wrap_text(
            t("detail.chart_unreadable", keys=", ".join(prices.unreadable_fields)), width, Role.WARN
        )
        if prices.unreadable_fields
        else ()
    )
    return (caption, *chart, *warning)


def _with_current_price(prices: DailyPrices, holding: AnyHolding, today: date) -> DailyPrices:
    """Return prices that end at the price in the balance, which may be newer, if it is of today."""
    is_of_today = isinstance(holding, Holding) and prices.bars and prices.bars[-1].day == today
    if not is_of_today or holding.price is None:
        return prices
    last = replace(prices.bars[-1], close=holding.price)
    return replace(prices, bars=(*prices.bars[:-1], last))


def day_change(holding: AnyHolding, prices: PricesState) -> tuple[Decimal, Decimal] | None:
    """Return the change from the close before the last trading day, and its rate in percent.

    `None` unless the prices are loaded and their last close is the holding's price.
    """
    if not isinstance(prices, Loaded) or len(prices.value.bars) < 2:
        return None
    before, last = (bar.close for bar in prices.value.bars[-2:])
    if before is None or last is None or last != holding.price:
        return None
    rate = percent_of(last - before, before)
    return None if rate is None else (last - before, rate)


def _chart_height(room: int) -> int:
    return min(max(room - 1, MIN_CHART_HEIGHT), MAX_CHART_HEIGHT)


def _close(bar: PriceBar) -> Decimal:
    return bar.close or Decimal(0)


def _decimal_places(holding: AnyHolding) -> str:
    currency = holding.currency if isinstance(holding, OverseasHolding) else KRW
    return "1" if currency in show.ZERO_DECIMAL_CURRENCIES else "0.01"


def _fitting_parts(parts: Sequence[Cell], width: int) -> Line:
    """Return the first parts that fit into `width` columns, two blanks apart."""
    cells: list[Cell] = []
    used = 0
    for part in parts:
        gap = 2 if cells else 0
        if used + gap + part.width > width:
            break
        cells += [Cell(" " * gap), part] if gap else [part]
        used += gap + part.width
    return tuple(cells)
