"""Cash and allocations as JSON and CSV, whose keys are a public contract."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from msgspec import Struct

from kistui.errors import UnsupportedProductError
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
from kistui.models.allocation import Allocation
from kistui.models.balance import Balance
from kistui.models.cash import NOT_SERVED_ERRORS, CashPosition, CashReport, cash_positions
from kistui.models.load_state import Failed

CASH_FIELDS = CashPosition.__struct_fields__
ALLOCATION_FIELDS = ("key", "amount", "share")


class CashSnapshot(Struct, frozen=True):
    """A profile's balance and cash figures with the time they were read."""

    profile: Profile
    balance: Balance
    report: CashReport
    fetched_at: datetime
    settlement_days: tuple[date, ...] = ()
    """D+1 and D+2."""

    @property
    def positions(self) -> tuple[CashPosition, ...]:
        """The cash by currency, won first."""
        return cash_positions(self.balance, self.report)

    @property
    def is_complete(self) -> bool:
        """Whether every figure that KIS has for the account was read."""
        return self.report.is_complete and not isinstance(self.balance.overseas, Failed)


def cash_json(
    snapshots: Sequence[CashSnapshot | FailedAccount], *, all_accounts: bool, amounts_hidden: bool
) -> str:
    """Return one account's cash, or that of all accounts under `accounts`."""
    to_document = partial(cash_document, amounts_hidden=amounts_hidden)
    documents = account_documents(snapshots, to_document)
    return accounts_to_json(documents, all_accounts=all_accounts)


def cash_document(snapshot: CashSnapshot, *, amounts_hidden: bool) -> JsonObject:
    """Return one account's cash with what failed and what KIS does not serve."""
    balance, report = snapshot.balance, snapshot.report
    errors = {call.value: error.slug for call, error in report.failures.items()}
    if isinstance(balance.overseas, Failed):
        errors["overseas_balance"] = balance.overseas.error.slug
    not_served = {
        call.value: error.slug
        for call, error in report.errors.items()
        if isinstance(error, NOT_SERVED_ERRORS)
    }
    if not balance.supports_overseas:
        not_served["withdrawable"] = UnsupportedProductError.slug
    days = snapshot.settlement_days
    document = profile_fields(snapshot.profile) | {
        "fetched_at": format_timestamp(snapshot.fetched_at),
        "state": "complete" if snapshot.is_complete else "partial",
        "settlement_days": {"d1": days[0], "d2": days[1]} if days else None,
        "cash": [_position_dict(row, amounts_hidden) for row in snapshot.positions],
        "errors": errors,
        "not_served": not_served,
    }
    if report.unreadable_fields:
        document["unreadable"] = list(report.unreadable_fields)
    return document | {"hidden": True} if amounts_hidden else document


def cash_csv(
    snapshots: Sequence[CashSnapshot | FailedAccount],
    *,
    all_accounts: bool = False,
    amounts_hidden: bool = False,
    for_excel: bool = False,
) -> str:
    """Return one row per currency; of all accounts with the account before it."""
    header = (PROFILE_FIELDS if all_accounts else ()) + CASH_FIELDS
    rows = [
        (
            *(profile_fields(snapshot.profile).values() if all_accounts else ()),
            *_position_dict(position, amounts_hidden).values(),
        )
        for snapshot in snapshots
        if isinstance(snapshot, CashSnapshot)
        for position in snapshot.positions
    ]
    return to_csv(header, rows, for_excel=for_excel)


def allocation_document(allocation: Allocation, *, amounts_hidden: bool) -> JsonObject:
    """Return the parts of the assets with their sum and what they cover."""
    return {
        "by": allocation.by.value,
        "scope": allocation.scope.value,
        "computed": allocation.is_computed,
        "total": None if amounts_hidden else allocation.total,
        "shares": [
            {
                "key": part.key,
                "amount": None if amounts_hidden else part.amount,
                "share": part.share,
            }
            for part in allocation.parts
        ],
    }


def allocation_csv(allocation: Allocation, *, amounts_hidden: bool) -> str:
    """Return one row per part."""
    rows = (
        (part.key, None if amounts_hidden else part.amount, part.share) for part in allocation.parts
    )
    return to_csv(ALLOCATION_FIELDS, rows)


def _position_dict(position: CashPosition, amounts_hidden: bool) -> JsonObject:
    return {
        name: None if amounts_hidden and name != "currency" else getattr(position, name)
        for name in CASH_FIELDS
    }
