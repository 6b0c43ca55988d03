"""Checks that the figures of a balance agree, by KIS's own identities, to the won.

`rows`, `costs` and `row_profits` are sums over all rows, `profit` is valuation less purchases,
`total` is securities and the D+2 deposit, `change` is the total less that of yesterday.
"""

from msgspec import Struct

from kistui.models.arithmetic import sum_or_none
from kistui.models.balance import Balance, BalanceSummary


class ReconciliationCheck(Struct, frozen=True):
    """One identity: the amount KIS states and the sum of its parts, in won."""

    name: str
    stated: int
    computed: int

    @property
    def difference(self) -> int:
        """`stated` minus `computed` in won; 0 when they agree."""
        return self.stated - self.computed


def reconcile(balance: Balance) -> tuple[ReconciliationCheck, ...]:
    """Return the identities that can be checked, without those with unknown parts."""
    summary, lots = balance.summary, balance.lots
    pairs = (
        ("rows", summary.valuation, sum_or_none(lot.valuation for lot in lots)),
        ("costs", summary.purchase_amount, sum_or_none(lot.purchase_amount for lot in lots)),
        ("row_profits", summary.profit_loss, sum_or_none(lot.profit_loss for lot in lots)),
        ("profit", summary.profit_loss, _difference(summary.valuation, summary.purchase_amount)),
        ("total", summary.total_value, _computed_total_value(summary)),
        ("change", summary.asset_change, _difference(summary.total_value, summary.total_yesterday)),
    )
    return tuple(
        ReconciliationCheck(name, stated, computed)
        for name, stated, computed in pairs
        if stated is not None and computed is not None
    )


def is_reconciled(balance: Balance) -> bool | None:
    """Return whether all checks agree; `None` when nothing can be checked."""
    checks = reconcile(balance)
    return all(check.difference == 0 for check in checks) if checks else None


def _computed_total_value(summary: BalanceSummary) -> int | None:
    """Return the total that KIS documents, for an account without loans, CMA or short sales.

    KIS does not document how those enter the total, so accounts with any of them return `None`.
    """
    if any(part != 0 for part in (summary.loans, summary.cma_value, summary.short_proceeds)):
        return None
    return sum_or_none((summary.securities_value, summary.deposit_d2))


def _difference(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else left - right
