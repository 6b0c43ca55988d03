"""The details of a holding: what matters most, a chart, then the fields of its lots."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from kistui.formatting.boxes import LabelledValue, two_column_lines, wrap_text
from kistui.formatting.cells import Cell, Line, Role, line_width, truncate
from kistui.formatting.holding_columns import format_profit_rate
from kistui.formatting.lot_lines import (
    domestic_lot_lines,
    overseas_lot_lines,
)
from kistui.formatting.price_chart import (
    MIN_CHART_HEIGHT,
    PricesState,
    day_change,
    price_chart_lines,
)
from kistui.formatting.raw_fields import raw_lot_lines
from kistui.formatting.values import (
    COMPUTED_MARK,
    LIVE_MARK,
    UNAVAILABLE,
    format_amount_change,
    format_average_price,
    format_change,
    format_exchange_rate,
    format_number,
    format_percent,
    format_price,
    format_price_change,
    format_share,
    mask_amount,
    masked_amount,
    round_to_currency,
)
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import signed_change
from kistui.models.balance import Holding
from kistui.models.load_state import NotLoaded
from kistui.models.markets import KRW
from kistui.models.overseas import OverseasHolding
from kistui.models.totals import AnyHolding

EXPIRY_WARNING_DAYS = 30
"""Days before a lot's expiry from which a warning is shown."""
DEFAULT_HEIGHT = 24
NO_PRICES = NotLoaded()
MAX_DETAIL_WIDTH = 100
"""Width in columns beyond which a value is too far from its label to read."""
WEIGHT_BAR_WIDTH = 10
"""Width of the weight bar in columns."""


def holding_detail_lines(
    holding: AnyHolding,
    position: tuple[int, int],
    t: Translations,
    width: int,
    today: date,
    *,
    height: int = DEFAULT_HEIGHT,
    prices: PricesState = NO_PRICES,
    as_candles: bool = False,
    show_raw_fields: bool,
    amounts_hidden: bool = False,
) -> tuple[Line, ...]:
    """Return the detail lines of a holding, none wider than `width` columns.

    `position` is its number in the table and the number of holdings there. What matters most and
    the chart of `prices` come first, in about `height` rows. `show_raw_fields` puts KIS's keys and
    values below the holding's name. `amounts_hidden` masks amounts, quantities and prices paid.
    """
    width = min(width, MAX_DETAIL_WIDTH)
    if isinstance(holding, OverseasHolding):
        lines, more_lines = _overseas_top_lines(
            holding, position, t, width, prices, amounts_hidden=amounts_hidden
        )
        lot_lines = overseas_lot_lines(holding, t, width, amounts_hidden=amounts_hidden)
    else:
        lines, more_lines = _domestic_top_lines(
            holding, position, t, width, today, amounts_hidden=amounts_hidden
        )
        lot_lines = domestic_lot_lines(holding, t, width, amounts_hidden=amounts_hidden)
    has_room = len(lines) + len(more_lines) + 2 + MIN_CHART_HEIGHT <= height
    if has_room:
        lines, more_lines = [*lines, *more_lines], []
    size = width, height - len(lines) - 1
    chart = price_chart_lines(
        holding, prices, t, size, as_candles=as_candles, amounts_hidden=amounts_hidden
    )
    lines += [
        *(((), *chart) if chart and has_room else chart),
        *more_lines,
        (),
        *lot_lines,
        (),
        *wrap_text(t("summary_label.computed"), width, Role.DIM),
    ]
    if isinstance(holding, Holding) and not _traded_today(holding):
        lines += _day_profit_note(t, width)
    if show_raw_fields:
        raw_lines = raw_lot_lines(holding.lots, t, width, amounts_hidden=amounts_hidden)
        lines[1:1] = [*raw_lines[1:], ()]  # the user asked for them, so they come first
    return tuple(lines)


def _domestic_top_lines(
    holding: Holding,
    position: tuple[int, int],
    t: Translations,
    width: int,
    today: date,
    *,
    amounts_hidden: bool,
) -> tuple[list[Line], list[Line]]:
    """Return name, warnings, price and profit; then what is computed."""
    trade_kinds = dict.fromkeys(lot.trade_kind for lot in holding.lots if lot.trade_kind)
    change = [
        format_change(signed_change(holding.day_change, holding.day_rate)),
        format_percent(holding.day_rate),
    ]
    unit = t("unit.won")
    return [
        _heading(holding, trade_kinds, position, width),
        *_expiry_warnings(holding, today, t, width),
        (),
        *_headline(holding, change, unit, t, width, amounts_hidden=amounts_hidden),
    ], [
        *_break_even_lines(holding, t, width, unit, amounts_hidden=amounts_hidden),
        *two_column_lines(_computed_entries(holding, t, amounts_hidden=amounts_hidden), width),
        *(_day_profit_note(t, width) if _traded_today(holding) else ()),
    ]


def _traded_today(holding: AnyHolding) -> bool:
    return bool(holding.bought_today or holding.sold_today)


def _day_profit_note(t: Translations, width: int) -> tuple[Line, ...]:
    return tuple(wrap_text(t("detail.day_profit_note"), width, Role.DIM))


def _overseas_top_lines(
    holding: OverseasHolding,
    position: tuple[int, int],
    t: Translations,
    width: int,
    prices: PricesState,
    *,
    amounts_hidden: bool,
) -> tuple[list[Line], list[Line]]:
    """Return name, price and profit; then what is computed, in won and foreign currency."""
    tags = (t(f"market.{holding.market.value}"), holding.currency)
    change: list[Cell] = []
    if known_change := day_change(holding, prices):
        amount, rate = known_change
        change = [
            format_price_change(amount, holding.currency),
            format_percent(rate, COMPUTED_MARK),
            # The balance has no day change, and the list none either.
            Cell(t("detail.change_source"), Role.DIM),
        ]
    unit = f" {holding.currency}"
    return [
        _heading(holding, tags, position, width),
        (),
        *_headline(holding, change, unit, t, width, amounts_hidden=amounts_hidden),
    ], [
        *_break_even_lines(holding, t, width, unit, amounts_hidden=amounts_hidden),
        *two_column_lines(_krw_entries(holding, t, amounts_hidden=amounts_hidden), width),
    ]


def _headline(
    holding: AnyHolding,
    change: Sequence[Cell],
    unit: str,
    t: Translations,
    width: int,
    *,
    amounts_hidden: bool,
) -> tuple[Line, ...]:
    """Return price and change at the left, profit at the right, or below if there is no room."""
    currency = holding.currency if isinstance(holding, OverseasHolding) else KRW
    price = UNAVAILABLE
    if holding.price is not None:
        mark = LIVE_MARK if holding.is_live else ""
        text = format_price(holding.price, currency).text
        price = Cell(f"{mark}{text}{unit}", Role.STRONG)
    profit = UNAVAILABLE
    if holding.profit_loss is not None:
        rounded = round_to_currency(Decimal(holding.profit_loss), currency)
        profit = format_amount_change(rounded or Decimal(0))
    profit = mask_amount(profit, amounts_hidden=amounts_hidden)
    rate = format_profit_rate(holding)
    label = Cell(t("column.profit_loss"), Role.LABEL)
    left = [price, *(cell for cell in change if cell != UNAVAILABLE)]
    right = [label, profit, *([] if rate == UNAVAILABLE else [rate])]
    lines = [*_wrap_cells(left, width), *_wrap_cells(right, width)]
    blanks = width - sum(cell.width for line in lines for cell in line)
    if len(lines) == 2 and blanks >= 2:
        return ((*lines[0], Cell(" " * blanks), *lines[1]),)
    return tuple(lines)


def _wrap_cells(cells: Sequence[Cell], width: int) -> list[Line]:
    """Return the cells a blank apart, on as many lines as they need."""
    lines: list[Line] = [()]
    for cell in cells:
        used = line_width(lines[-1])
        if used and used + 1 + cell.width <= width:
            lines[-1] = (*lines[-1], Cell(" "), cell)
        else:
            lines += wrap_text(cell.text, width, cell.role)
    return lines[1:]


def _expiry_warnings(holding: Holding, today: date, t: Translations, width: int) -> list[Line]:
    """Return a warning for each lot that expires soon or has expired, earliest first."""
    lots_by_expiry = [
        (lot.expiry_date, lot) for lot in holding.lots if lot.expiry_date and lot.quantity != 0
    ]
    lines: list[Line] = []
    for expiry, lot in sorted(lots_by_expiry, key=lambda pair: pair[0]):
        days_left = (expiry - today).days
        if days_left > EXPIRY_WARNING_DAYS:
            break
        text = t(
            _expiry_message_key(days_left),
            days=abs(days_left),
            date=expiry.isoformat(),
            kind=lot.trade_kind or "",
        )
        lines += wrap_text(text, width, Role.BAD)
    return lines


def _expiry_message_key(days: int) -> str:
    if not days:
        return "detail.expires_today"
    return "detail.expires" if days > 0 else "detail.expired"


def _computed_entries(
    holding: Holding, t: Translations, *, amounts_hidden: bool
) -> list[LabelledValue]:
    profit = format_change(holding.day_profit)
    if amounts_hidden and holding.day_profit is not None:
        profit = masked_amount()
    return [
        LabelledValue(t("column.day_profit") + COMPUTED_MARK, profit),
        LabelledValue(t("column.weight") + COMPUTED_MARK, _weight_cell(holding.weight)),
    ]


def _krw_entries(
    holding: OverseasHolding, t: Translations, *, amounts_hidden: bool
) -> list[LabelledValue]:
    """Return the values in won and, for several lots, their totals in the foreign currency."""
    cells = {
        t("overseas_lot.valuation_won"): format_number(holding.valuation_won),
        t("overseas_lot.profit_loss_won"): format_change(holding.profit_loss_won),
    }
    if len(holding.lots) > 1:
        average_label = t("overseas_lot.average_price") + COMPUTED_MARK
        cells |= {
            t("overseas_lot.quantity"): format_number(holding.quantity),
            average_label: format_number(holding.average_price),
            t("overseas_lot.valuation"): format_number(holding.valuation),
            t("overseas_lot.profit_loss"): format_change(holding.profit_loss),
        }
    return [
        *(
            LabelledValue(label, mask_amount(cell, amounts_hidden=amounts_hidden))
            for label, cell in cells.items()
        ),
        LabelledValue(t("overseas_lot.rate_used"), format_exchange_rate(holding.exchange_rate)),
        LabelledValue(t("column.weight") + COMPUTED_MARK, _weight_cell(holding.weight)),
    ]


def _heading(
    holding: AnyHolding, tags: Iterable[str], position: tuple[int, int], width: int
) -> Line:
    """Return name, code and tags, as far as they fit, with the position at the right."""
    position_cell = Cell(f"{position[0]}/{position[1]}", Role.DIM)
    parts = [
        Cell(holding.name or holding.code or "", Role.STRONG),
        Cell(f"  {holding.code or ''}", Role.DIM),
        Cell(f"  {' · '.join(tags)}", Role.LABEL),
    ]
    available = width - position_cell.width - 1
    while len(parts) > 1 and line_width(parts) > available:
        parts.pop()
    if len(parts) == 1:
        parts = [Cell(truncate(parts[0].text, available), Role.STRONG)]
    blanks = width - position_cell.width - line_width(parts)
    return (*parts, Cell(" " * max(blanks, 1)), position_cell)


def _weight_cell(weight: Decimal | None) -> Cell:
    """Return the weight among all holdings as a bar and a percentage."""
    if weight is None:
        return UNAVAILABLE
    share = min(max(weight, Decimal(0)), Decimal(100))
    filled = max(int(share * WEIGHT_BAR_WIDTH / 100 + Decimal("0.5")), int(share > 0))
    return Cell(f"{'█' * filled}{'░' * (WEIGHT_BAR_WIDTH - filled)} {format_share(weight).text}")


def _break_even_lines(
    holding: AnyHolding, t: Translations, width: int, unit: str, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return a sentence on the price change to break even; empty if that is unknown."""
    break_even_rate = holding.break_even_rate
    if break_even_rate is None or holding.quantity == 0:
        return ()
    message_key = "detail.break_even_here"
    if break_even_rate:
        message_key = "detail.break_even_up" if break_even_rate > 0 else "detail.break_even_down"
    format_average = format_number if isinstance(holding, OverseasHolding) else format_average_price
    average = masked_amount() if amounts_hidden else format_average(holding.average_price)
    text = t(
        message_key,
        rate=format_percent(abs(break_even_rate), COMPUTED_MARK).text.removeprefix("+"),
        average=average.text,
        unit=unit,
    )
    return wrap_text(text, width, Role.LABEL)
