"""The text form of values: numbers, changes, percentages and times.

A change has an arrow or a sign, never only a colour; an unavailable value is a dash.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from kistui.clock import KST, korean_date
from kistui.formatting.cells import Cell, Role
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import round_half_up, round_together
from kistui.models.markets import ExchangeRate

if TYPE_CHECKING:
    from kistui.models.periods import DateRange

UNAVAILABLE = Cell("-", Role.DIM)
UP_ARROW, DOWN_ARROW = "▲", "▼"
AMOUNT_MASK = "•••"
COMPUTED_MARK = "*"
"""Follows values that kistui computes itself."""
LIVE_MARK = "~"
"""Precedes values at live prices, which no balance has confirmed yet."""
ZERO_DECIMAL_CURRENCIES = frozenset({"KRW", "JPY", "VND"})


def live_mark(is_live: bool | None) -> str:
    """Return the mark before a value at a live price, or a blank of the same width.

    Empty for `None`: without live prices there is no room for the mark.
    """
    return "" if is_live is None else LIVE_MARK if is_live else " "


def format_number(value: int | Decimal | None) -> Cell:
    """Return an amount, price or quantity without trailing zeros: `1,234`, `1,234.5`."""
    return UNAVAILABLE if value is None else Cell(_group_thousands(value))


def decimal_count(text: str) -> int:
    """Return the number of decimals of a formatted number."""
    return len(text.partition(".")[2])


def pad_decimals(text: str, count: int) -> str:
    """Return a formatted number with zeros up to `count` decimals."""
    missing = count - decimal_count(text)
    return f"{text}{'' if '.' in text else '.'}{'0' * missing}" if missing else text


def format_average_price(value: Decimal | None) -> Cell:
    """Return an average price in whole won, as brokers show it."""
    if value is None:
        return UNAVAILABLE
    return format_number(round_half_up(value))


def format_price(value: Decimal, currency: str) -> Cell:
    """Return a price with both decimals of its currency's cents, or more if it has more."""
    if currency in ZERO_DECIMAL_CURRENCIES or value != round_half_up(value, "0.01"):
        return format_number(value)
    return format_amount(round_half_up(value, "0.01"))


def format_price_change(value: Decimal, currency: str) -> Cell:
    """Return the change of a price with an arrow, with the decimals of the price."""
    return _with_arrow(format_price(abs(value), currency).text, value)


def round_to_currency(value: Decimal | None, currency: str) -> Decimal | None:
    """Return an amount rounded to cents, or to whole units for won, yen and dong."""
    if value is None:
        return None
    return round_half_up(value, "1" if currency in ZERO_DECIMAL_CURRENCIES else "0.01")


def format_amount(value: Decimal) -> Cell:
    """Return an amount with all its decimals, trailing zeros included."""
    return Cell(f"{value:,f}")


def format_amount_change(value: Decimal) -> Cell:
    """Return an amount with all its decimals and an arrow: `▲ 5.40`."""
    return _with_arrow(f"{abs(value):,f}", value)


def format_exchange_rate(exchange_rate: ExchangeRate | None) -> Cell:
    """Return won per unit of a currency: `1,468.4`, `941.52/100`."""
    if exchange_rate is None:
        return UNAVAILABLE
    unit = "" if exchange_rate.unit == 1 else f"/{_group_thousands(exchange_rate.unit)}"
    return Cell(f"{_group_thousands(exchange_rate.krw_per_unit)}{unit}", Role.DIM)


def format_change(value: int | Decimal | None) -> Cell:
    """Return an amount with an arrow: `▲ 540,000`, `▼ 201,000`, `0`."""
    if value is None:
        return UNAVAILABLE
    if not value:
        return Cell("0")
    return _with_arrow(_group_thousands(value).removeprefix("-"), value)


def _with_arrow(magnitude: str, value: int | Decimal) -> Cell:
    arrow = f"{UP_ARROW if value > 0 else DOWN_ARROW} " if value else ""
    return Cell(f"{arrow}{magnitude}", gain_loss_role(value))


def format_cash_flow(value: int | None) -> Cell:
    """Return money received or paid with its sign: `+540,000`; it is neither gain nor loss."""
    if value is None:
        return UNAVAILABLE
    return Cell(f"{value:+,}" if value else "0")


def format_percent(value: Decimal | None, suffix: str = "") -> Cell:
    """Return a percentage with sign and `suffix`: `+3.94%`, `-3.27%*`."""
    if value is None:
        return UNAVAILABLE
    rounded = round_half_up(value, "0.01")
    return Cell(
        f"{rounded:+,.2f}%{suffix}" if rounded else f"0.00%{suffix}", gain_loss_role(rounded)
    )


def with_mark_room(cell: Cell) -> Cell:
    """Return a cell with room for a mark before it, so that digits line up in a column."""
    return cell if cell.text.endswith(COMPUTED_MARK) else Cell(f"{cell.text} ", cell.role)


def format_share(value: Decimal | None) -> Cell:
    """Return an unsigned share in percent: `34.5%`."""
    if value is None:
        return UNAVAILABLE
    return Cell(f"{round_half_up(value, '0.1'):,}%")


def format_shares(values: Sequence[Decimal | None]) -> list[Cell]:
    """Return all parts of a whole as shares whose shown digits sum to the whole's."""
    return [format_share(share) for share in round_together(values, "0.1")]


def masked_amount() -> Cell:
    """Return the mask of a hidden value; its width does not reveal the value's size."""
    return Cell(AMOUNT_MASK, Role.DIM)


def format_raw(value: object, t: Translations) -> Cell:
    """Return a value as KIS sent it, ungrouped; a blank is labelled as blank."""
    if value is None or value == "":
        return Cell(t("detail.blank"), Role.DIM)
    return Cell(raw_text(value))


def raw_text(value: object) -> str:
    """Return a value as KIS sends it: a date as `20261127`, a number without grouping."""
    match value:
        case date():
            return f"{value:%Y%m%d}"
        case Decimal():
            return f"{value:f}"
    return str(value)


def without_colour(cell: Cell) -> Cell:
    """Return a change without the colour of gain or loss: a deposit is neither."""
    return Cell(cell.text) if cell.role in (Role.GAIN, Role.LOSS) else cell


def mask_amount(cell: Cell, *, amounts_hidden: bool) -> Cell:
    """Return the cell, masked if amounts are hidden and it is not `UNAVAILABLE`."""
    return masked_amount() if amounts_hidden and cell != UNAVAILABLE else cell


def gain_loss_role(value: int | Decimal) -> Role:
    """Return the role of a gain, a loss or an unchanged value."""
    if not value:
        return Role.PLAIN
    return Role.GAIN if value > 0 else Role.LOSS


def format_time(instant: datetime) -> str:
    """Return a time of day in KST: `10:32:07`."""
    return instant.astimezone(KST).strftime("%H:%M:%S")


def format_short_time(instant: datetime, now: datetime) -> str:
    """Return `10:33:07` if `instant` is on the KST day of `now`, else `11-24 08:00`."""
    kst_time = instant.astimezone(KST)
    is_today = kst_time.date() == korean_date(now)
    return format_time(instant) if is_today else format_day_time(instant)


def format_day_time(instant: datetime) -> str:
    """Return a day and a time of day in KST: `11-24 08:00`."""
    return instant.astimezone(KST).strftime("%m-%d %H:%M")


def format_weekday_date(day: date, t: Translations) -> str:
    """Return a date with its day of the week: `12/01(화)`, `Tue 12/01`."""
    return t("date.with_weekday", date=f"{day:%m/%d}", weekday=t(f"date.weekday_{day.weekday()}"))


def format_day(day: date, t: Translations, *, with_year: bool = False) -> str:
    """Return a day with its weekday: `11-27 Fri`, `2025-11-27 Thu`."""
    weekday = t(f"date.weekday_{day.weekday()}")
    return f"{day.isoformat() if with_year else day.strftime('%m-%d')} {weekday}"


def format_range(days: "DateRange") -> str:
    """Return a range of days: `2026-11-01 – 2026-11-23`, or one day."""
    first = days.first.isoformat()
    return first if days.first == days.last else f"{first} – {days.last.isoformat()}"


def format_age(instant: datetime, now: datetime, t: Translations) -> str:
    """Return the age of an instant in whole minutes, so that screens repaint once a minute."""
    minutes = max(0, int((now - instant).total_seconds()) // 60)
    if minutes < 1:
        return t("age.now")
    if minutes < 60:
        return t("age.minutes", n=minutes)
    if minutes < 24 * 60:
        return t("age.hours", n=minutes // 60)
    return t("age.days", n=minutes // (24 * 60))


def _group_thousands(value: int | Decimal) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
