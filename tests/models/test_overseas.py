"""Totals of overseas holdings: each share counts once, and unknown is not zero."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.errors import RequestTimeoutError
from kistui.models import totals
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots
from kistui.models.load_state import Failed, Loaded, Loading, NotLoaded
from kistui.models.markets import Market
from kistui.models.overseas import (
    OverseasBalance,
    OverseasCash,
    OverseasTotals,
    SettlementDateLot,
    TradeDateLot,
    merge_overseas_lots,
)

AT = datetime(2026, 11, 23, tzinfo=UTC)
NONE = Decimal(0)
amounts = st.decimals(0, 10**9, places=5, allow_nan=False, allow_infinity=False)
shares = st.decimals(0, 10**5, places=6, allow_nan=False, allow_infinity=False)
PLACES = [("NASD", "USD", 1), ("NYSE", "USD", 1), ("TKSE", "JPY", 100), ("VNSE", "VND", 100)]


@st.composite
def lots(draw: st.DrawFn) -> TradeDateLot:
    exchange, currency, unit = draw(st.sampled_from(PLACES))
    cost, value = draw(amounts), draw(amounts)
    return TradeDateLot(
        code=draw(st.sampled_from("ABCDEFGH")), name="x", exchange=exchange, currency=currency,
        quantity=draw(shares), purchase_amount=cost, valuation=value, profit_loss=value - cost,
        price=Decimal("1.5"), base_rate=Decimal("941.52"), rate_unit=Decimal(unit),
        security_type=draw(st.uuids()).hex,
    )  # fmt: skip


@given(st.lists(lots(), max_size=30))
def test_merged_holdings_have_the_sums_of_their_lots(rows: list[TradeDateLot]) -> None:
    merged = merge_overseas_lots([rows])
    for currency in ("USD", "JPY", "VND"):
        for name in ("quantity", "purchase_amount", "valuation", "profit_loss"):
            expected = sum((getattr(lot, name) for lot in rows if lot.currency == currency), NONE)
            amounts = [getattr(holding, name) for holding in merged if holding.currency == currency]
            assert sum(amounts, NONE) == expected
    assert sum(len(holding.lots) for holding in merged) == len(rows)


@given(st.lists(lots(), max_size=12), st.integers(1, 3))
def test_the_same_rows_in_several_answers_are_the_same_shares(
    rows: list[TradeDateLot], times: int
) -> None:
    moved = [replace(lot, price=Decimal(2), exchange="AMEX") for lot in rows]
    single, repeated = merge_overseas_lots([rows]), merge_overseas_lots([rows, *[moved] * times])
    assert [holding.quantity for holding in repeated] == [holding.quantity for holding in single]


@given(st.lists(lots(), min_size=1, max_size=20))
def test_won_amounts_agree_with_their_parts_to_one_won_each(rows: list[TradeDateLot]) -> None:
    overseas = OverseasBalance(holdings=merge_overseas_lots([rows]))
    exact = sum(
        (
            (lot.valuation or NONE) * (lot.base_rate or NONE) / (lot.rate_unit or Decimal(1))
            for holding in overseas.open_holdings
            for lot in holding.lots
            if isinstance(lot, TradeDateLot)
        ),
        NONE,
    )
    assert abs(exact - (overseas.valuation_won or 0)) <= len(overseas.open_holdings)


def test_identical_lots_of_one_exchange_are_counted_twice() -> None:
    lot = SettlementDateLot(
        code="A", currency="USD", exchange="NASD", quantity=Decimal(3), price=Decimal(1)
    )
    (merged,) = merge_overseas_lots([[lot, lot]])
    assert merged.quantity == 6


def test_without_a_price_there_is_no_value_and_without_a_cost_no_rate() -> None:
    lot = TradeDateLot(
        code="A", currency="USD", quantity=Decimal(3), price=NONE, valuation=NONE,
        purchase_amount=Decimal(30), profit_loss=Decimal(-30), profit_rate=Decimal(-100),
    )  # fmt: skip
    (merged,) = merge_overseas_lots([[lot]])
    assert {merged.valuation, merged.profit_loss, merged.profit_rate} == {None}
    free = replace(lot, price=Decimal(2), valuation=Decimal(6), purchase_amount=NONE)
    (free_holding,) = merge_overseas_lots([[replace(free, profit_rate=NONE)]])
    assert free_holding.profit_rate is None


def test_the_market_of_an_unknown_exchange_follows_its_currency() -> None:
    usd_lot = SettlementDateLot(code="A", currency="USD", exchange="OTCB", quantity=Decimal(1))
    eur_lot = SettlementDateLot(code="B", currency="EUR", exchange="XETR", quantity=Decimal(1))
    markets = [holding.market for holding in merge_overseas_lots([[usd_lot, eur_lot]])]
    assert markets == [Market.US, Market.OTHER]


def cash(currency: str, deposit: int | None, rate: int | None = None) -> OverseasCash:
    return OverseasCash(
        currency=currency,
        deposit=None if deposit is None else Decimal(deposit),
        first_posted_rate=None if rate is None else Decimal(rate),
    )


@pytest.mark.parametrize(
    ("held", "stated", "won"),
    [
        ([], "500.4", 500),
        ([], None, None),
        ([cash("USD", 2, 1400)], None, 2800),
        ([cash("JPY", 200, 950)], None, 1900),
        ([cash("EUR", 0)], None, 0),
        ([cash("EUR", 5)], None, None),
        ([cash("USD", None, 1400)], None, None),
        ([cash("USD", 100, 1300), cash("CNY", 1)], "130190.4", 130_190),
    ],
)
def test_cash_in_won_uses_the_rates_or_kiss_total(
    held: list[OverseasCash], stated: str | None, won: int | None
) -> None:
    totals = OverseasTotals(foreign_currency_balance=None if stated is None else Decimal(stated))
    assert OverseasBalance(cash=tuple(held), totals=totals).cash_won == won


def balance(*values: int) -> Balance:
    rows = [
        Lot(code=str(index), quantity=1, price=Decimal(value), valuation=value,
            purchase_amount=value, profit_loss=0)
        for index, value in enumerate(values)
    ]  # fmt: skip
    return Balance(summary=BalanceSummary(total_value=1000), holdings=merge_lots(rows))


def overseas_balance(value: int) -> OverseasBalance:
    lot = TradeDateLot(
        code="T", currency="USD", exchange="NASD", quantity=Decimal(1), price=Decimal(1),
        valuation=Decimal(value), purchase_amount=Decimal(value), profit_loss=NONE,
        base_rate=Decimal(1),
    )  # fmt: skip
    none = OverseasTotals(foreign_currency_balance=NONE)
    return OverseasBalance(holdings=merge_overseas_lots([[lot]]), totals=none)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=8), st.integers(1, 10**9))
def test_weights_are_parts_of_all_that_is_held(values: list[int], value: int) -> None:
    combined = totals.with_overseas(balance(*values), Loaded(overseas_balance(value), AT))
    weights = [holding.weight or NONE for holding in totals.all_holdings(combined)]
    assert abs(sum(weights, NONE) - 100) <= Decimal("0.01") * len(weights)
    assert totals.compute_headline(combined).total_value.complete_amount == 1000 + value


def test_without_overseas_holdings_weights_are_domestic() -> None:
    before = totals.with_overseas(balance(5), Loading(Loaded(overseas_balance(15), AT)))
    assert [holding.weight for holding in before.holdings] == [Decimal("25.00")]
    for nothing in (Loaded(OverseasBalance(), AT), NotLoaded()):
        after = totals.with_overseas(before, nothing)
        assert [holding.weight for holding in after.holdings] == [Decimal("100.00")]


def test_totals_without_rows_leave_weights_and_profit_unknown() -> None:
    without_rows = OverseasBalance(totals=OverseasTotals(valuation=3_000_000))
    combined = totals.with_overseas(balance(5), Loaded(without_rows, AT))
    assert [holding.weight for holding in combined.holdings] == [None]
    assert totals.holdings_valuation(combined) is None
    headline = totals.compute_headline(combined)
    assert headline.profit_loss.scope is totals.Scope.DOMESTIC
    assert (without_rows.valuation_won, without_rows.profit_loss_won) == (3_000_000, None)


def test_a_failure_keeps_the_previous_figures() -> None:
    old = Loaded(overseas_balance(5), AT)
    failed = totals.with_overseas(balance(5), Failed(RequestTimeoutError(host="x"), AT, old))
    assert totals.compute_headline(failed).total_value.complete_amount == 1005
    assert not totals.is_overseas_missing(failed)
    never = totals.with_overseas(balance(5), Failed(RequestTimeoutError(host="x"), AT))
    assert totals.is_overseas_missing(never)


def test_a_refresh_in_progress_is_not_stored_as_a_state() -> None:
    loading = totals.with_overseas(balance(5), Loading(Loaded(overseas_balance(5), AT)))
    assert isinstance(totals.without_pending(loading).overseas, Loaded)
    assert (
        totals.without_pending(totals.with_overseas(balance(5), Loading())).overseas == NotLoaded()
    )


def test_the_total_is_unknown_if_overseas_won_are_unknown() -> None:
    lot = SettlementDateLot(
        code="T", currency="USD", quantity=Decimal(1), price=Decimal(1), valuation=Decimal(9)
    )
    combined = totals.with_overseas(
        balance(5), Loaded(OverseasBalance(holdings=merge_overseas_lots([[lot]])), AT)
    )
    assert totals.compute_headline(combined).total_value.complete_amount is None
    assert {holding.weight for holding in totals.all_holdings(combined)} == {None}


def test_a_zero_total_before_the_open_is_not_a_loss() -> None:
    lot = TradeDateLot(
        code="T", currency="USD", quantity=Decimal(1), price=NONE, valuation=NONE,
        purchase_amount=Decimal(10), base_rate=Decimal(1300),
    )  # fmt: skip
    totals = OverseasTotals(valuation=0, purchase_amount=13_000)
    unpriced = OverseasBalance(holdings=merge_overseas_lots([[lot]]), totals=totals)
    assert {unpriced.valuation_won, unpriced.profit_loss_won, unpriced.total_value_won} == {None}


def test_totals_without_rows_are_not_empty() -> None:
    assert not OverseasBalance(
        totals=OverseasTotals(foreign_currency_balance=Decimal(5_000_000))
    ).is_empty
    assert OverseasBalance(totals=OverseasTotals(foreign_currency_balance=NONE, deposit=5)).is_empty


def test_an_unreadable_amount_may_be_above_zero() -> None:
    assert OverseasBalance().is_empty
    unread = OverseasBalance(unreadable_fields=("evlu_amt_smtl_amt",))
    assert not unread.is_empty
    assert (unread.valuation_won, unread.total_value_won) == (None, None)
    assert not OverseasBalance(cash=(OverseasCash(currency="USD"),)).is_empty
    assert OverseasBalance(cash=(OverseasCash(currency="USD", deposit=Decimal(0)),)).is_empty
