"""The headline of an account, and of several: no amount covers less than it says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.errors import RequestTimeoutError
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded
from kistui.models.overseas import (
    OverseasBalance,
    OverseasCash,
    OverseasTotals,
    SettlementDateLot,
    TradeDateLot,
    merge_overseas_lots,
)
from kistui.models.totals import (
    Headline,
    Scope,
    ScopedAmount,
    combine_headlines,
    compute_headline,
    with_overseas,
)
from tests.support import MORNING, make_balance, make_lot

DOMESTIC = make_balance(make_lot())
DOMESTIC_TOTAL = DOMESTIC.summary.total_value or 0


def overseas_balance(dollars: int, *, profit: int = 0) -> OverseasBalance:
    """Return shares worth `dollars` at 1,300 won each."""
    lot = TradeDateLot(
        code="T", currency="USD", quantity=Decimal(1), price=Decimal(1), base_rate=Decimal(1300),
        rate_unit=Decimal(1), valuation=Decimal(dollars), purchase_amount=Decimal(dollars - profit),
        profit_loss=Decimal(profit),
    )  # fmt: skip
    totals = OverseasTotals(foreign_currency_balance=Decimal(0))
    return OverseasBalance(holdings=merge_overseas_lots([[lot]]), totals=totals)


def with_dollars(dollars: int, *, profit: int = 0) -> Balance:
    return with_overseas(DOMESTIC, Loaded(overseas_balance(dollars, profit=profit), MORNING))


def test_the_total_and_the_profit_are_of_both_parts_the_day_of_the_domestic_one() -> None:
    headline = compute_headline(with_dollars(100, profit=10))
    assert headline.total_value.complete_amount == DOMESTIC_TOTAL + 130_000
    assert headline.profit_loss == ScopedAmount(50_000, 13_000)
    assert headline.profit_rate == Decimal("7.71")  # 63,000 of 700,000 and 117,000
    assert headline.day_change.scope is Scope.DOMESTIC
    assert headline.day_change.amount == DOMESTIC.summary.asset_change
    assert headline.day_rate == DOMESTIC.summary.computed_asset_change_rate


@pytest.mark.parametrize(
    "overseas", [NotLoaded(), Loading(), Failed(RequestTimeoutError(host="x"), MORNING)]
)
def test_without_the_overseas_part_every_amount_is_domestic(
    overseas: LoadState[OverseasBalance],
) -> None:
    headline = compute_headline(with_overseas(DOMESTIC, overseas))
    assert {part.scope for part in parts(headline)} == {Scope.DOMESTIC}
    assert (headline.total_value.amount, headline.total_value.complete_amount) == (
        DOMESTIC_TOTAL,
        None,
    )
    pension = replace(DOMESTIC, supports_overseas=False)
    assert {part.scope for part in parts(compute_headline(pension))} == {Scope.WHOLE}


def test_without_overseas_holdings_the_day_change_covers_the_account() -> None:
    headline = compute_headline(with_overseas(DOMESTIC, Loaded(OverseasBalance(), MORNING)))
    assert {part.scope for part in parts(headline)} == {Scope.WHOLE}
    assert headline.day_change.amount == DOMESTIC.summary.asset_change
    dollars = OverseasCash(currency="USD", deposit=Decimal(5), first_posted_rate=Decimal(1300))
    held = with_overseas(DOMESTIC, Loaded(OverseasBalance(cash=(dollars,)), MORNING))
    assert compute_headline(held).day_change.scope is Scope.DOMESTIC  # the rate moves too


def test_an_unpriced_part_leaves_the_part_that_is_known() -> None:
    lot = SettlementDateLot(
        code="T", currency="USD", quantity=Decimal(1), price=Decimal(1), valuation=Decimal(9)
    )
    unpriced = Loaded(OverseasBalance(holdings=merge_overseas_lots([[lot]])), MORNING)
    headline = compute_headline(with_overseas(DOMESTIC, unpriced))
    assert headline.total_value == ScopedAmount(DOMESTIC_TOTAL, None)
    assert headline.profit_loss == ScopedAmount(50_000, None)
    before_open = replace(
        with_dollars(9), holdings=make_balance(make_lot(price=Decimal(0))).holdings
    )
    assert compute_headline(before_open).total_value.amount is None


amounts = st.none() | st.integers(-(10**12), 10**12)
headlines = st.builds(
    Headline,
    **dict.fromkeys(Headline.__struct_fields__, st.builds(ScopedAmount, amounts, amounts)),
)


@given(st.lists(headlines, min_size=1, max_size=5))
def test_a_combined_amount_adds_the_same_part_of_every_account(several: list[Headline]) -> None:
    combined = combine_headlines(several)
    for name in Headline.__struct_fields__:
        part = getattr(combined, name)
        amounts = [getattr(headline, name) for headline in several]
        if part.scope is Scope.WHOLE:
            assert all(amount.scope is Scope.WHOLE for amount in amounts)
            assert part.amount is None or part.amount == sum(amount.amount for amount in amounts)
        elif part.amount is not None:
            assert part.amount == sum(amount.domestic for amount in amounts)


def test_without_accounts_nothing_is_known() -> None:
    assert combine_headlines([]) == Headline()
    assert Headline().total_value.amount is None


def parts(headline: Headline) -> list[ScopedAmount]:
    return [getattr(headline, name) for name in Headline.__struct_fields__]
