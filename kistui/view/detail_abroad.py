"""One holding abroad in full: in its currency as KIS sent it, and what that is in won."""

from typing import Any

from kistui.models.kis_fields import field_specs
from kistui.models.overseas import OverseasHolding
from kistui.view import format as show
from kistui.view.cells import Line, Role
from kistui.view.detail_parts import (
    break_even,
    field_cell,
    heading,
    raw_lines,
    weight_cell,
)
from kistui.view.grid import Entry, folded, grid
from kistui.view.words import Words

# In reading order, by twos; rows by exchange have some of them.
ORDER = (
    "valuation", "price",
    "profit_loss", "average_price",
    "profit_rate", "purchase_amount",
    "quantity", "sellable_quantity",
    "settled_quantity", "security_type",
    "bought_today", "sold_today",
    "bought_amount", "sold_amount",
    "base_rate", "rate_unit",
    "paid_won", "loan",
    "loan_type", "loan_date",
    "expiry_date", "market_name",
    "country", "exchange",
    "price_exchange", "product_type",
    "currency", "isin",
    "code", "name",
)  # fmt: skip
# Without a price there is no value, and no loss.
_OF_A_PRICE = frozenset({"price", "valuation", "profit_loss", "profit_rate"})


def detail_abroad(
    holding: OverseasHolding,
    position: tuple[int, int],
    words: Words,
    width: int,
    *,
    raw: bool,
    hidden: bool,
) -> tuple[Line, ...]:
    """The lines of a holding abroad, none wider than `width` columns."""
    where = (words(f"market.{holding.market.value}"), holding.currency)
    lines = [
        heading(holding, where, position, width),
        (),
        *grid(_in_won(holding, words, hidden=hidden), width),
        *break_even(holding, words, width, f" {holding.currency}", hidden=hidden),
    ]
    several = len(holding.lots) > 1
    for number, lot in enumerate(holding.lots, 1):
        lines.append(())
        if several:
            security_type = getattr(lot, "security_type", None) or ""
            title = words("detail.lot", n=number, of=len(holding.lots), security_type=security_type)
            lines += folded(title, width, Role.STRONG)
        lines += grid(_entries(lot, words, hidden=hidden), width)
    lines += [(), *folded(words("line.computed"), width, Role.DIM)]
    if raw:
        lines += raw_lines(holding.lots, words, width, hidden=hidden)
    return tuple(lines)


def _in_won(holding: OverseasHolding, words: Words, *, hidden: bool) -> list[Entry]:
    """In won at KIS's rate; several lots together too, in their own currency."""
    figures = {
        "valuation_won": show.number(holding.valuation_won),
        "profit_loss_won": show.change(holding.profit_loss_won),
    }
    if len(holding.lots) > 1:
        figures |= {
            "quantity": show.number(holding.quantity),
            "average_price": show.number(holding.average_price),
            "valuation": show.number(holding.valuation),
            "profit_loss": show.change(holding.profit_loss),
        }
    return [
        *(
            Entry(words(f"foreign.{name}") + show.COMPUTED, show.private(cell, hidden=hidden))
            for name, cell in figures.items()
        ),
        Entry(words("foreign.rate_used"), show.rate(holding.exchange_rate)),
        Entry(words("column.weight") + show.COMPUTED, weight_cell(holding.weight)),
    ]


def _entries(lot: Any, words: Words, *, hidden: bool) -> list[Entry]:
    known = {spec.name: spec for spec in field_specs(type(lot))}
    unpriced = not lot.price and lot.quantity != 0
    return [
        Entry(
            words(f"foreign.{name}"),
            show.UNAVAILABLE
            if unpriced and name in _OF_A_PRICE
            else field_cell(known[name], getattr(lot, name), hidden=hidden),
        )
        for name in ORDER
        if name in known
    ]
