"""The details of a holding: computed values, every field of every lot, and raw fields."""

from datetime import date

from msgspec.structs import replace

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
from kistui.formatting.overseas_holding_detail import overseas_detail_lines
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import signed_change
from kistui.models.balance import Holding, Lot
from kistui.models.kis_fields import field_specs
from kistui.models.overseas import OverseasHolding
from kistui.models.totals import AnyHolding

EXPIRY_WARNING_DAYS = 30
"""Days before a lot's expiry from which a warning is shown."""
MAX_DETAIL_WIDTH = 100
"""Width in columns beyond which a value is too far from its label to read."""

# All 26 fields of a lot in reading order, two per line; a holding has some of them.
LOT_FIELD_ORDER = (
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
# The fields of several lots that kistui computes, other than plain sums.
_COMPUTED_WHEN_MERGED = frozenset({"average_price", "profit_rate"})


def holding_detail_lines(
    holding: AnyHolding,
    position: tuple[int, int],
    t: Translations,
    width: int,
    today: date,
    *,
    show_raw_fields: bool,
    amounts_hidden: bool = False,
) -> tuple[Line, ...]:
    """Return the detail lines of a holding, none wider than `width` columns.

    `position` is its number in the table and the number of holdings there. `show_raw_fields`
    adds KIS's keys and values. `amounts_hidden` masks amounts, quantities and prices paid.
    """
    width = min(width, MAX_DETAIL_WIDTH)
    if isinstance(holding, OverseasHolding):
        return overseas_detail_lines(
            holding,
            position,
            t,
            width,
            show_raw_fields=show_raw_fields,
            amounts_hidden=amounts_hidden,
        )
    trade_kinds = dict.fromkeys(lot.trade_kind for lot in holding.lots if lot.trade_kind)
    lines = [
        detail_heading(holding, trade_kinds, position, width),
        *_expiry_warnings(holding, today, t, width),
        (),
        *two_column_lines(_computed_entries(holding, t, amounts_hidden=amounts_hidden), width),
        *break_even_lines(holding, t, width, t("unit.won"), amounts_hidden=amounts_hidden),
        (),
        *_lot_lines(holding, t, width, amounts_hidden=amounts_hidden),
        (),
        *wrap_text(t("summary_label.computed"), width, Role.DIM),
    ]
    if show_raw_fields:
        lines += raw_field_lines(holding.lots, t, width, amounts_hidden=amounts_hidden)
    return tuple(lines)


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
    profit = show.format_change(holding.day_profit)
    if amounts_hidden and holding.day_profit is not None:
        profit = show.masked_amount()
    return [
        LabelledValue(t("column.day_profit") + show.COMPUTED_MARK, profit),
        LabelledValue(t("column.weight") + show.COMPUTED_MARK, weight_cell(holding.weight)),
    ]


def _lot_lines(
    holding: Holding, t: Translations, width: int, *, amounts_hidden: bool
) -> list[Line]:
    """Return the fields of the only lot, or of several lots merged and then each."""
    lots = holding.lots
    if len(lots) == 1:
        return list(
            two_column_lines(
                _field_entries(_without_unpriced_fields(lots[0]), t, amounts_hidden=amounts_hidden),
                width,
            )
        )
    lines = list(two_column_lines(_field_entries(holding, t, amounts_hidden=amounts_hidden), width))
    for number, lot in enumerate(lots, 1):
        title = t("detail.lot", n=number, of=len(lots), kind=lot.trade_kind or "")
        lines += [(), *wrap_text(title, width, Role.STRONG)]
        lines += two_column_lines(
            _field_entries(_without_unpriced_fields(lot), t, amounts_hidden=amounts_hidden),
            width,
        )
    return lines


def _field_entries(
    record: Holding | Lot, t: Translations, *, amounts_hidden: bool
) -> list[LabelledValue]:
    spec_by_name = {spec.name: spec for spec in field_specs(type(record))}
    record = replace(record, day_change=signed_change(record.day_change, record.day_rate))
    marked_fields = _COMPUTED_WHEN_MERGED if isinstance(record, Holding) else frozenset[str]()
    return [
        LabelledValue(
            t(f"lot.{name}") + (show.COMPUTED_MARK if name in marked_fields else ""),
            format_field(spec_by_name[name], getattr(record, name), amounts_hidden=amounts_hidden),
        )
        for name in LOT_FIELD_ORDER
        if name in spec_by_name
    ]


def _without_unpriced_fields(lot: Lot) -> Lot:
    """Return the lot; if it has no price, the fields that depend on one are None."""
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
