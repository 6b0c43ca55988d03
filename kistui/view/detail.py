"""One holding in full: what it means, every field of every lot, and KIS's own words for them."""

from datetime import date

from kistui.models import price_changes
from kistui.models.balance import Holding, Lot
from kistui.models.kis_fields import field_specs
from kistui.models.overseas import OverseasHolding
from kistui.models.holdings import AnyHolding
from kistui.models.record import replace
from kistui.view import format as show
from kistui.view.cells import Line, Role
from kistui.view.detail_abroad import detail_abroad
from kistui.view.detail_parts import (
    break_even,
    field_cell,
    heading,
    raw_lines,
    weight_cell,
)
from kistui.view.grid import Entry, folded, grid
from kistui.view.words import Words

SOON = 30
"""Days before its expiry from which a lot is warned about."""
WIDEST = 100
"""Columns beyond which a label and its value are too far apart to read."""

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
# What kistui works out for several lots, where it is not a plain sum.
_MERGED = frozenset({"average_price", "profit_rate"})


def detail(
    holding: AnyHolding,
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
    if isinstance(holding, OverseasHolding):
        return detail_abroad(holding, position, words, width, raw=raw, hidden=hidden)
    kinds = dict.fromkeys(lot.trade_kind for lot in holding.lots if lot.trade_kind)
    lines = [
        heading(holding, kinds, position, width),
        *_warnings(holding, today, words, width),
        (),
        *grid(_computed(holding, words, hidden=hidden), width),
        *break_even(holding, words, width, words("unit.won"), hidden=hidden),
        (),
        *_figures(holding, words, width, hidden=hidden),
        (),
        *folded(words("line.computed"), width, Role.DIM),
    ]
    if raw:
        lines += raw_lines(holding.lots, words, width, hidden=hidden)
    return tuple(lines)


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
        Entry(words("column.day_profit") + show.COMPUTED, profit),
        Entry(words("column.weight") + show.COMPUTED, weight_cell(holding.weight)),
    ]


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
    known = {spec.name: spec for spec in field_specs(type(record))}
    record = replace(record, day_change=price_changes.signed_change(record.day_change, record.day_rate))
    marked = _MERGED if isinstance(record, Holding) else frozenset[str]()
    return [
        Entry(
            words(f"lot.{name}") + (show.COMPUTED if name in marked else ""),
            field_cell(known[name], getattr(record, name), hidden=hidden),
        )
        for name in ORDER
        if name in known
    ]


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
