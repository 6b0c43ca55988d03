"""Values as text, each in one way everywhere: grouped thousands, a direction that is never
colour alone, and a dash for what is not available.
"""

from datetime import datetime
from decimal import Decimal

from kistui.clock import KST
from kistui.formatting.cells import Cell, Role
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import round_half_up
from kistui.models.overseas import ExchangeRate

UNAVAILABLE = Cell("-", Role.DIM)
UP_ARROW, DOWN_ARROW = "▲", "▼"
AMOUNT_MASK = "•••"
COMPUTED_MARK = "*"
"""After what kistui worked out itself."""
ZERO_DECIMAL_CURRENCIES = frozenset({"KRW", "JPY", "VND"})


def format_number(value: int | Decimal | None) -> Cell:
    """An amount, price or quantity: `1,234` or `1,234.5`, without trailing zeros."""
    return UNAVAILABLE if value is None else Cell(_group_thousands(value))


def format_average_price(value: Decimal | None) -> Cell:
    """An average price in whole won, as brokers show it."""
    if value is None:
        return UNAVAILABLE
    return format_number(round_half_up(value))


def round_to_currency(value: Decimal | None, currency: str) -> Decimal | None:
    """An amount to the units its currency is counted in: cents, but whole yen and dong."""
    if value is None:
        return None
    return round_half_up(value, "1" if currency in ZERO_DECIMAL_CURRENCIES else "0.01")


def format_amount(value: Decimal) -> Cell:
    """An amount with all its decimals, zeros too."""
    return Cell(f"{value:,f}")


def format_amount_change(value: Decimal) -> Cell:
    """Such an amount with its direction."""
    mark = f"{UP_ARROW if value > 0 else DOWN_ARROW} " if value else ""
    return Cell(f"{mark}{abs(value):,f}", gain_loss_role(value))


def format_exchange_rate(exchange_rate: ExchangeRate | None) -> Cell:
    """Won for the unit of a currency: `1,468.4`, `941.52/100`."""
    if exchange_rate is None:
        return UNAVAILABLE
    unit = "" if exchange_rate.unit == 1 else f"/{_group_thousands(exchange_rate.unit)}"
    return Cell(f"{_group_thousands(exchange_rate.krw_per_unit)}{unit}", Role.DIM)


def format_change(value: int | Decimal | None) -> Cell:
    """An amount with its direction: `▲ 540,000`, `▼ 201,000`, `0`."""
    if value is None:
        return UNAVAILABLE
    if not value:
        return Cell("0")
    size = _group_thousands(value).removeprefix("-")
    return Cell(f"{UP_ARROW if value > 0 else DOWN_ARROW} {size}", gain_loss_role(value))


def format_percent(value: Decimal | None, suffix: str = "") -> Cell:
    """A rate with its sign: `+3.94%`, `-3.27%`; `mark` follows a computed one."""
    if value is None:
        return UNAVAILABLE
    shown = round_half_up(value, "0.01")
    return Cell(f"{shown:+,.2f}%{suffix}" if shown else f"0.00%{suffix}", gain_loss_role(shown))


def format_share(value: Decimal | None) -> Cell:
    """A part of a whole: `34.5%`."""
    if value is None:
        return UNAVAILABLE
    return Cell(f"{round_half_up(value, '0.1'):,}%")


def masked_amount() -> Cell:
    """In place of an amount or quantity that is not to be seen; as wide for any."""
    return Cell(AMOUNT_MASK, Role.DIM)


def format_raw(value: object, t: Translations) -> Cell:
    """A value of KIS's without any form; blank is said to be blank."""
    if value is None or value == "":
        return Cell(t("detail.blank"), Role.DIM)
    return Cell(f"{value:f}" if isinstance(value, Decimal) else str(value))


def mask_amount(cell: Cell, *, amounts_hidden: bool) -> Cell:
    """The cell of an amount or quantity; what is unknown need not be hidden."""
    return masked_amount() if amounts_hidden and cell != UNAVAILABLE else cell


def gain_loss_role(value: int | Decimal) -> Role:
    """The role of a number that went up or down."""
    if not value:
        return Role.PLAIN
    return Role.GAIN if value > 0 else Role.LOSS


def format_time(at: datetime) -> str:
    """`10:32:07`, in Korean time."""
    return at.astimezone(KST).strftime("%H:%M:%S")


def format_short_time(at: datetime, now: datetime) -> str:
    """`10:33:07` on the Korean day of `now`, else `11-24 08:00`."""
    there = at.astimezone(KST)
    is_today = there.date() == now.astimezone(KST).date()
    return there.strftime("%H:%M:%S" if is_today else "%m-%d %H:%M")


def format_age(at: datetime, now: datetime, t: Translations) -> str:
    """How long ago, by the minute: no screen has to repaint by the second."""
    minutes = max(0, int((now - at).total_seconds()) // 60)
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
