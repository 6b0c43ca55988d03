"""Domestic and overseas holdings together: weights, and the headline of one account or several.

A `Headline` is the only source of account totals for pages, bars, exports and the command line.
Totals over several accounts count real accounts only, from the balances that are loaded in full.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
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
    """Return KIS's keys of the values that could not be read, domestic values first."""
    overseas = latest_overseas(balance)
    keys = (*balance.unreadable_fields, *(overseas.unreadable_fields if overseas else ()))
    return tuple(dict.fromkeys(keys))


def all_holdings(balance: Balance) -> tuple[AnyHolding, ...]:
    """Return every holding, domestic holdings first."""
    overseas_balance = latest_overseas(balance)
    return (*balance.holdings, *(overseas_balance.holdings if overseas_balance else ()))


def with_overseas(balance: Balance, overseas: LoadState[OverseasBalance]) -> Balance:
    """Return the balance with an overseas balance; weights are shares of all holdings."""
    loaded = last_loaded(overseas)
    latest = loaded.value if loaded else None
    if not _changes_weights(latest) and not _changes_weights(latest_overseas(balance)):
        return replace(balance, overseas=overseas)
    return _with_weights(replace(balance, overseas=overseas))


def _changes_weights(overseas: OverseasBalance | None) -> bool:
    """Return whether weights differ from those among the domestic holdings only."""
    return overseas is not None and (bool(overseas.holdings) or overseas.lacks_rows)


def with_holdings(
    balance: Balance, domestic: tuple[Holding, ...], overseas: OverseasBalance | None
) -> Balance:
    """Return a complete balance with other rows; weights are shares of all of them.

    `overseas` replaces the last loaded overseas balance, if there is one.
    """
    state, loaded = balance.overseas, last_loaded(balance.overseas)
    if loaded is not None and overseas is not None:
        state = _replace_loaded(state, Loaded(overseas, loaded.loaded_at))
    return _with_weights(replace(balance, holdings=domestic, overseas=state))


def _with_weights(balance: Balance) -> Balance:
    """Return a balance with the weights of all its holdings; unknown if the balance is partial."""
    total = holdings_valuation(balance) if balance.is_complete else None
    state, loaded = balance.overseas, last_loaded(balance.overseas)
    if loaded is not None:
        weighted = tuple(_with_weight(holding, total) for holding in loaded.value.holdings)
        overseas = replace(loaded.value, holdings=weighted)
        state = _replace_loaded(state, Loaded(overseas, loaded.loaded_at))
    rows = tuple(_with_weight(holding, total) for holding in balance.holdings)
    return replace(balance, holdings=rows, overseas=state)


def has_live_amounts(balance: Balance) -> bool | None:
    """Return whether a trade has changed the totals; `None` for a balance as KIS sent it."""
    if balance.confirmed is None:
        return None
    return any(holding.is_live for holding in all_holdings(balance))


def holdings_valuation(balance: Balance) -> int | None:
    """Return the valuation of all holdings in won, of which weights are shares."""
    domestic = sum_or_none(holding.valuation for holding in balance.open_holdings)
    overseas = latest_overseas(balance)
    if overseas is not None and overseas.lacks_rows:
        return None
    if overseas is None or not overseas.open_holdings:
        return domestic
    # The sum of the rows, as for domestic holdings: KIS's total may be of another moment, and
    # weights from two sources do not add up to 100.
    return sum_or_none((domestic, overseas.holdings_valuation_won))


def is_overseas_missing(balance: Balance) -> bool:
    """Return whether the overseas balance failed to load and was never loaded before."""
    return isinstance(balance.overseas, Failed) and balance.overseas.previous is None


def without_pending(balance: Balance) -> Balance:
    """Return the balance without a pending load: its overseas part is what it was before."""
    match balance.overseas:
        case Loading(last):
            return replace(balance, overseas=last or NotLoaded())
        case _:
            return balance


class Scope(Enum):
    """What an amount covers; the value is what exports show."""

    WHOLE = "all"
    DOMESTIC = "domestic"


class ScopedAmount(Struct, frozen=True):
    """An amount in won by its parts; an unknown part is `None`, a part that cannot exist is 0."""

    domestic: int | None = None
    overseas: int | None = None

    @property
    def scope(self) -> Scope:
        """What `amount` covers: only the domestic part if the overseas part is unknown."""
        return Scope.DOMESTIC if self.overseas is None else Scope.WHOLE

    @property
    def amount(self) -> int | None:
        """The sum of the known parts; `None` if the domestic part is unknown."""
        return sum_or_none((self.domestic, self.overseas or 0))

    @property
    def complete_amount(self) -> int | None:
        """The sum of both parts; `None` if either is unknown."""
        return sum_or_none((self.domestic, self.overseas))

    def in_percent_of(self, base: "ScopedAmount") -> Decimal | None:
        """Return the amount in percent of `base`; `None` if they cover different parts."""
        return percent_of(self.amount, base.amount) if self.scope is base.scope else None


class Headline(Struct, frozen=True, kw_only=True):
    """Total assets, today's change and unrealised profit of one or several accounts, in won."""

    total_value: ScopedAmount = ScopedAmount()
    """Total assets: securities and cash."""
    day_change: ScopedAmount = ScopedAmount()
    """Change since the previous day, as KIS sends it for the domestic part."""
    previous_total_value: ScopedAmount = ScopedAmount()
    """Total assets of the previous day; covers what `day_change` covers."""
    profit_loss: ScopedAmount = ScopedAmount()
    """Unrealised profit and loss; overseas at today's exchange rates."""
    purchase_amount: ScopedAmount = ScopedAmount()
    """Purchase amount; covers what `profit_loss` covers."""

    @property
    def day_rate(self) -> Decimal | None:
        """The day's change in percent of the previous total."""
        return self.day_change.in_percent_of(self.previous_total_value)

    @property
    def profit_rate(self) -> Decimal | None:
        """Profit and loss in percent of the purchase amount."""
        return self.profit_loss.in_percent_of(self.purchase_amount)


def compute_headline(balance: Balance) -> Headline:
    """Return the headline of an account; overseas parts that are not loaded are unknown.

    Neither KIS's overseas rows nor its exchange rates come with those of the previous day, so the
    day's change covers the whole only of an account with nothing overseas.
    """
    summary, overseas = balance.priced_summary, latest_overseas(balance)
    has_nothing = not balance.supports_overseas if overseas is None else overseas.is_empty
    total_won = profit_won = purchase_won = day_change_won = 0 if has_nothing else None
    if overseas is not None and not has_nothing:
        total_won = overseas.total_value_won
        profit_won, purchase_won = overseas.profit_loss_won, overseas.purchase_won
        if profit_won is None or purchase_won is None:
            profit_won = purchase_won = None
    return Headline(
        total_value=ScopedAmount(summary.total_value, total_won),
        day_change=ScopedAmount(summary.asset_change, day_change_won),
        previous_total_value=ScopedAmount(summary.total_yesterday, day_change_won),
        profit_loss=ScopedAmount(summary.profit_loss, profit_won),
        purchase_amount=ScopedAmount(summary.purchase_amount, purchase_won),
    )


def combine_headlines(headlines: Iterable[Headline]) -> Headline:
    """Return the headline of several accounts together; of none, everything is unknown."""
    parts = list(headlines)
    if not parts:
        return Headline()
    return Headline(
        **{
            name: ScopedAmount(
                sum_or_none(getattr(part, name).domestic for part in parts),
                sum_or_none(getattr(part, name).overseas for part in parts),
            )
            for name in Headline.__struct_fields__
        }
    )


def _with_weight(holding: AnyHoldingT, total: int | None) -> AnyHoldingT:
    weight = percent_of(holding.valuation_won, total)
    return holding if holding.weight == weight else replace(holding, weight=weight)


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
        """The last complete balance, if it includes its overseas part."""
        balance = self.last_balance
        return None if balance is None or is_overseas_missing(balance) else balance


class AccountTotals(Struct, frozen=True, kw_only=True):
    """The combined headline of the `known` real accounts, of `accounts` in all."""

    accounts: int
    known: int
    headline: Headline


def counted_accounts(overviews: Iterable[AccountOverview]) -> tuple[AccountOverview, ...]:
    """Return the real accounts, or all accounts if none is real.

    An account under two profile names counts once: under the first name with a full balance.
    """
    accounts = list(overviews)
    counted: dict[object, AccountOverview] = {}
    for overview in [account for account in accounts if account.is_real] or accounts:
        key = overview.profile.account, overview.profile.base_url
        if key not in counted or (counted[key].full_balance is None and overview.full_balance):
            counted[key] = overview
    return tuple(counted.values())


def compute_totals(overviews: Iterable[AccountOverview]) -> AccountTotals:
    """Return the totals of the real accounts, as `counted_accounts` counts them."""
    real = [overview for overview in counted_accounts(overviews) if overview.is_real]
    balances = [overview.full_balance for overview in real if overview.full_balance]
    return AccountTotals(
        accounts=len(real),
        known=len(balances),
        headline=combine_headlines(map(compute_headline, balances)),
    )
