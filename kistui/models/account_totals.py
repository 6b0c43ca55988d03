"""Totals over several accounts: real ones only, from the balances that are loaded in full.

Overseas holdings count in value and profit; KIS gives no change since yesterday for them.
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from kistui.models.account import Profile
from kistui.models.arithmetic import percent_of, sum_or_none
from kistui.models.balance import Balance
from kistui.models.holdings import overseas_missing, profit_loss, purchase_amount, total_value
from kistui.models.load_state import LoadState, last_loaded
from kistui.models.token import TokenRecord


class AccountOverview(Struct, frozen=True):
    """A profile, the load state of its balance, and its token record."""

    profile: Profile
    balance_state: LoadState[Balance]
    token_record: TokenRecord | None = None

    @property
    def is_real(self) -> bool:
        """Whether the account counts in totals: paper and demo accounts do not."""
        return self.profile.environment_label == "real"

    @property
    def last_balance(self) -> Balance | None:
        """The last complete balance, if any; its overseas part may be missing."""
        loaded = last_loaded(self.balance_state)
        return loaded.value if loaded and loaded.value.is_complete else None

    @property
    def full_balance(self) -> Balance | None:
        """The last complete balance, if its overseas part is not missing either."""
        balance = self.last_balance
        return None if balance is None or overseas_missing(balance) else balance


class AccountTotals(Struct, frozen=True, kw_only=True):
    """Totals in won over `known` of `accounts` real accounts; `None` if one lacks a value."""

    accounts: int
    known: int
    total_value: int | None
    asset_change: int | None
    profit_loss: int | None
    profit_rate: Decimal | None


def compute_totals(overviews: Iterable[AccountOverview]) -> AccountTotals:
    """Return the totals of the real accounts; an account under two profile names counts once."""
    real: dict[object, AccountOverview] = {}
    for overview in overviews:
        key = overview.profile.account, overview.profile.base_url
        if overview.is_real and (
            key not in real or (real[key].full_balance is None and overview.full_balance)
        ):
            real[key] = overview
    balances = [overview.full_balance for overview in real.values() if overview.full_balance]
    purchase = sum_or_none(map(purchase_amount, balances))
    profit = sum_or_none(map(profit_loss, balances))
    changes = sum_or_none(overview.priced_summary.asset_change for overview in balances)
    return AccountTotals(
        accounts=len(real),
        known=len(balances),
        total_value=sum_or_none(map(total_value, balances)) if balances else None,
        asset_change=changes if balances else None,
        profit_loss=profit if balances else None,
        profit_rate=percent_of(profit, purchase) if balances else None,
    )
