"""The chart of a holding's daily closes with its caption, or the text shown instead."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from kistui.formatting.boxes import wrap_text
from kistui.formatting.cells import Cell, Line, Role, leading_blocks
from kistui.formatting.chart import (
    Candle,
    ChartLevel,
    ChartLine,
    FormatValue,
    candle_capacity,
    candle_lines,
    chart_lines,
    level_side,
)
from kistui.formatting.error_text import describe_error
from kistui.formatting.values import ZERO_DECIMAL_CURRENCIES, format_percent, gain_loss_role
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import percent_of, round_half_up
from kistui.models.load_state import Failed, Loaded, LoadState, NotLoaded
from kistui.models.markets import KRW
from kistui.models.overseas import OverseasHolding
from kistui.models.prices import DailyPrices, PriceBar, are_current, quoted_item
from kistui.models.totals import AnyHolding

PricesState = LoadState[DailyPrices] | None
"""The daily prices of a holding; `None` where KIS has none."""

MIN_CHART_HEIGHT, MAX_CHART_HEIGHT = 7, 16
"""Rows of a chart, its axis included."""
CAPTION_GAP = 2


def price_chart_lines(
    holding: AnyHolding,
    prices: PricesState,
    t: Translations,
    size: tuple[int, int],
    *,
    as_candles: bool = False,
    amounts_hidden: bool,
) -> tuple[Line, ...]:
    """Return caption and chart in about `size` (columns and rows), or one sentence.

    The average price is a broken line, unless amounts are hidden.
    """
    width = size[0]
    match prices:
        case Loaded():
            current = _with_current_price(prices, holding)
            return _loaded_lines(
                holding, current, t, size, as_candles=as_candles, amounts_hidden=amounts_hidden
            )
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
        case _:  # as high as the chart, so that nothing moves when it arrives
            blanks: tuple[Line, ...] = ((),) * _chart_height(size[1])
            return (*wrap_text(t("detail.chart_loading"), width, Role.DIM), *blanks)


def _loaded_lines(
    holding: AnyHolding,
    prices: DailyPrices,
    t: Translations,
    size: tuple[int, int],
    *,
    as_candles: bool,
    amounts_hidden: bool,
) -> tuple[Line, ...]:
    width, height = size
    places = _decimal_places(holding)

    def format_price(value: Decimal) -> str:
        return f"{round_half_up(value, places):,f}"

    bars = prices.bars
    if as_candles:
        extremes = [value for bar in bars for value in _candle(bar) if value is not None]
        bars = bars[-candle_capacity(extremes, width, format_price) :]
    closes = [bar.close for bar in bars if bar.close is not None]
    if not closes:
        return wrap_text(t("detail.chart_empty"), width, Role.DIM)
    average = None if amounts_hidden or holding.is_sold_out else holding.average_price
    caption = _caption_parts(bars, closes, average, t, format_price, as_candles=as_candles)
    days, rows = [bar.day for bar in bars], _chart_height(height)
    level = ChartLevel(average) if average else None
    if as_candles:
        chart = candle_lines(
            days, list(map(_candle, bars)), width, rows, format_value=format_price, level=level
        )
    else:
        role = gain_loss_role(closes[-1] - closes[0])
        line = ChartLine([bar.close for bar in bars], role)
        chart = chart_lines(days, [line], width, rows, format_value=format_price, level=level)
    warning = (
        wrap_text(
            t("detail.chart_unreadable", keys=", ".join(prices.unreadable_fields)), width, Role.WARN
        )
        if prices.unreadable_fields
        else ()
    )
    return (leading_blocks(caption, width, CAPTION_GAP), *chart, *warning)


def _caption_parts(
    bars: Sequence[PriceBar],
    closes: Sequence[Decimal],
    average: Decimal | None,
    t: Translations,
    format_price: FormatValue,
    *,
    as_candles: bool,
) -> list[Line]:
    """Return what is drawn: how many days, the change, extremes, and the average if known."""
    drawn = closes
    if as_candles:
        bars_with_close = (bar for bar in bars if bar.close is not None)
        drawn = [value for bar in bars_with_close for value in _candle(bar) if value is not None]
    low, high = min(drawn), max(drawn)
    title = t("detail.chart_candles" if as_candles else "detail.chart_closes", n=len(bars))
    cells = [
        Cell(title, Role.LABEL),
        format_percent(percent_of(closes[-1] - closes[0], closes[0])),
        Cell(t("detail.chart_high", price=format_price(high)), Role.LABEL),
        Cell(t("detail.chart_low", price=format_price(low)), Role.LABEL),
        *([_average_legend(average, low, high, t)] if average else []),
    ]
    return [(cell,) for cell in cells]


def _with_current_price(prices: Loaded[DailyPrices], holding: AnyHolding) -> DailyPrices:
    """Return prices that end at the price in the balance if it is of the last bar's day."""
    item, daily_prices = quoted_item(holding), prices.value
    if item is None or holding.price is None or not are_current(item, prices):
        return daily_prices
    last = replace(daily_prices.bars[-1], close=holding.price)
    return replace(daily_prices, bars=(*daily_prices.bars[:-1], last))


def day_change(holding: AnyHolding, prices: PricesState) -> tuple[Decimal, Decimal] | None:
    """Return the change from the close before the last trading day, and its rate in percent.

    `None` if the price in the balance may be of another day than the last bar.
    """
    item = quoted_item(holding)
    if item is None or not isinstance(prices, Loaded) or len(prices.value.bars) < 2:
        return None
    before, last = (bar.close for bar in prices.value.bars[-2:])
    price = holding.price
    if before is None or price is None:
        return None
    if last != price and not are_current(item, prices):
        return None
    rate = percent_of(price - before, before)
    return None if rate is None else (price - before, rate)


def _average_legend(average: Decimal, low: Decimal, high: Decimal, t: Translations) -> Cell:
    """Return what the average price is drawn as: a broken line, or an arrow beyond the chart."""
    mark = {0: "- -", 1: "↑", -1: "↓"}[level_side(average, low, high)]
    return Cell(f"{mark} {t('detail.chart_average')}", Role.LABEL)


def _chart_height(available_height: int) -> int:
    return min(max(available_height - 1, MIN_CHART_HEIGHT), MAX_CHART_HEIGHT)


def _candle(bar: PriceBar) -> Candle:
    return Candle(bar.open, bar.high, bar.low, bar.close)


def _decimal_places(holding: AnyHolding) -> str:
    currency = holding.currency if isinstance(holding, OverseasHolding) else KRW
    return "1" if currency in ZERO_DECIMAL_CURRENCIES else "0.01"
