"""The details of an overseas holding, in its own currency and in won."""

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

# In reading order, two per line; a lot record has only some of these fields.
OVERSEAS_LOT_FIELD_ORDER = (
    "valuation", "price",
    "profit_loss", "average_price",
    "profit_rate", "purchase_amount",
    "quantity", "sellable_quantity",
    "settled_quantity", "security_type",
    "bought_today", "sold_today",
    "bought_amount", "sold_amount",
    "base_rate", "rate_unit",
    "paid_won", "loan_balance",
    "loan_type", "loan_date",
    "expiry_date", "market_name",
    "country", "exchange",
    "price_exchange", "product_type",
    "currency", "isin",
    "code", "name",
)  # fmt: skip
# KIS sends zeros and losses for these when there is no price.
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
    """Return the detail lines of an overseas holding, none wider than `width` columns."""
    tags = (t(f"market.{holding.market.value}"), holding.currency)
    lines = [
        detail_heading(holding, tags, position, width),
        (),
        *two_column_lines(_krw_entries(holding, t, amounts_hidden=amounts_hidden), width),
        *break_even_lines(holding, t, width, f" {holding.currency}", amounts_hidden=amounts_hidden),
    ]
    has_several_lots = len(holding.lots) > 1
    for number, lot in enumerate(holding.lots, 1):
        lines.append(())
        if has_several_lots:
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
    """Return the values in won and, for several lots, their totals in the foreign currency."""
    cells = {
        "valuation_won": show.format_number(holding.valuation_won),
        "profit_loss_won": show.format_change(holding.profit_loss_won),
    }
    if len(holding.lots) > 1:
        cells |= {
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
            for name, cell in cells.items()
        ),
        LabelledValue(
            t("overseas_lot.rate_used"), show.format_exchange_rate(holding.exchange_rate)
        ),
        LabelledValue(t("column.weight") + show.COMPUTED_MARK, weight_cell(holding.weight)),
    ]


def _field_entries(lot: Any, t: Translations, *, amounts_hidden: bool) -> list[LabelledValue]:
    spec_by_name = {spec.name: spec for spec in field_specs(type(lot))}
    is_unpriced = not lot.price and lot.quantity != 0
    return [
        LabelledValue(
            t(f"overseas_lot.{name}"),
            show.UNAVAILABLE
            if is_unpriced and name in _PRICE_DEPENDENT
            else format_field(
                spec_by_name[name], getattr(lot, name), amounts_hidden=amounts_hidden
            ),
        )
        for name in OVERSEAS_LOT_FIELD_ORDER
        if name in spec_by_name
    ]
