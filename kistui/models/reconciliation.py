"""Checks that the figures of a balance agree, by KIS's own identities, to the won.

`rows`, `costs` and `row_profits` are sums over all rows, `profit` is valuation less purchases,
`total` is securities and the D+2 deposit, `change` is the total less that of yesterday,
`overseas_rows` is the sum over the overseas rows at their exchange rates.
"""

from msgspec import Struct

from kistui.models.arithmetic import sum_or_none
from kistui.models.balance import Balance, BalanceSummary
from kistui.models.overseas import OverseasBalance
from kistui.models.totals import all_holdings, latest_overseas


class ReconciliationCheck(Struct, frozen=True):
    """One identity: the amount KIS states and the sum of its parts, in won; `None` if unknown.

    `is_required`: without this check it is unknown whether the sums agree with the holdings.
    `tolerance` is in won, for amounts that are rounded row by row.
    """

    name: str
    stated: int | None
    computed: int | None
    is_required: bool = False
    tolerance: int = 0

    @property
    def is_comparable(self) -> bool:
        """Whether both amounts are known."""
        return self.stated is not None and self.computed is not None

    @property
    def difference(self) -> int:
        """`stated` minus `computed` in won; 0 when they agree, or when one is unknown."""
        if self.stated is None or self.computed is None:
            return 0
        difference = self.stated - self.computed
        return difference if abs(difference) > self.tolerance else 0

    @property
    def is_passed(self) -> bool:
        """Whether both amounts are known and agree."""
        return self.is_comparable and self.difference == 0


class Reconciliation(Struct, frozen=True):
    """All checks of a balance, and the conclusions from them."""

    checks: tuple[ReconciliationCheck, ...]
    has_holdings: bool
    has_overseas_holdings: bool
    has_unmarked_end: bool = False
    """Whether KIS did not mark the last domestic page as the last."""
    has_unmarked_overseas_end: bool = False

    @property
    def mismatches(self) -> tuple[ReconciliationCheck, ...]:
        """The checks whose amounts differ."""
        return tuple(check for check in self.checks if check.difference)

    @property
    def unchecked(self) -> tuple[ReconciliationCheck, ...]:
        """The required checks that are not possible, because an amount is unknown."""
        return tuple(
            check for check in self.checks if check.is_required and not check.is_comparable
        )

    @property
    def is_reconciled(self) -> bool | None:
        """Whether all checks agree; `None` if a required check is not possible."""
        if self.mismatches:
            return False
        return None if self.unchecked else True

    @property
    def may_be_partial(self) -> bool:
        """Whether rows may be missing: the last page has no mark, and no sum proves it last."""
        passed = {check.name for check in self.checks if check.is_passed}
        return (self.has_unmarked_end and "rows" not in passed) or (
            self.has_unmarked_overseas_end and "overseas_rows" not in passed
        )

    @property
    def is_missing_overseas_rows(self) -> bool:
        """Whether there is no overseas holding although KIS's totals count some."""
        return not self.has_overseas_holdings and any(
            check.name == "overseas_rows" for check in self.mismatches
        )

    @property
    def is_missing_rows(self) -> bool:
        """Whether there is no holding although KIS's totals count some."""
        return not self.has_holdings and any(
            check.name in {"rows", "overseas_rows"} for check in self.mismatches
        )


def reconcile(balance: Balance) -> Reconciliation:
    """Check a balance by all identities; those with unknown amounts are left out."""
    summary, lots = balance.summary, balance.lots
    overseas = latest_overseas(balance)
    has_sums = not balance.is_pension  # KIS sends a pension none but the total
    checks = [
        ReconciliationCheck(
            "rows", summary.valuation, sum_or_none(lot.valuation for lot in lots), is_required=True
        ),
        ReconciliationCheck(
            "costs",
            summary.purchase_amount,
            sum_or_none(lot.purchase_amount for lot in lots),
            is_required=has_sums,
        ),
        ReconciliationCheck(
            "row_profits",
            summary.profit_loss,
            sum_or_none(lot.profit_loss for lot in lots),
            is_required=has_sums,
        ),
        ReconciliationCheck(
            "profit", summary.profit_loss, _difference(summary.valuation, summary.purchase_amount)
        ),
        ReconciliationCheck("total", summary.total_value, _computed_total_value(summary)),
        ReconciliationCheck(
            "change",
            summary.asset_change,
            _difference(summary.total_value, summary.total_yesterday),
        ),
    ]
    if overseas is not None and not overseas.is_empty:
        checks.append(_overseas_check(overseas))
    return Reconciliation(
        tuple(checks),
        has_holdings=bool(all_holdings(balance)),
        has_overseas_holdings=overseas is not None and bool(overseas.holdings),
        has_unmarked_end=balance.may_be_partial,
        has_unmarked_overseas_end=overseas is not None and overseas.may_be_partial,
    )


def _overseas_check(overseas: OverseasBalance) -> ReconciliationCheck:
    return ReconciliationCheck(
        "overseas_rows",
        overseas.totals.valuation if overseas.is_priced else None,
        overseas.holdings_valuation_won,
        is_required=True,
        tolerance=sum(len(holding.lots) for holding in overseas.holdings),
    )


def _computed_total_value(summary: BalanceSummary) -> int | None:
    """Return the total that KIS documents, for an account without loans, CMA or short sales.

    KIS does not document how those enter the total, so accounts with any of them return `None`.
    """
    if any(part != 0 for part in (summary.loans, summary.cma_value, summary.short_proceeds)):
        return None
    return sum_or_none((summary.securities_value, summary.deposit_d2))


def _difference(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else left - right
