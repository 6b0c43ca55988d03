"""The orders of a range of days, which are read in parts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from kistui.errors import KistuiError
from kistui.models.arithmetic import decimal_sum_or_none, sum_or_none
from kistui.models.markets import Market
from kistui.models.orders import DomesticOrderTotals, Order, Side, sort_orders
from kistui.models.partial_list import PartialList
from kistui.models.periods import DateRange


class OrderPart(Struct, frozen=True, kw_only=True):
    """The domestic or overseas orders of some days, newest first: a part of an `OrderList`.

    `missing_days` are days that KIS does not serve for the account: their orders are unknown.
    """

    days: DateRange
    orders: tuple[Order, ...] = ()
    totals: DomesticOrderTotals | None = None
    missing_days: DateRange | None = None
    may_be_partial: bool = False
    unreadable_fields: tuple[str, ...] = ()


class OrderList(PartialList, frozen=True, kw_only=True):
    """The orders of a range, as far as its parts have been read; newest first.

    `missing_days` are days that KIS does not serve for the account.
    """

    days: DateRange
    orders: tuple[Order, ...] = ()
    totals: tuple[DomesticOrderTotals, ...] = ()
    """KIS's totals of the parts with domestic orders; blank ones where KIS sent none."""
    missing_days: DateRange | None = None
    overseas_error: KistuiError | None = None
    """Why overseas orders are missing."""
    is_paper: bool = False
    """Whether the server is the paper one, which lists no domestic orders."""

    @property
    def is_complete(self) -> bool:
        """Whether every part of the range was read, overseas orders too."""
        return self.has_all_parts and self.overseas_error is None

    @property
    def estimated_costs(self) -> int | None:
        """KIS's estimate of the costs of the domestic orders in won; `None` if it is unknown."""
        if not self.totals:
            return None
        return sum_or_none(totals.estimated_costs for totals in self.totals)

    def amount(self, side: Side) -> Mapping[str, Decimal | None]:
        """Return the amounts filled on a side by currency; `None` if one is unknown.

        An order whose side is unknown makes both sides unknown, unless nothing of it is filled.
        """
        orders = [
            order
            for order in self.orders
            if order.side is side or (order.side is None and order.filled_amount != 0)
        ]
        currencies = dict.fromkeys(order.currency for order in orders)
        return {
            currency: decimal_sum_or_none(
                order.filled_amount if order.side is side else None
                for order in orders
                if order.currency == currency
            )
            for currency in currencies
        }

    @property
    def open_orders(self) -> tuple[Order, ...]:
        """The orders of which more may be filled."""
        return tuple(order for order in self.orders if order.is_open)

    def showing(self, orders: Sequence[Order]) -> "OrderList":
        """Return the list with only these orders; KIS's totals are for all of them."""
        totals = self.totals if len(orders) == len(self.orders) else ()
        return replace(self, orders=tuple(orders), totals=totals)

    def with_part(self, part: OrderPart) -> "OrderList":
        """Return the list with another part of it.

        Rows that only their position in a part tells apart get a number that is free in the list.
        """
        last_number = max((order.row_number for order in self.orders), default=0)
        orders = (
            replace(order, row_number=last_number + order.row_number) if order.row_number else order
            for order in part.orders
        )
        totals = self.totals
        part_totals = part.totals or DomesticOrderTotals()
        has_domestic_orders = any(order.market is Market.KR for order in part.orders)
        if has_domestic_orders or part_totals != DomesticOrderTotals():
            totals = (*totals, part_totals)
        return self.with_part_read(
            part,
            orders=sort_orders({order.key: order for order in (*self.orders, *orders)}.values()),
            totals=totals,
            missing_days=_joined(self.missing_days, part.missing_days),
        )


def _joined(first: DateRange | None, second: DateRange | None) -> DateRange | None:
    """Return the days from the first to the last day of two ranges."""
    if first is None or second is None:
        return first or second
    return DateRange(min(first.first, second.first), max(first.last, second.last))
