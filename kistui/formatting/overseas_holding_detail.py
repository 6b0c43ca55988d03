"""One holding abroad in full: in its currency as KIS sent it, and what that is in won."""

from typing import Any

from kistui.formatting import values as show
from kistui.formatting.cells import Line, Role
from kistui.formatting.grid import LabelledValue, two_column_lines, wrap_text
from kistui.formatting.holding_detail_common import (
    break_even_lines,
    detail_heading,
    format_field,
    raw_field_lines,
    weight_cell,
)
from kistui.i18n.translations import Translations
from kistui.models.kis_fields import field_specs
from kistui.models.overseas import OverseasHolding

# In reading order, by twos; rows by exchange have some of them.
OVERSEAS_LOT_FIELD_ORDER = (
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
_PRICE_DEPENDENT = frozenset({"price", "valuation", "profit_loss", "profit_rate"})


def overseas_detail_lines(
    holding: OverseasHolding,
    position: tuple[int, int],
    t: Translations,
    width: int,
    *,
    show_raw_fields: bool,
    amounts_hidden: bool,
) -> tuple[Line, ...]:
    """The lines of a holding abroad, none wider than `width` columns."""
    where = (t(f"market.{holding.market.value}"), holding.currency)
    lines = [
        detail_heading(holding, where, position, width),
        (),
        *two_column_lines(_krw_entries(holding, t, amounts_hidden=amounts_hidden), width),
        *break_even_lines(holding, t, width, f" {holding.currency}", amounts_hidden=amounts_hidden),
    ]
    several = len(holding.lots) > 1
    for number, lot in enumerate(holding.lots, 1):
        lines.append(())
        if several:
            security_type = getattr(lot, "security_type", None) or ""
            title = t("detail.lot", n=number, of=len(holding.lots), kind=security_type)
            lines += wrap_text(title, width, Role.STRONG)
        lines += two_column_lines(_field_entries(lot, t, amounts_hidden=amounts_hidden), width)
    lines += [(), *wrap_text(t("summary_label.computed"), width, Role.DIM)]
    if show_raw_fields:
        lines += raw_field_lines(holding.lots, t, width, amounts_hidden=amounts_hidden)
    return tuple(lines)


def _krw_entries(
    holding: OverseasHolding, t: Translations, *, amounts_hidden: bool
) -> list[LabelledValue]:
    """In won at KIS's rate; several lots together too, in their own currency."""
    figures = {
        "valuation_won": show.format_number(holding.valuation_won),
        "profit_loss_won": show.format_change(holding.profit_loss_won),
    }
    if len(holding.lots) > 1:
        figures |= {
            "quantity": show.format_number(holding.quantity),
            "average_price": show.format_number(holding.average_price),
            "valuation": show.format_number(holding.valuation),
            "profit_loss": show.format_change(holding.profit_loss),
        }
    return [
        *(
            LabelledValue(
                t(f"overseas_lot.{name}") + show.COMPUTED_MARK,
                show.mask_amount(cell, amounts_hidden=amounts_hidden),
            )
            for name, cell in figures.items()
        ),
        LabelledValue(
            t("overseas_lot.rate_used"), show.format_exchange_rate(holding.exchange_rate)
        ),
        LabelledValue(t("column.weight") + show.COMPUTED_MARK, weight_cell(holding.weight)),
    ]


def _field_entries(lot: Any, t: Translations, *, amounts_hidden: bool) -> list[LabelledValue]:
    known = {spec.name: spec for spec in field_specs(type(lot))}
    unpriced = not lot.price and lot.quantity != 0
    return [
        LabelledValue(
            t(f"overseas_lot.{name}"),
            show.UNAVAILABLE
            if unpriced and name in _PRICE_DEPENDENT
            else format_field(known[name], getattr(lot, name), amounts_hidden=amounts_hidden),
        )
        for name in OVERSEAS_LOT_FIELD_ORDER
        if name in known
    ]
