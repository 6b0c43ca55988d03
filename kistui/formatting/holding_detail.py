"""One holding in full: what it means, every field of every lot, and KIS's own words for them."""

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
from kistui.models.holdings import AnyHolding
from kistui.models.kis_fields import field_specs
from kistui.models.overseas import OverseasHolding

EXPIRY_WARNING_DAYS = 30
"""Days before its expiry from which a lot is warned about."""
MAX_DETAIL_WIDTH = 100
"""Columns beyond which a label and its value are too far apart to read."""

# All 26 fields of a lot in reading order, by twos; a holding has some of them.
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
# What kistui works out for several lots, where it is not a plain sum.
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
    """The lines of a holding, none wider than `width` columns; an empty one between groups.

    `position` is its place in the table and out of how many. `raw` adds what KIS sent, key by
    key. `hidden` leaves out amounts, quantities and the prices paid.
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
    kinds = dict.fromkeys(lot.trade_kind for lot in holding.lots if lot.trade_kind)
    lines = [
        detail_heading(holding, kinds, position, width),
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
    """A line for each lot held that is to be repaid soon or should have been, the first first."""
    due = [(lot.expiry_date, lot) for lot in holding.lots if lot.expiry_date and lot.quantity != 0]
    lines: list[Line] = []
    for expiry, lot in sorted(due, key=lambda pair: pair[0]):
        left = (expiry - today).days
        if left > EXPIRY_WARNING_DAYS:
            break
        text = t(
            _expiry_message_key(left),
            days=abs(left),
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
    """The one lot's fields; of several, what they are together and then each."""
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
    known = {spec.name: spec for spec in field_specs(type(record))}
    record = replace(record, day_change=signed_change(record.day_change, record.day_rate))
    marked = _COMPUTED_WHEN_MERGED if isinstance(record, Holding) else frozenset[str]()
    return [
        LabelledValue(
            t(f"lot.{name}") + (show.COMPUTED_MARK if name in marked else ""),
            format_field(known[name], getattr(record, name), amounts_hidden=amounts_hidden),
        )
        for name in LOT_FIELD_ORDER
        if name in known
    ]


def _without_unpriced_fields(lot: Lot) -> Lot:
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
