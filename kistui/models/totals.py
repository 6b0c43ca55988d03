"""Domestic and overseas holdings together: weights and totals in won, of one account or several.

Totals over several accounts count real ones only, from the balances that are loaded in full.
Overseas holdings count in value and profit; KIS gives no change since yesterday for them.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from kistui.models.account import Profile
from kistui.models.arithmetic import percent_of, sum_or_none
from kistui.models.balance import Balance, Holding
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.overseas import OverseasBalance, OverseasHolding
from kistui.models.token import TokenRecord

AnyHolding = Holding | OverseasHolding
AnyHoldingT = TypeVar("AnyHoldingT", Holding, OverseasHolding)


def latest_overseas(balance: Balance) -> OverseasBalance | None:
    """Return the last loaded overseas balance, if any."""
    loaded = last_loaded(balance.overseas)
    return loaded.value if loaded else None


def unreadable_fields(balance: Balance) -> tuple[str, ...]:
    """Return KIS's keys of the values that could not be read, domestic ones first."""
    overseas = latest_overseas(balance)
    keys = (*balance.unreadable_fields, *(overseas.unreadable_fields if overseas else ()))
    return tuple(dict.fromkeys(keys))


def all_holdings(balance: Balance) -> tuple[AnyHolding, ...]:
    """Return every holding, domestic ones first."""
    overseas_balance = latest_overseas(balance)
    return (*balance.holdings, *(overseas_balance.holdings if overseas_balance else ()))


def with_overseas(balance: Balance, overseas: LoadState[OverseasBalance]) -> Balance:
    """Return the balance with an overseas balance; weights are shares of all holdings."""
    loaded = last_loaded(overseas)
    previous = latest_overseas(balance)
    if (loaded is None or not loaded.value.holdings) and (
        previous is None or not previous.holdings
    ):
        return replace(balance, overseas=overseas)
    total = (
        _holdings_valuation(balance, loaded.value if loaded else None)
        if balance.is_complete
        else None
    )
    if loaded is None:
        domestic = tuple(_with_weight(holding, total) for holding in balance.holdings)
        return replace(balance, holdings=domestic, overseas=overseas)
    overseas_holdings = tuple(_with_weight(holding, total) for holding in loaded.value.holdings)
    weighted = Loaded(replace(loaded.value, holdings=overseas_holdings), loaded.loaded_at)
    return replace(
        balance,
        holdings=tuple(_with_weight(holding, total) for holding in balance.holdings),
        overseas=_replace_loaded(overseas, weighted),
    )


def holdings_valuation(balance: Balance) -> int | None:
    """Return the valuation of all holdings in won."""
    return _holdings_valuation(balance, latest_overseas(balance))


def _holdings_valuation(balance: Balance, overseas_balance: OverseasBalance | None) -> int | None:
    domestic = sum_or_none(holding.valuation for holding in balance.open_holdings)
    if overseas_balance is None or not overseas_balance.open_holdings:
        return domestic
    # The rows, like the domestic ones: KIS's total may be later or earlier than they are, and
    # weights of two sources do not sum to 100.
    return sum_or_none((domestic, overseas_balance.holdings_valuation_won))


def overseas_missing(balance: Balance) -> bool:
    """Return whether the overseas balance failed to load and was never loaded before."""
    return isinstance(balance.overseas, Failed) and balance.overseas.previous is None


def without_pending(balance: Balance) -> Balance:
    """Return the balance without a pending load: its overseas part is what it was before."""
    match balance.overseas:
        case Loading(last):
            return replace(balance, overseas=last or NotLoaded())
        case _:
            return balance


def total_value(balance: Balance) -> int | None:
    """Return the total in won: KIS's domestic total plus the overseas balance, if loaded."""
    domestic, overseas_balance = balance.priced_summary.total_value, latest_overseas(balance)
    if overseas_balance is None or overseas_balance.is_empty:
        return domestic
    return sum_or_none((domestic, overseas_balance.total_value_won))


def purchase_amount(balance: Balance) -> int | None:
    """Return the purchase amount of all holdings in won; overseas at today's rates."""
    return _domestic_plus_overseas(balance, balance.priced_summary.purchase_amount, "purchase_won")


def profit_loss(balance: Balance) -> int | None:
    """Return the profit and loss of all holdings in won; overseas at today's rates."""
    return _domestic_plus_overseas(balance, balance.priced_summary.profit_loss, "profit_loss_won")


def profit_rate(balance: Balance) -> Decimal | None:
    """Return profit and loss in percent of the purchase amount."""
    return percent_of(profit_loss(balance), purchase_amount(balance))


def _domestic_plus_overseas(balance: Balance, domestic: int | None, name: str) -> int | None:
    overseas_balance = latest_overseas(balance)
    if overseas_balance is None or overseas_balance.is_empty:
        return domestic
    return sum_or_none((domestic, getattr(overseas_balance, name)))


def _with_weight(holding: AnyHoldingT, total: int | None) -> AnyHoldingT:
    return replace(holding, weight=percent_of(holding.valuation_won, total))


def _replace_loaded(
    state: LoadState[OverseasBalance], loaded: Loaded[OverseasBalance]
) -> LoadState[OverseasBalance]:
    match state:
        case Loading():
            return Loading(loaded)
        case Failed(error, failed_at):
            return Failed(error, failed_at, loaded)
        case _:
            return loaded


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
