"""The allocation of assets: every won has its part, and the bar shows every part."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui import i18n
from kistui.formatting.allocation import (
    accounts_allocation_lines,
    allocation_bar,
    missing_shares_text,
    stacked_bar_lines,
    stacked_parts,
)
from kistui.formatting.ascii import to_ascii
from kistui.formatting.boxes import FILLS, bar_widths
from kistui.formatting.cells import Line, Role, display_width, line_width, plain_text
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.allocation import (
    LARGEST_ITEMS,
    Allocation,
    AllocationGrouping,
    AllocationPart,
    OtherPart,
    allocate_balance,
)
from kistui.models.asset_classes import AssetCategory
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, LoadState, NotLoaded
from kistui.models.markets import Market
from kistui.models.overseas import (
    OverseasBalance,
    OverseasTotals,
    TradeDateLot,
    merge_overseas_lots,
)
from kistui.models.totals import AccountOverview, Scope, compute_headline, with_overseas
from tests.support import MORNING, make_balance, make_lot

KO, EN = i18n.load_translations("ko"), i18n.load_translations("en")
BAR_GROUPINGS = AllocationGrouping.MARKET, AllocationGrouping.ITEM
VALUES = st.lists(st.integers(1, 10**9), max_size=15)


def account(won: list[int], dollars: list[int], *, cash: int = 800_000) -> Balance:
    lots = [make_lot(code=str(index), name=f"N{index}", valuation=value)
            for index, value in enumerate(won)]  # fmt: skip
    domestic = make_balance(*lots, total_value=sum(won) + cash, valuation=sum(won))
    rows = [
        TradeDateLot(
            code=f"T{index}", name=f"T{index}", currency="USD", quantity=Decimal(1),
            price=Decimal(1), base_rate=Decimal(1300), rate_unit=Decimal(1),
            valuation=Decimal(value), purchase_amount=Decimal(value), profit_loss=Decimal(0),
        )
        for index, value in enumerate(dollars)
    ]  # fmt: skip
    totals = OverseasTotals(foreign_currency_balance=Decimal(0))
    overseas = OverseasBalance(holdings=merge_overseas_lots([rows]), totals=totals)
    return with_overseas(domestic, Loaded(overseas, MORNING))


@given(VALUES, VALUES, st.sampled_from(BAR_GROUPINGS), st.integers(20, 200))
def test_the_parts_add_up_to_the_total(
    won: list[int], dollars: list[int], grouping: AllocationGrouping, width: int
) -> None:
    balance = account(won, dollars)
    allocation = allocate_balance(balance, grouping)
    assert (
        sum(part.amount or 0 for part in allocation.parts)
        == compute_headline(balance).total_value.complete_amount
    )
    assert line_width(allocation_bar(allocation, width)) == width
    assert all(line_width(line) <= width for line in stacked_bar_lines(allocation, KO, width)[1:])
    if grouping is AllocationGrouping.ITEM:
        assert len(allocation.parts) <= LARGEST_ITEMS + 2


@given(st.lists(st.integers(-(10**9), 10**12), max_size=12), st.integers(12, 200))
def test_every_part_has_a_column(amounts: list[int], width: int) -> None:
    widths = bar_widths(amounts, width)
    assert sum(widths) == (width if any(amount > 0 for amount in amounts) else 0)
    assert all(
        (columns > 0) == (amount > 0) for columns, amount in zip(widths, amounts, strict=True)
    )


def test_the_legend_has_the_order_of_the_bar_and_neighbours_differ_without_colour() -> None:
    allocation = allocate_balance(
        account([5_000_000, 3_000_000], [4000]), AllocationGrouping.MARKET
    )
    assert [part.kind for part in stacked_parts(allocation)] == [
        Market.KR,
        Market.US,
        OtherPart.CASH,
    ]
    bar, legend = (plain_text(line) for line in stacked_bar_lines(allocation, KO, 60))
    assert [legend.index(name) for name in ("국내", "미국", "현금")] == sorted(
        legend.index(name) for name in ("국내", "미국", "현금")
    )
    assert len(set(bar)) == len(set(to_ascii(bar))) == 3
    assert not {cell.role for cell in allocation_bar(allocation, 60)} & {Role.GAIN, Role.LOSS}


def test_an_unknown_allocation_has_no_bar_and_debt_no_column() -> None:
    unpriced = make_balance(make_lot(price=Decimal(0), valuation=0))
    arriving = replace(account([5], [5]), is_complete=False)
    for balance in (unpriced, arriving):
        assert allocate_balance(balance, AllocationGrouping.MARKET).parts == ()
    owing = allocate_balance(account([1_000_000], [], cash=-100_000), AllocationGrouping.MARKET)
    assert [part.amount for part in owing.parts] == [1_000_000, -100_000]
    assert len(allocation_bar(owing, 40)) == 1


def test_rows_that_contradict_the_sum_of_kis_take_nothing_from_the_cash() -> None:
    lots = [make_lot(code=code, valuation=750_000) for code in ("005930", "000660")]
    balance = make_balance(*lots, total_value=1_750_000, securities_value=750_000)
    allocation = allocate_balance(balance, AllocationGrouping.MARKET)
    assert [part.amount for part in allocation.parts] == [1_500_000, 1_000_000]
    assert [part.share for part in allocation.parts] == [60, 40]
    assert (allocation.total, allocation.difference) == (2_500_000, -750_000)


def test_an_overseas_total_without_rows_is_neither_cash_nor_zero() -> None:
    totals = OverseasTotals(
        valuation=302_000, purchase_amount=300_000, foreign_currency_balance=Decimal(500_000)
    )
    domestic = make_balance(make_lot(valuation=750_000), total_value=1_750_000, valuation=750_000)
    balance = with_overseas(domestic, Loaded(OverseasBalance(totals=totals), MORNING))
    for grouping in BAR_GROUPINGS:
        allocation = allocate_balance(balance, grouping)
        amounts = {part.kind: part.amount for part in allocation.parts}
        assert (amounts[Market.OTHER], amounts[OtherPart.CASH]) == (302_000, 1_500_000)
        assert allocation.total == 2_552_000
    by_currency = allocate_balance(balance, AllocationGrouping.CURRENCY)
    assert by_currency.total == 2_552_000
    assert {part.kind: part.amount for part in by_currency.parts} == {
        "KRW": 1_750_000,
        "": 802_000,
    }


def test_without_assets_the_reason_is_not_an_unknown_value() -> None:
    empty = make_balance(total_value=0, securities_value=0, valuation=0)
    allocation = allocate_balance(empty, AllocationGrouping.MARKET)
    assert missing_shares_text(allocation, EN) == EN("allocation.no_assets")
    debt = Allocation(
        by=AllocationGrouping.CLASS,
        parts=(AllocationPart(AssetCategory.STOCKS, -5, Decimal(100)),),
        total=-5,
    )
    assert missing_shares_text(debt, EN) == ""  # KIS's own shares are shown
    unknown = make_balance(make_lot(valuation=None), total_value=1_750_000)
    allocation = allocate_balance(unknown, AllocationGrouping.MARKET)
    assert missing_shares_text(allocation, EN) == EN("allocation.shares_unknown")


def test_without_the_overseas_part_it_is_of_the_domestic_assets() -> None:
    allocation = allocate_balance(make_balance(make_lot()), AllocationGrouping.ITEM)
    assert allocation.scope is Scope.DOMESTIC
    assert [part.kind for part in stacked_parts(allocation)] == ["삼성전자", OtherPart.CASH]


def test_parts_differ_without_colour_and_in_ascii() -> None:
    largest = len(Market) + 1, LARGEST_ITEMS + 2  # all markets and cash, or all items
    assert len(FILLS) >= max(largest)
    assert len(set(FILLS)) == len(set(to_ascii(FILLS))) == len(FILLS)
    assert all(display_width(fill) == display_width(to_ascii(fill)) == 1 for fill in FILLS)
    assert to_ascii(FILLS).isascii()
    prices = list(range(1_000, 13_000, 1_000))
    allocation = allocate_balance(account(prices, [4000]), AllocationGrouping.ITEM)
    bar = plain_text(allocation_bar(allocation, 200))
    assert len(set(bar)) == len(set(to_ascii(bar))) == len(allocation.parts)


BAR_ROLES = {Role.BAR, Role.BAR_ALT}


def overview(
    name: str, state: LoadState[Balance], environment: Environment = Environment.REAL
) -> AccountOverview:
    number = AccountNumber(f"{sum(map(ord, name)):08}")
    return AccountOverview(Profile(name, environment, number), state)


def loaded(won: list[int], dollars: list[int]) -> LoadState[Balance]:
    return Loaded(account(won, dollars), MORNING)


def bar(line: Line) -> str:
    return "".join(cell.text for cell in line if cell.role in BAR_ROLES)


def lines_of(accounts: Sequence[AccountOverview], width: int = 76) -> list[str]:
    return list(map(plain_text, accounts_allocation_lines(accounts, KO, width)))


ACCOUNTS = [
    overview("main", loaded([3_000_000, 2_000_000], [1_000])),
    overview("isa", loaded([], [2_000])),
    overview("try", loaded([9_000_000], []), Environment.PAPER),
]


def test_real_accounts_have_a_bar_each_and_a_total_but_paper_ones_none() -> None:
    lines = lines_of(ACCOUNTS)
    assert [line.split()[0] for line in lines] == ["main", "isa", "합계", "█"]
    assert lines[2].endswith("100.0%")
    assert "국내" in lines[3]
    assert "현금" in lines[3]


def test_a_market_has_the_same_fill_in_every_bar() -> None:
    main, isa, total, _ = accounts_allocation_lines(ACCOUNTS, KO, 76)
    # Won, dollars and cash: the second account has no won.
    assert set(bar(main)) == set(bar(total))
    assert set(bar(isa)) == set(bar(total)) - {"█"}


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=5), st.integers(50, 200))
def test_the_bars_add_up_to_that_of_the_total(values: list[int], width: int) -> None:
    accounts = [
        overview(f"a{index}", loaded([value * 1000], [])) for index, value in enumerate(values)
    ]
    lines = accounts_allocation_lines(accounts, KO, width)
    *bars, total = [len(bar(line)) for line in lines[: len(values) + 1]]
    assert abs(sum(bars) - total) <= len(values)
    assert all(line_width(line) <= width for line in lines)


def test_an_account_that_is_not_known_in_full_has_a_dash() -> None:
    partial = account([5], [])
    assert isinstance(partial.overseas, Loaded)
    states = (NotLoaded(), Loaded(replace(partial, is_complete=False), MORNING),
              Loaded(replace(partial, overseas=Failed(KeyError(), MORNING, None)), MORNING))  # type: ignore[arg-type]  # fmt: skip
    for state in states:
        lines = lines_of([ACCOUNTS[0], overview("isa", state)])
        assert lines[1].split() == ["isa", "-"]
        assert "합계" not in lines[2]
        lines = lines_of([*ACCOUNTS[:2], overview("etc", state)])
        assert lines[3].startswith("합계 2/3 ")


@pytest.mark.parametrize("accounts", [[], [overview("main", NotLoaded())]])
def test_without_figures_there_is_nothing(accounts: list[AccountOverview]) -> None:
    assert lines_of(accounts) == []


def test_a_demo_without_real_accounts_is_shown() -> None:
    lines = lines_of(ACCOUNTS[2:])
    assert [line.split()[0] for line in lines] == ["try", "█"]
    assert "100.0%" in lines[0]
