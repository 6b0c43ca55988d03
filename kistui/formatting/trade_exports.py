"""Orders, profit, tax sheets and dividends as JSON and CSV, whose keys are a public contract."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar

from msgspec import Struct

from kistui.clock import KST
from kistui.formatting.serialization import (
    PROFILE_FIELDS,
    FailedAccount,
    JsonObject,
    account_documents,
    accounts_to_json,
    format_timestamp,
    profile_fields,
    to_csv,
)
from kistui.models.account import Profile
from kistui.models.dividends import (
    AccountRight,
    Dividend,
    DividendGroup,
    DividendGrouping,
    DividendReport,
)
from kistui.models.order_list import OrderList
from kistui.models.orders import Order
from kistui.models.overseas_tax import TaxSale, TaxSheet
from kistui.models.profit_report import ProfitGroup, ProfitGrouping, ProfitReport
from kistui.models.realized_profit import OverseasTrade

TradeList = OrderList | ProfitReport | TaxSheet | DividendReport


ContentT = TypeVar("ContentT", bound=TradeList)


class TradeSnapshot(Struct, Generic[ContentT], frozen=True):
    """A profile's list with the time it was read; `rows` are the rows to write."""

    profile: Profile
    content: ContentT
    fetched_at: datetime
    rows: Sequence[Any] = ()


ORDER_FIELDS = (
    "ordered_at", "local_date", "market", "exchange", "number", "code", "name", "side",
    "order_type", "state", "currency", "quantity", "filled", "remaining", "price",
    "average_price", "filled_amount", "changes", "rejection_reason",
)  # fmt: skip
PROFIT_FIELDS = (
    "key", "market", "code", "name", "sold_quantity", "bought", "sold", "profit", "rate",
    "rate_computed", "fees", "taxes", "interest", "currency", "foreign_profit", "running_profit",
)  # fmt: skip
TAX_FIELDS = (
    "settlement_date", "trade_date", "code", "name", "isin", "currency", "quantity",
    "foreign_amount", "exchange_rate", "proceeds", "cost", "fees", "gain", "settled",
)  # fmt: skip
DIVIDEND_FIELDS = (
    "state", "key", "pay_date", "record_date", "right_type", "kind", "code", "name", "count",
    "quantity", "per_share", "gross", "tax", "net", "known_tax", "shares", "computed",
    "yield_on_cost", "yield_on_value",
)  # fmt: skip
SENSITIVE_FIELDS = frozenset(
    {
        "quantity", "filled", "remaining", "price", "average_price", "filled_amount",
        "sold_quantity", "bought", "sold", "profit", "fees", "taxes", "interest",
        "foreign_profit", "running_profit", "foreign_amount", "proceeds", "cost", "gain",
        "gross", "tax", "net", "known_tax", "shares", "allotted_quantity",
    }
)  # fmt: skip


def trades_json(
    snapshots: Sequence[TradeSnapshot[Any] | FailedAccount],
    *,
    all_accounts: bool,
    amounts_hidden: bool,
) -> str:
    """Return one account's list, or those of all accounts under `accounts`."""
    to_document = partial(_document, amounts_hidden=amounts_hidden)
    documents = account_documents(snapshots, to_document)
    return accounts_to_json(documents, all_accounts=all_accounts)


def trades_csv(
    snapshots: Sequence[TradeSnapshot[Any] | FailedAccount],
    *,
    fields: Sequence[str],
    all_accounts: bool = False,
    amounts_hidden: bool = False,
    for_excel: bool = False,
) -> str:
    """Return one row per order, group or sale; of all accounts with the account before it."""
    header = (PROFILE_FIELDS if all_accounts else ()) + tuple(fields)
    rows: list[tuple[Any, ...]] = []
    for snapshot in snapshots:
        if not isinstance(snapshot, TradeSnapshot):
            continue
        account = tuple(profile_fields(snapshot.profile).values()) if all_accounts else ()
        rows += (
            (*account, *(_masked(row, amounts_hidden)[name] for name in fields))
            for row in _row_dicts(snapshot)
        )
    return to_csv(header, rows, for_excel=for_excel)


def trades_file(
    snapshot: TradeSnapshot[Any],
    fields: Sequence[str],
    export_format: str,
    *,
    amounts_hidden: bool,
) -> str:
    """Return the file of one list as `json`, `csv`, or `excel`, which is CSV for Excel."""
    if export_format == "json":
        return trades_json([snapshot], all_accounts=False, amounts_hidden=amounts_hidden) + "\n"
    return trades_csv(
        [snapshot],
        fields=fields,
        amounts_hidden=amounts_hidden,
        for_excel=export_format == "excel",
    )


def _document(snapshot: TradeSnapshot[Any], *, amounts_hidden: bool) -> JsonObject:
    document = profile_fields(snapshot.profile) | {
        "fetched_at": format_timestamp(snapshot.fetched_at)
    }
    content = snapshot.content
    rows = [_masked(row, amounts_hidden) for row in _row_dicts(snapshot)]
    match content:
        case OrderList():
            document |= _orders_head(content, amounts_hidden=amounts_hidden) | {"orders": rows}
        case ProfitReport():
            document |= _profit_head(content, amounts_hidden=amounts_hidden) | {"groups": rows}
        case TaxSheet():
            document |= _tax_head(content, amounts_hidden=amounts_hidden) | {"sales": rows}
        case DividendReport():
            document |= _dividends_head(content, amounts_hidden=amounts_hidden) | {
                "groups": [row for row in rows if row["state"] == "received"],
                "announced": [row for row in rows if row["state"] == "announced"],
                "other_rights": [
                    _masked(_right_dict(right), amounts_hidden) for right in content.other_rights
                ],
            }
    if content.unreadable_fields:
        document["unreadable"] = list(content.unreadable_fields)
    if content.may_be_partial:
        document["may_be_partial"] = True
    return document | {"hidden": True} if amounts_hidden else document


def _orders_head(orders: OrderList, *, amounts_hidden: bool) -> JsonObject:
    missing = orders.missing_days
    return {
        "from": orders.days.first,
        "to": orders.days.last,
        "state": "complete" if orders.is_complete else "partial",
        "domestic_listed": not orders.is_paper,
        "missing_days": {"from": missing.first, "to": missing.last} if missing else None,
        "overseas_error": orders.overseas_error.slug if orders.overseas_error else None,
        "estimated_costs": None if amounts_hidden else orders.estimated_costs,
        # KIS lists orders with the average of their fills, and no single fill.
        "fills_known": False,
    }


def _profit_head(report: ProfitReport, *, amounts_hidden: bool) -> JsonObject:
    total = report.total()
    amounts = {
        name: None if amounts_hidden else getattr(total, name)
        for name in ("profit", "sold", "bought", "fees", "taxes", "interest")
    }
    return {
        "from": report.days.first,
        "to": report.days.last,
        "by": report.grouping.value,
        "state": "complete" if report.is_complete else "partial",
        "overseas_error": report.overseas_error.slug if report.overseas_error else None,
        "total": amounts | {"rate": total.rate},
        "differences": [
            {
                "name": check.name,
                "market": check.market.value,
                "kis_total": None if amounts_hidden else check.kis_total,
                "difference": None if amounts_hidden else check.difference,
            }
            for check in report.wrong_sums
        ]
        if report.checks
        else None,
    }


def _tax_head(sheet: TaxSheet, *, amounts_hidden: bool) -> JsonObject:
    amounts = {
        "proceeds": sheet.proceeds,
        "cost": sheet.cost,
        "fees": sheet.fees,
        "gain": sheet.gain,
        "taxable": sheet.taxable,
        "estimated_tax": sheet.estimated_tax,
        "kis_profit": sheet.kis_profit,
    }
    return {
        "year": sheet.year,
        "method": sheet.method.value,
        "is_estimate": True,
        "deduction": sheet.deduction,
        "tax_percent": sheet.tax_percent,
        "purchases_since": sheet.purchases_since,
        "sales_without_cost": sheet.sales_without_cost,
        "unverified_items": sheet.unverified_items,
        "unsettled_sales": len(sheet.unsettled),
        "total": {name: None if amounts_hidden else value for name, value in amounts.items()},
    }


def _dividends_head(report: DividendReport, *, amounts_hidden: bool) -> JsonObject:
    total = report.total()
    amounts = {
        name: None if amounts_hidden else getattr(total, name)
        for name in ("gross", "tax", "net", "known_tax")
    }
    return {
        "from": report.days.first,
        "to": report.days.last,
        "by": report.grouping.value,
        "state": "complete" if report.is_complete else "partial",
        "received_listed": report.has_rights,
        "overseas_listed": False,
        "announced_error": report.announced_error.slug if report.announced_error else None,
        "total": amounts
        | {
            "unknown_taxes": total.unknown_tax_count,
            "yield_on_cost": total.yield_on_cost,
            "yield_on_value": total.yield_on_value,
        },
    }


def _row_dicts(snapshot: TradeSnapshot[Any]) -> Iterable[JsonObject]:
    for row in snapshot.rows:
        match row:
            case Order():
                yield _order_dict(row)
            case ProfitGroup():
                assert isinstance(snapshot.content, ProfitReport)  # noqa: S101
                yield _profit_dict(row, snapshot.content.grouping)
            case TaxSale():
                yield _sale_dict(row.trade, row)
            case OverseasTrade():
                yield _sale_dict(row, None)
            case DividendGroup():
                assert isinstance(snapshot.content, DividendReport)  # noqa: S101
                yield _received_dict(row, snapshot.content.grouping)
            case Dividend():
                yield _dividend_dict(row) | {"state": "announced", "key": None, "count": 1}


def _masked(row: JsonObject, amounts_hidden: bool) -> JsonObject:
    if not amounts_hidden:
        return row
    return {name: None if name in SENSITIVE_FIELDS else value for name, value in row.items()}


def _order_dict(order: Order) -> JsonObject:
    moment: str | None = order.ordered_on.isoformat() if order.ordered_on else None
    if order.ordered_on and order.ordered_at:
        moment = datetime.combine(order.ordered_on, order.ordered_at, KST).isoformat()
    return {
        "ordered_at": moment,
        "local_date": order.local_date,
        "market": order.market.value,
        "exchange": order.exchange,
        "number": order.number,
        "code": order.code,
        "name": order.name,
        "side": order.side.value if order.side else None,
        "order_type": order.order_type,
        "state": order.state.value,
        "currency": order.currency,
        "quantity": order.quantity,
        "filled": order.filled_quantity,
        "remaining": order.remaining_quantity,
        "price": order.price,
        "average_price": order.average_price,
        "filled_amount": order.filled_amount,
        "changes": len(order.changes),
        "rejection_reason": order.rejection_reason,
    }


def _profit_dict(group: ProfitGroup, grouping: ProfitGrouping) -> JsonObject:
    first = group.lines[0]
    markets = {line.market for line in group.lines}
    names_item = grouping.needs_items
    return {
        "key": first.trade_date if grouping is ProfitGrouping.TRADE else group.key,
        "market": first.market.value if len(markets) == 1 else "all",
        "code": first.code if names_item else None,
        "name": first.name if names_item else None,
        "sold_quantity": first.sold_quantity if grouping is ProfitGrouping.TRADE else None,
        "bought": group.bought,
        "sold": group.sold,
        "profit": group.profit,
        "rate": group.rate,
        "rate_computed": group.is_rate_computed,
        "fees": group.fees,
        "taxes": group.taxes,
        "interest": group.interest,
        "currency": first.currency if group.foreign_profit is not None else None,
        "foreign_profit": group.foreign_profit,
        "running_profit": group.running_profit,
    }


def _sale_dict(trade: OverseasTrade, sale: TaxSale | None) -> JsonObject:
    return {
        "settlement_date": trade.settlement_date,
        "trade_date": trade.trade_date,
        "code": trade.code,
        "name": trade.name,
        "isin": trade.isin,
        "currency": trade.currency,
        "quantity": trade.quantity,
        "foreign_amount": trade.amount,
        "exchange_rate": trade.settlement_rate,
        "proceeds": sale.proceeds if sale else None,
        "cost": sale.cost if sale else None,
        "fees": sale.fees if sale else None,
        "gain": sale.gain if sale else None,
        "settled": sale is not None,
    }


def _dividend_dict(dividend: Dividend) -> JsonObject:
    return {
        "state": "received",
        "key": dividend.pay_date,
        "pay_date": dividend.pay_date,
        "record_date": dividend.record_date,
        "right_type": dividend.right_type,
        "kind": dividend.kind,
        "code": dividend.code,
        "name": dividend.name,
        "count": 1,
        "quantity": dividend.quantity,
        "per_share": dividend.per_share,
        "gross": dividend.gross,
        "tax": dividend.tax,
        "net": dividend.net,
        "known_tax": dividend.tax or 0,
        "shares": dividend.shares,
        "computed": dividend.is_computed,
        "yield_on_cost": None,
        "yield_on_value": None,
    }


def _received_dict(group: DividendGroup, grouping: DividendGrouping) -> JsonObject:
    first = group.dividends[0]
    if grouping is DividendGrouping.PAYMENT:
        return _dividend_dict(first)
    names_item = grouping is DividendGrouping.ITEM
    return _dividend_dict(Dividend()) | {
        "key": group.key,
        "right_type": None,
        "code": first.code if names_item else None,
        "name": first.name if names_item else None,
        "count": len(group.dividends),
        "gross": group.gross,
        "tax": group.tax,
        "net": group.net,
        "known_tax": group.known_tax,
        "yield_on_cost": group.yield_on_cost,
        "yield_on_value": group.yield_on_value,
    }


def _right_dict(right: AccountRight) -> JsonObject:
    return {
        "right_type": right.right_type,
        "record_date": right.record_date,
        "code": right.code,
        "name": right.name,
        "quantity": right.quantity,
        "allotted_quantity": right.allotted_quantity,
        "subscription_price": right.subscription_price,
        "subscription_end": right.subscription_end,
        "listing_date": right.listing_date,
    }
