"""A balance's sums must agree to the won; unknown figures are not checked."""

from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.client.response_parsing import RowParser
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots
from kistui.models.load_state import Loaded
from kistui.models.markets import ExchangeRate
from kistui.models.overseas import OverseasBalance, OverseasHolding, OverseasTotals, TradeDateLot
from kistui.models.reconciliation import reconcile
from kistui.models.totals import all_holdings, with_overseas
from kistui.simulator import SCENES, SimulatorOptions
from kistui.simulator.price_history import quote
from kistui.simulator.valuation import build_snapshot
from tests.support import MORNING, make_balance, make_lot

ALL = ("rows", "costs", "row_profits", "profit", "total", "change")


def names(account: Balance) -> list[str]:
    return [check.name for check in reconcile(account).checks if check.is_comparable]


def differences(account: Balance) -> dict[str, int]:
    return {check.name: check.difference for check in reconcile(account).mismatches}


def test_a_balance_that_adds_up_is_reconciled() -> None:
    account = make_balance(make_lot(), make_lot(code="000660"))
    assert reconcile(account).is_reconciled is True
    assert names(account) == list(ALL)


def test_an_account_without_holdings_is_checked_too() -> None:
    assert names(make_balance()) == list(ALL)
    assert reconcile(make_balance()).is_reconciled is True
    assert differences(make_balance(valuation=5)) == {"rows": 5, "profit": -5}


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"valuation": 750_001}, {"rows": 1, "profit": -1}),
        ({"purchase_amount": 699_999}, {"costs": -1, "profit": -1}),
        ({"profit_loss": 49_000}, {"row_profits": -1_000, "profit": -1_000}),
        ({"total_value": 1_550_007}, {"total": 7, "change": -7}),
        ({"securities_value": 750_001}, {"total": -1}),
        ({"deposit_d2": 800_001}, {"total": -1}),
        ({"asset_change": 4_000}, {"change": -1_000}),
        ({"total_yesterday": 0}, {"change": 5_000 - 1_550_000}),
        # No sum in KIS's response includes these.
        ({"net_assets": 1, "deposit": 1, "deposit_d1": 1, "costs_today": 1}, {}),
    ],
)
def test_a_difference_is_reported_with_its_amount(
    wrong: dict[str, int], expected: dict[str, int]
) -> None:
    account = make_balance(make_lot(), **wrong)
    assert differences(account) == expected
    assert reconcile(account).is_reconciled is not bool(expected)


@pytest.mark.parametrize(
    ("blank", "left"),
    [
        ("valuation", ["costs", "row_profits", "total", "change"]),
        ("purchase_amount", ["rows", "row_profits", "total", "change"]),
        ("profit_loss", ["rows", "costs", "total", "change"]),
        ("total_value", ["rows", "costs", "row_profits", "profit"]),
        ("securities_value", ["rows", "costs", "row_profits", "profit", "change"]),
        ("deposit_d2", ["rows", "costs", "row_profits", "profit", "change"]),
        ("asset_change", ["rows", "costs", "row_profits", "profit", "total"]),
        ("total_yesterday", ["rows", "costs", "row_profits", "profit", "total"]),
    ],
)
def test_sums_with_an_unknown_part_are_not_checked(blank: str, left: list[str]) -> None:
    account = make_balance(make_lot(), **{blank: None})
    assert names(account) == left
    about_holdings = {"rows", "costs", "row_profits"}
    assert reconcile(account).is_reconciled is (True if about_holdings <= set(left) else None)


@pytest.mark.parametrize(
    ("blank", "check"),
    [("valuation", "rows"), ("purchase_amount", "costs"), ("profit_loss", "row_profits")],
)
def test_a_blank_in_one_row_excludes_its_sum(blank: str, check: str) -> None:
    account = make_balance(make_lot(), make_lot(code="000660", **{blank: None}))
    assert check not in names(account)
    assert [unchecked.name for unchecked in reconcile(account).unchecked] == [check]
    assert reconcile(account).is_reconciled is not True


@pytest.mark.parametrize("part", ["loans", "cma_value", "short_proceeds"])
@pytest.mark.parametrize("amount", [1_000_000, None])
def test_the_total_is_checked_only_without_other_assets(part: str, amount: int | None) -> None:
    account = make_balance(make_lot(), total_value=1, asset_change=None, **{part: amount})
    assert "total" not in names(account)
    assert reconcile(account).is_reconciled is True
    assert differences(make_balance(make_lot(), total_value=1, asset_change=None)) == {
        "total": -1_549_999
    }


def test_nothing_to_check_is_not_a_success() -> None:
    account = replace(
        make_balance(make_lot(valuation=None, purchase_amount=None)), summary=BalanceSummary()
    )
    assert names(account) == []
    assert reconcile(account).is_reconciled is None
    assert [check.name for check in reconcile(account).unchecked] == [
        "rows",
        "costs",
        "row_profits",
    ]


def overseas_account(stated: int | None, *holdings: OverseasHolding, **values: Any) -> Balance:
    overseas = OverseasBalance(holdings=holdings, totals=OverseasTotals(valuation=stated), **values)
    return with_overseas(make_balance(make_lot()), Loaded(overseas, MORNING))


def overseas_holding(valuation: int | None, rate: ExchangeRate | None) -> OverseasHolding:
    amount = None if valuation is None else Decimal(valuation)
    lot = TradeDateLot(code="TSLA", quantity=Decimal(1), price=amount, valuation=amount)
    return OverseasHolding(
        code="TSLA", quantity=Decimal(1), valuation=amount, exchange_rate=rate, lots=(lot,)
    )


WON = ExchangeRate(Decimal(1))


@pytest.mark.parametrize(("stated", "difference"), [(1_000, 0), (1_001, 0), (5_157, 4_157)])
def test_the_overseas_total_is_checked_against_its_rows(stated: int, difference: int) -> None:
    account = overseas_account(stated, overseas_holding(1_000, WON))
    assert differences(account) == ({"overseas_rows": difference} if difference else {})
    assert reconcile(account).is_reconciled is not bool(difference)
    weights = [holding.weight for holding in all_holdings(account)]
    assert None not in weights
    assert sum((weight or Decimal(0) for weight in weights), Decimal(0)) == 100


def test_overseas_totals_without_rows_differ_from_them() -> None:
    account = overseas_account(1_000_000)
    assert differences(account) == {"overseas_rows": 1_000_000}
    assert not reconcile(account).is_missing_rows
    assert reconcile(account).is_missing_overseas_rows
    nothing = replace(account, holdings=(), summary=make_balance().summary)
    assert reconcile(nothing).is_missing_rows
    assert not reconcile(make_balance()).is_missing_rows
    assert not reconcile(make_balance()).is_missing_overseas_rows


@pytest.mark.parametrize(
    "account",
    [
        overseas_account(1_000, overseas_holding(1_000, None)),
        overseas_account(1_000, overseas_holding(None, WON)),
        overseas_account(None, overseas_holding(1_000, WON)),
    ],
    ids=["no rate", "no valuation", "no total"],
)
def test_an_overseas_sum_with_an_unknown_part_is_not_reported_as_checked(account: Balance) -> None:
    assert reconcile(account).is_reconciled is None
    assert [check.name for check in reconcile(account).unchecked] == ["overseas_rows"]


def test_the_sums_decide_whether_an_unmarked_page_was_the_last() -> None:
    account = replace(make_balance(make_lot()), may_be_partial=True)
    assert not reconcile(account).may_be_partial
    assert reconcile(replace(account, summary=BalanceSummary())).may_be_partial
    assert reconcile(replace(account, holdings=())).may_be_partial
    assert not reconcile(replace(account, may_be_partial=False, holdings=())).may_be_partial
    overseas = overseas_account(5_000, overseas_holding(1_000, WON), may_be_partial=True)
    assert reconcile(overseas).may_be_partial


wons = st.integers(-(10**13), 10**13)


@given(st.lists(st.tuples(wons, wons), max_size=8), wons, wons, st.sampled_from(ALL), wons)
def test_sums_that_agree_are_reconciled_and_a_difference_of_one_won_is_not(
    rows: list[tuple[int, int]], deposit: int, yesterday: int, name: str, won: int
) -> None:
    lots = [
        make_lot(code=str(index), purchase_amount=cost, valuation=value, profit_loss=value - cost)
        for index, (cost, value) in enumerate(rows)
    ]
    total = sum(value for _, value in rows) + deposit
    figures: dict[str, Any] = {
        "deposit_d2": deposit,
        "total_value": total,
        "total_yesterday": yesterday,
        "asset_change": total - yesterday,
    }
    account = make_balance(*lots, **figures)
    assert reconcile(account).is_reconciled is True
    stated = {
        "rows": "valuation",
        "costs": "purchase_amount",
        "row_profits": "profit_loss",
        "profit": "profit_loss",
        "total": "total_value",
        "change": "asset_change",
    }[name]
    off = replace(account.summary, **{stated: getattr(account.summary, stated) + won})
    assert differences(replace(account, summary=off)).get(name, 0) == won


def scene_balance(scene: str, *, seed: int, is_paper: bool, hours: int) -> Balance:
    """Return a scene's balance as the client would read it, with prices."""
    instant = MORNING + timedelta(hours=hours)
    profile_service = SCENES[scene].portfolio(seed, None)

    def now(item: Any) -> int:
        return 0 if SCENES[scene].is_off_hours else quote(item, seed, int(instant.timestamp()))

    snapshot = build_snapshot(profile_service, now, instant, is_paper=is_paper)
    rows = [RowParser(Lot).parse(row, set()) for row in snapshot.rows]
    return Balance(
        summary=RowParser(BalanceSummary).parse(snapshot.summary, set()), holdings=merge_lots(rows)
    )


BALANCES = {(scene.portfolio, scene.is_off_hours): name for name, scene in SCENES.items()}
"""A scene for each balance: most differ in how KIS answers only."""


@pytest.mark.parametrize("scene", BALANCES.values())
def test_every_balance_of_the_simulator_reconciles(scene: str) -> None:
    seeds = (SimulatorOptions().seed, 2, 77)
    for is_paper, seed, hours in product((False, True), seeds, (0, 7, 31)):
        account = scene_balance(scene, seed=seed, is_paper=is_paper, hours=hours)
        assert differences(account) == {}
        expected = [name for name in ALL if scene != "credit" or name != "total"]
        assert names(account) == expected
