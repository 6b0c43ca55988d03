"""One holding in full: what it means, every field of every lot, and KIS's own words for them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from kistui.model import moves
from kistui.model.balance import Holding, Lot
from kistui.model.fields import PRIVATE, FieldSpec, Unit, specs, values_by_key
from kistui.view import format as show
from kistui.view.cells import Cell, Line, Role, fit
from kistui.view.grid import Entry, folded, grid
from kistui.view.summary import COMPUTED
from kistui.view.words import Words

SOON = 30
"""Days before its expiry from which a lot is warned about."""
WIDEST = 100
"""Columns beyond which a label and its value are too far apart to read."""
BAR = 10
"""Columns of the bar of the weight."""

# All 26 fields of a lot in reading order, by twos; a holding has some of them.
ORDER = (
    "valuation", "price",
    "profit_loss", "day_change",
    "profit_rate", "day_rate",
    "purchase_amount", "average_price",
    "quantity", "sellable_quantity",
    "bought_today", "bought_yesterday",
    "sold_today", "sold_yesterday",
    "loan_date", "expiry_date",
    "loan_amount", "loan_price",
    "short_proceeds", "valuation_return",
    "collateral_price", "margin_rate_name",
    "guarantee_rate_name", "trade_kind",
    "code", "name",
)  # fmt: skip
_CHANGES = frozenset({"profit_loss", "day_change"})
_OF_THE_MARKET = frozenset({"price", "day_change", "collateral_price"})
# What kistui works out for several lots, where it is not a plain sum.
_MERGED = frozenset({"average_price", "profit_rate"})

_FORMS: dict[Unit, Callable[[Any], Cell]] = {
    Unit.WON: show.number,
    Unit.QUANTITY: show.number,
    Unit.PRICE: show.number,
    Unit.PERCENT: show.percent,
    Unit.DATE: lambda day: Cell(day.isoformat()),
    Unit.TEXT: Cell,
    Unit.CODE: Cell,
}


def detail(
    holding: Holding,
    position: tuple[int, int],
    words: Words,
    width: int,
    today: date,
    *,
    raw: bool,
    hidden: bool = False,
) -> tuple[Line, ...]:
    """The lines of a holding, none wider than `width` columns; an empty one between groups.

    `position` is its place in the table and out of how many. `raw` adds what KIS sent, key by
    key. `hidden` leaves out amounts, quantities and the prices paid.
    """
    width = min(width, WIDEST)
    lines = [
        _heading(holding, position, width),
        *_warnings(holding, today, words, width),
        (),
        *grid(_computed(holding, words, hidden=hidden), width),
        *_break_even(holding, words, width, hidden=hidden),
        (),
        *_figures(holding, words, width, hidden=hidden),
        (),
        *folded(words("line.computed"), width, Role.DIM),
    ]
    if raw:
        lines += _raw(holding, words, width, hidden=hidden)
    return tuple(lines)


def _heading(holding: Holding, position: tuple[int, int], width: int) -> Line:
    """Whose it is, whole parts of it when narrow, and its place at the right."""
    place = Cell(f"{position[0]}/{position[1]}", Role.DIM)
    kinds = dict.fromkeys(lot.trade_kind for lot in holding.lots if lot.trade_kind)
    parts = [
        Cell(holding.name or holding.code or "", Role.STRONG),
        Cell(f"  {holding.code or ''}", Role.DIM),
        Cell(f"  {' · '.join(kinds)}", Role.LABEL),
    ]
    room = width - place.width - 1
    while len(parts) > 1 and sum(part.width for part in parts) > room:
        parts.pop()
    if len(parts) == 1:
        parts = [Cell(fit(parts[0].text, room), Role.STRONG)]
    blanks = width - place.width - sum(part.width for part in parts)
    return (*parts, Cell(" " * max(blanks, 1)), place)


def _warnings(holding: Holding, today: date, words: Words, width: int) -> list[Line]:
    """A line for each lot held that is to be repaid soon or should have been, the first first."""
    due = [(lot.expiry_date, lot) for lot in holding.lots if lot.expiry_date and lot.quantity != 0]
    lines: list[Line] = []
    for expiry, lot in sorted(due, key=lambda pair: pair[0]):
        left = (expiry - today).days
        if left > SOON:
            break
        text = words(
            _expiry_word(left), days=abs(left), date=expiry.isoformat(), kind=lot.trade_kind or ""
        )
        lines += folded(text, width, Role.BAD)
    return lines


def _expiry_word(days: int) -> str:
    if not days:
        return "detail.expires_today"
    return "detail.expires" if days > 0 else "detail.expired"


def _computed(holding: Holding, words: Words, *, hidden: bool) -> list[Entry]:
    profit = show.change(holding.day_profit)
    if hidden and holding.day_profit is not None:
        profit = show.hidden_amount()
    return [
        Entry(words("column.day_profit") + COMPUTED, profit),
        Entry(words("column.weight") + COMPUTED, _weight(holding.weight)),
    ]


def _weight(weight: Decimal | None) -> Cell:
    """A part of all holdings, as a bar before its number."""
    if weight is None:
        return show.UNAVAILABLE
    filled = int(min(max(weight, Decimal(0)), Decimal(100)) * BAR / 100 + Decimal("0.5"))
    return Cell(f"{'█' * filled}{'░' * (BAR - filled)} {show.share(weight).text}")


def _break_even(holding: Holding, words: Words, width: int, *, hidden: bool) -> tuple[Line, ...]:
    """How far it is to the average price, in words; nothing where one of the two is unknown."""
    away = holding.break_even_rate
    if away is None or holding.is_sold_out:
        return ()
    way = "detail.break_even_here"
    if away:
        way = "detail.break_even_up" if away > 0 else "detail.break_even_down"
    average = show.hidden_amount() if hidden else show.average(holding.average_price)
    text = words(
        way,
        rate=show.percent(abs(away), COMPUTED).text.removeprefix("+"),
        price=show.number(holding.price).text,
        average=average.text,
    )
    return folded(text, width, Role.LABEL)


def _figures(holding: Holding, words: Words, width: int, *, hidden: bool) -> list[Line]:
    """The one lot's fields; of several, what they are together and then each."""
    lots = holding.lots
    if len(lots) == 1:
        return list(grid(_entries(_priced(lots[0]), words, hidden=hidden), width))
    lines = list(grid(_entries(holding, words, hidden=hidden), width))
    for number, lot in enumerate(lots, 1):
        title = words("detail.lot", n=number, of=len(lots), kind=lot.trade_kind or "")
        lines += [(), *folded(title, width, Role.STRONG)]
        lines += grid(_entries(_priced(lot), words, hidden=hidden), width)
    return lines


def _entries(record: Holding | Lot, words: Words, *, hidden: bool) -> list[Entry]:
    known = {spec.name: spec for spec in specs(type(record))}
    record = replace(record, day_change=moves.signed(record.day_change, record.day_rate))
    marked = _MERGED if isinstance(record, Holding) else frozenset[str]()
    return [
        Entry(
            words(f"lot.{name}") + (COMPUTED if name in marked else ""),
            _cell(known[name], getattr(record, name), hidden=hidden),
        )
        for name in ORDER
        if name in known
    ]


def _cell(spec: FieldSpec, value: Any, *, hidden: bool) -> Cell:
    if value is None or value == "":
        return show.UNAVAILABLE
    if hidden and _is_private(spec):
        return show.hidden_amount()
    return show.change(value) if spec.name in _CHANGES else _FORMS[spec.unit](value)


def _is_private(spec: FieldSpec) -> bool:
    """Whether it tells how much somebody has, or what was paid; the market's prices do not."""
    if spec.unit is Unit.PRICE:
        return spec.name not in _OF_THE_MARKET
    return spec.unit in PRIVATE


def _priced(lot: Lot) -> Lot:
    """The lot; without a price now, all that follows from one is `None` and not a loss."""
    if lot.is_priced:
        return lot
    return replace(
        lot,
        price=None,
        valuation=None,
        profit_loss=None,
        profit_rate=None,
        valuation_return=None,
        day_rate=None,
        day_change=None,
    )


def _raw(holding: Holding, words: Words, width: int, *, hidden: bool) -> list[Line]:
    """KIS's keys and values, lot by lot."""
    lines: list[Line] = []
    private = {spec.key for spec in specs(Lot) if _is_private(spec)} if hidden else set[str]()
    for number, lot in enumerate(holding.lots, 1):
        title = words("detail.raw", n=number, of=len(holding.lots))
        entries = [
            Entry(key, show.hidden_amount() if key in private else show.as_received(value, words))
            for key, value in values_by_key(lot).items()
        ]
        lines += [(), *folded(title, width, Role.STRONG), *grid(entries, width)]
    return lines
