"""A balance at live prices agrees with the one that KIS sends for the same prices."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from kistui.cli.demo import demo_from_simulator
from kistui.clock import KST
from kistui.models.account import Environment
from kistui.models.balance import Balance
from kistui.models.live_prices import LiveItem, Tick, apply_ticks, items_to_watch
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.prices import DomesticItem, OverseasItem, quoted_item
from kistui.models.reconciliation import reconcile
from kistui.models.totals import (
    all_holdings,
    compute_headline,
    has_live_amounts,
    holdings_valuation,
    latest_overseas,
)
from kistui.simulator import Simulator, SimulatorOptions
from tests.support import FakeClock, make_balance, make_lot

SAMSUNG, HYNIX = DomesticItem("005930"), DomesticItem("000660")
REAL, PAPER = Environment.REAL, Environment.PAPER
US = {"NAS", "NYS", "AMS"}


def ticks_of(prices: Mapping[LiveItem, Decimal]) -> dict[LiveItem, Tick]:
    return {item: Tick(item=item, price=price) for item, price in prices.items()}


@pytest.mark.parametrize("scene", ["ordinary", "credit", "many"])
async def test_the_totals_are_those_of_the_next_balance(
    clock: FakeClock, tmp_path: Path, scene: str
) -> None:
    with Simulator(SimulatorOptions(scene=scene), clock=clock) as simulator:
        session = demo_from_simulator(simulator, clock, tmp_path).open_session()
        before = await session.fetch_full_balance(clock)
        clock.advance(minutes=7)
        after = await session.fetch_full_balance(clock)
        await session.aclose()
    prices = {quoted_item(holding): holding.price for holding in all_holdings(after)}
    live = apply_ticks(before, ticks_of({i: p for i, p in prices.items() if i and p}))
    assert live != after
    assert live.summary == after.summary
    assert compute_headline(live) == compute_headline(after)
    assert holdings_valuation(live) == holdings_valuation(after)
    assert reconcile(live).is_reconciled
    assert live.as_sent is before
    for own, sent in zip(all_holdings(live), all_holdings(after), strict=True):
        if own.is_sold_out:
            continue
        assert (own.price, own.valuation_won, own.profit_loss_won, own.profit_rate) == (
            sent.price,
            sent.valuation_won,
            sent.profit_loss_won,
            sent.profit_rate,
        )
        assert (own.weight, own.day_profit) == (sent.weight, sent.day_profit)
    moved = [holding.price for holding in all_holdings(before)] != [
        holding.price for holding in all_holdings(after)
    ]
    assert has_live_amounts(live) is moved


def test_only_what_a_trade_changed_is_live() -> None:
    balance = make_balance(make_lot(), make_lot(code="000660", name="SK하이닉스"))
    assert has_live_amounts(balance) is None
    same = apply_ticks(balance, ticks_of({SAMSUNG: Decimal(75_000)}))
    assert has_live_amounts(same) is False
    live = apply_ticks(balance, ticks_of({SAMSUNG: Decimal(75_100)}))
    assert [holding.is_live for holding in live.holdings] == [True, False]
    assert has_live_amounts(live) is True
    first = live.holdings[0]
    assert (first.valuation, first.profit_loss, first.profit_rate) == (
        751_000,
        51_000,
        Decimal("7.29"),
    )
    assert (first.day_change, first.day_rate) == (Decimal(1100), Decimal("1.49"))
    assert [holding.weight for holding in live.holdings] == [Decimal("50.03"), Decimal("49.97")]
    assert live.summary.total_value == (balance.summary.total_value or 0) + 1_000


def test_unknown_values_stay_unknown() -> None:
    balance = make_balance(
        make_lot(valuation=None, profit_loss=None),
        make_lot(code="000660", name="a", short_proceeds=1),
        total_value=None,
    )
    ticks = ticks_of({SAMSUNG: Decimal(1), HYNIX: Decimal(1)})
    live = apply_ticks(balance, ticks)
    assert (live.summary, has_live_amounts(live)) == (balance.summary, False)
    unpriced = make_balance(
        make_lot(price=Decimal(0), valuation=0, profit_loss=-700_000), make_lot(code="000660")
    )
    assert apply_ticks(unpriced, ticks).holdings == unpriced.holdings
    part = replace(make_balance(make_lot()), is_complete=False)
    assert apply_ticks(part, ticks) is part


@pytest.fixture
async def balance(clock: FakeClock, tmp_path: Path) -> Balance:
    with Simulator(clock=clock) as simulator:
        session = demo_from_simulator(simulator, clock, tmp_path).open_session()
        balance = await session.fetch_full_balance(clock)
        await session.aclose()
    return balance


def kinds(
    balance: Balance, at: str, environment: Environment = REAL, holidays: tuple[date, ...] = ()
) -> set[str]:
    now = datetime.fromisoformat(f"2026-11-{at}").replace(tzinfo=KST)
    items = items_to_watch(balance, environment, now, holidays)
    return {item.quote_exchange if isinstance(item, OverseasItem) else "KR" for item in items}


def test_items_are_watched_while_their_prices_move(balance: Balance) -> None:
    assert kinds(balance, "23 08:59") == {"TSE"}
    assert {"KR", "HKS"} <= kinds(balance, "23 10:30")
    assert "KR" not in kinds(balance, "23 15:30")
    assert kinds(balance, "23 23:00") == US
    assert kinds(balance, "24 05:59") == US
    assert kinds(balance, "24 06:30") == set()
    assert kinds(balance, "28 23:00") == set()  # a Saturday
    assert "KR" not in kinds(balance, "23 10:30", holidays=(date(2026, 11, 23),))
    assert kinds(balance, "23 10:30", PAPER) == {"KR"}
    integrated = replace(balance, after_hours_price=AfterHoursPrice.INTEGRATED)
    assert "KR" in kinds(integrated, "23 19:59")
    assert "KR" not in kinds(integrated, "23 19:59", PAPER)
    assert "KR" not in kinds(replace(balance, after_hours_price=AfterHoursPrice.NXT), "23 19:59")


def test_the_largest_holdings_come_first(balance: Balance) -> None:
    now = datetime(2026, 11, 23, 10, 30, tzinfo=KST)
    items = items_to_watch(balance, REAL, now)
    values = {quoted_item(holding): holding.valuation_won for holding in all_holdings(balance)}
    amounts = [values[item] or 0 for item in items]
    assert amounts == sorted(amounts, reverse=True)
    assert len(items) == len(set(items))
    assert latest_overseas(balance) is not None
