"""Several accounts added up: real ones only, and never more than is known of each.

What is held abroad is in their worth and profit; KIS tells no change of it since yesterday.
"""

from collections.abc import Iterable
from decimal import Decimal

from kistui.model.account import Profile
from kistui.model.balance import Balance
from kistui.model.positions import lacks_abroad, profit_loss, purchase_amount, total_value
from kistui.model.record import record
from kistui.model.remote import Remote, last_good
from kistui.model.sums import rate, total_of
from kistui.model.token import TokenRecord


@record
class AccountFigures:
    """A profile, the state of its balance, and what is known of its token."""

    profile: Profile
    remote: Remote[Balance]
    token: TokenRecord | None = None

    @property
    def counts(self) -> bool:
        """Whether it belongs into a total: paper money and a demo's do not."""
        return self.profile.kind == "real"

    @property
    def balance(self) -> Balance | None:
        """Its last balance, if there is a complete one; what is abroad may be missing."""
        good = last_good(self.remote)
        return good.value if good and good.value.is_complete else None

    @property
    def whole(self) -> Balance | None:
        """Its last balance where nothing of it is missing, abroad neither."""
        balance = self.balance
        return None if balance is None or lacks_abroad(balance) else balance


@record(kw_only=True)
class Total:
    """Won over `known` of `accounts` real accounts; `None` where one of the known does not say."""

    accounts: int
    known: int
    total_value: int | None
    asset_change: int | None
    profit_loss: int | None
    profit_rate: Decimal | None


def total(figures: Iterable[AccountFigures]) -> Total:
    """The real accounts together; one account number under two names counts once."""
    real: dict[object, AccountFigures] = {}
    for each in figures:
        key = each.profile.account, each.profile.base_url
        if each.counts and (key not in real or (real[key].whole is None and each.whole)):
            real[key] = each
    known = [each.whole for each in real.values() if each.whole]
    cost = total_of(map(purchase_amount, known))
    profit = total_of(map(profit_loss, known))
    changes = total_of(each.priced_summary.asset_change for each in known)
    return Total(
        accounts=len(real),
        known=len(known),
        total_value=total_of(map(total_value, known)) if known else None,
        asset_change=changes if known else None,
        profit_loss=profit if known else None,
        profit_rate=rate(profit, cost) if known else None,
    )
