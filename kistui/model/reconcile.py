"""Do the figures of a balance agree with each other? KIS's own identities, checked to the won.

`rows`, `costs` and `row_profits` are sums over all rows, `profit` is valuation less purchases,
`total` is securities and the D+2 deposit, `change` is the total less that of yesterday.
"""

from kistui.model.balance import Balance, Summary
from kistui.model.record import record
from kistui.model.sums import total_of


@record
class Check:
    """One identity: what KIS states and what its parts add up to, in won."""

    name: str
    stated: int
    found: int

    @property
    def difference(self) -> int:
        """Stated minus found; 0 when they agree."""
        return self.stated - self.found


def reconcile(balance: Balance) -> tuple[Check, ...]:
    """The identities that can be checked; one with a part unknown is left out."""
    summary, lots = balance.summary, balance.lots
    pairs = (
        ("rows", summary.valuation, total_of(lot.valuation for lot in lots)),
        ("costs", summary.purchase_amount, total_of(lot.purchase_amount for lot in lots)),
        ("row_profits", summary.profit_loss, total_of(lot.profit_loss for lot in lots)),
        ("profit", summary.profit_loss, _minus(summary.valuation, summary.purchase_amount)),
        ("total", summary.total_value, _securities_and_cash(summary)),
        ("change", summary.asset_change, _minus(summary.total_value, summary.total_yesterday)),
    )
    return tuple(
        Check(name, stated, found)
        for name, stated, found in pairs
        if stated is not None and found is not None
    )


def is_reconciled(balance: Balance) -> bool | None:
    """Whether all that can be checked agrees; `None` when nothing can be."""
    checks = reconcile(balance)
    return all(check.difference == 0 for check in checks) if checks else None


def _securities_and_cash(summary: Summary) -> int | None:
    """What KIS says the total is made of, for an account that holds nothing else.

    How loans, a CMA and short sales enter into it KIS does not say, so one that may have any of
    them cannot be checked.
    """
    if any(part != 0 for part in (summary.loans, summary.cma_value, summary.short_proceeds)):
        return None
    return total_of((summary.securities_value, summary.deposit_d2))


def _minus(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else left - right
