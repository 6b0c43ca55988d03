"""Several accounts added up: real ones only, and never more than is known of each.

What is held abroad is in their worth and profit; KIS tells no change of it since yesterday.
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
    """A profile, the state of its balance, and what is known of its token."""

    profile: Profile
    balance_state: LoadState[Balance]
    token_record: TokenRecord | None = None

    @property
    def is_real(self) -> bool:
        """Whether it belongs into a total: paper money and a demo's do not."""
        return self.profile.environment_label == "real"

    @property
    def last_balance(self) -> Balance | None:
        """Its last balance, if there is a complete one; what is abroad may be missing."""
        good = last_loaded(self.balance_state)
        return good.value if good and good.value.is_complete else None

    @property
    def full_balance(self) -> Balance | None:
        """Its last balance where nothing of it is missing, abroad neither."""
        balance = self.last_balance
        return None if balance is None or overseas_missing(balance) else balance


class AccountTotals(Struct, frozen=True, kw_only=True):
    """Won over `known` of `accounts` real accounts; `None` where one of the known does not say."""

    accounts: int
    known: int
    total_value: int | None
    asset_change: int | None
    profit_loss: int | None
    profit_rate: Decimal | None


def compute_totals(overviews: Iterable[AccountOverview]) -> AccountTotals:
    """The real accounts together; one account number under two names counts once."""
    real: dict[object, AccountOverview] = {}
    for each in overviews:
        key = each.profile.account, each.profile.base_url
        if each.is_real and (
            key not in real or (real[key].full_balance is None and each.full_balance)
        ):
            real[key] = each
    known = [each.full_balance for each in real.values() if each.full_balance]
    cost = sum_or_none(map(purchase_amount, known))
    profit = sum_or_none(map(profit_loss, known))
    changes = sum_or_none(each.priced_summary.asset_change for each in known)
    return AccountTotals(
        accounts=len(real),
        known=len(known),
        total_value=sum_or_none(map(total_value, known)) if known else None,
        asset_change=changes if known else None,
        profit_loss=profit if known else None,
        profit_rate=percent_of(profit, cost) if known else None,
    )
