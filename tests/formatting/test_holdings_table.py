"""Sorting, filtering and totals of the holdings table."""

import gc
import re
from decimal import Decimal
from itertools import pairwise
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui import i18n
from kistui.formatting.cells import display_width, plain_text
from kistui.formatting.holding_columns import HOLDING_COLUMNS, TABLE_COLUMNS, find_column
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import (
    HoldingsViewState,
    cycle_sort_column,
    filter_and_sort,
    reverse_sort,
    toggle_grouping,
)
from kistui.formatting.values import format_change, format_number
from kistui.models.arithmetic import sum_or_none
from kistui.models.balance import Balance, BalanceSummary, Holding
from kistui.models.load_state import Loaded
from kistui.models.markets import ExchangeRate, Market
from kistui.models.overseas import OverseasBalance, OverseasHolding
from kistui.models.totals import AnyHolding, with_overseas
from tests.support import MORNING, make_balance, make_lot

KO, EN = i18n.load_translations("ko"), i18n.load_translations("en")
NAMES = [column.name for column in HOLDING_COLUMNS]

HOLDINGS = st.lists(
    st.builds(
        Holding,
        code=st.sampled_from(["005930", "000660", "0001A0", "Q500001", "", None]),
        name=st.sampled_from(["삼성전자", "SK하이닉스", "KODEX 200", "kodex 20", "", None]),
        quantity=st.sampled_from([0, 1, 10, None]),
        valuation=st.one_of(st.none(), st.integers(-(10**12), 10**12)),
        purchase_amount=st.one_of(st.none(), st.integers(0, 10**12)),
        profit_loss=st.one_of(st.none(), st.integers(-(10**12), 10**12)),
        price=st.one_of(st.none(), st.decimals(0, 10**6, places=2)),
        day_change=st.one_of(st.none(), st.decimals(-(10**4), 10**4, places=0)),
        profit_rate=st.one_of(st.none(), st.decimals(-100, 10**3, places=2)),
    ),
    max_size=12,
)
VIEW_STATES = st.builds(
    HoldingsViewState,
    sort_column=st.sampled_from([None, *NAMES]),
    descending=st.booleans(),
    query=st.sampled_from(["", "!", "ㅅㅅ", "sk", "!kodex", "0", "없음"]),
    show_sold_out=st.booleans(),
)


def balance_of(holdings: list[Holding]) -> Balance:
    return Balance(summary=BalanceSummary(), holdings=tuple(holdings))


def ids(holdings: tuple[AnyHolding, ...]) -> list[int]:
    return [id(holding) for holding in holdings]


@given(HOLDINGS, VIEW_STATES)
def test_sorting_keeps_all_holdings_and_puts_unknown_and_sold_out_last(
    holdings: list[Holding], view_state: HoldingsViewState
) -> None:
    account = balance_of(holdings)
    shown = filter_and_sort(account, view_state).holdings
    plain = HoldingsViewState(query=view_state.query, show_sold_out=view_state.show_sold_out)
    assert sorted(ids(shown)) == sorted(ids(filter_and_sort(account, plain).holdings))
    sold_out = [holding.is_sold_out for holding in shown]
    assert sold_out == sorted(sold_out)
    column = find_column(view_state.sort_column)
    if column is None:
        return
    for is_sold_out in (False, True):
        values = [column.value_of(row) for row in shown if row.is_sold_out is is_sold_out]
        missing = [value in {None, ""} for value in values]
        assert missing == sorted(missing)
        known = [value for value in values if isinstance(value, int | Decimal)]
        assert known == sorted(known, reverse=view_state.descending)


@given(HOLDINGS, st.sampled_from(NAMES), st.booleans())
def test_sorting_is_stable(holdings: list[Holding], name: str, descending: bool) -> None:
    account = balance_of(holdings)
    index_by_id = {id(holding): index for index, holding in enumerate(holdings)}
    shown = filter_and_sort(
        account, HoldingsViewState(sort_column=name, descending=descending)
    ).holdings
    column = find_column(name)
    assert column is not None
    for before, after in pairwise(shown):
        if column.value_of(before) == column.value_of(after):
            assert index_by_id[id(before)] < index_by_id[id(after)]


@given(HOLDINGS, st.sampled_from(["ㅅㅅ", "sk", "kodex", "0", "없음"]), st.booleans())
def test_a_query_and_its_negation_partition_the_holdings(
    holdings: list[Holding],
    query: str,
    with_sold_out: bool,
) -> None:
    account = balance_of(holdings)
    matching, excluded, everything = (
        filter_and_sort(account, HoldingsViewState(query=search, show_sold_out=with_sold_out))
        for search in (query, f"!{query}", "")
    )
    assert sorted(ids(matching.holdings) + ids(excluded.holdings)) == sorted(
        ids(everything.holdings)
    )
    assert (
        matching.unfiltered_count
        == excluded.unfiltered_count
        == everything.unfiltered_count
        == len(everything.holdings)
    )
    assert matching.is_filtered
    assert not everything.is_filtered


@given(HOLDINGS, VIEW_STATES)
def test_total_is_the_sum_of_the_rows_shown(
    holdings: list[Holding], view_state: HoldingsViewState
) -> None:
    account = balance_of(holdings)
    table = HoldingsTable(account, KO, view_state).lay_out(200)
    shown = [
        holding
        for holding in filter_and_sort(account, view_state).holdings
        if not holding.is_sold_out
    ]
    total = plain_text(table.total_row)
    assert format_number(sum_or_none(holding.valuation_won for holding in shown)).text in total
    assert format_change(sum_or_none(holding.profit_loss_won for holding in shown)).text in total
    count = (
        f"{len(shown)}/{len(account.open_holdings)}" if view_state.is_filtered else f"{len(shown)}"
    )
    assert f"합계 {count}종목" in total


def names(account: Balance, view_state: HoldingsViewState) -> list[str | None]:
    return [holding.name for holding in filter_and_sort(account, view_state).holdings]


def test_names_sort_naturally_and_ignore_case() -> None:
    account = balance_of([Holding(name=name) for name in ("kodex 1000", "삼성", "KODEX 200")])
    ascending = HoldingsViewState(sort_column="name", descending=False)
    assert names(account, ascending) == ["KODEX 200", "kodex 1000", "삼성"]
    assert names(account, reverse_sort(ascending)) == ["삼성", "kodex 1000", "KODEX 200"]


def test_sort_columns_cycle_through_kis_order() -> None:
    view_state, columns = HoldingsViewState(), []
    for _ in range(len(HOLDING_COLUMNS) + 1):
        view_state = cycle_sort_column(view_state, 1)
        columns.append(view_state.sort_column)
        column = find_column(view_state.sort_column)
        assert view_state.descending is not (column is not None and column.is_text)
    assert columns == [*NAMES, None]
    assert cycle_sort_column(HoldingsViewState(), -1).sort_column == NAMES[-1]
    assert cycle_sort_column(HoldingsViewState(sort_column="gone"), 1).sort_column == NAMES[0]


def test_sort_cycle_is_limited_to_visible_columns() -> None:
    view_state, columns = HoldingsViewState(visible_columns=("price", "weight")), []
    for _ in range(4):
        view_state = cycle_sort_column(view_state, 1)
        columns.append(view_state.sort_column)
    assert columns == ["name", "price", "weight", None]


def test_kis_order_cannot_be_reversed() -> None:
    assert reverse_sort(HoldingsViewState()) == HoldingsViewState()
    assert not reverse_sort(HoldingsViewState(sort_column="price")).descending


ACCOUNT = make_balance(
    make_lot(),
    make_lot(code="000660", name="SK하이닉스", price=Decimal(214_500), valuation=12_870_000,
        purchase_amount=13_000_000, profit_loss=-130_000, profit_rate=Decimal("-1.00")),
)  # fmt: skip


ACCOUNT_WITH_OVERSEAS = with_overseas(
    ACCOUNT,
    Loaded(
        OverseasBalance(
            holdings=tuple(
                OverseasHolding(
                    code=code, name=code, market=market, currency=currency,
                    quantity=Decimal(quantity),
                    average_price=Decimal(price), price=Decimal(price), valuation=Decimal(value),
                    purchase_amount=Decimal(1000), profit_loss=Decimal(value) - 1000,
                    exchange_rate=ExchangeRate(Decimal(rate)),
                )
                for code, market, currency, quantity, price, value, rate in (
                    ("TSLA", Market.US, "USD", "12.371285", "397.68", "9000", "1400"),
                    ("KO", Market.US, "USD", "35", "63.2", "900", "1400"),
                    ("00700", Market.HK, "HKD", "100", "603.7", "800", "190"),
                )
            )
        ),
        MORNING,
    ),
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("descending", [True, False])
def test_header_marks_the_sorted_column(name: str, *, descending: bool) -> None:
    view_state = HoldingsViewState(sort_column=name, descending=descending)
    title = KO(f"column.{name}") + ("*" if name == "day_profit" else "")
    for width in range(30, 160, 7):
        table = HoldingsTable(ACCOUNT, KO, view_state).lay_out(width)
        lines = [table.header, *table.rows, table.total_row]
        assert len({display_width(plain_text(line)) for line in lines}) == 1
        marks = plain_text(table.header).count("▼" if descending else "▲")
        assert marks == (title in plain_text(table.header))
        assert not [cell for cell in table.header if "…" in cell.text]


def test_filtered_weight_is_relative_to_all_holdings() -> None:
    table = HoldingsTable(ACCOUNT, EN, HoldingsViewState(query="sk")).lay_out(200)
    assert "Total of 1/2" in plain_text(table.total_row)
    assert "94.5%" in plain_text(table.total_row)


def test_visible_columns_always_include_the_name() -> None:
    table = HoldingsTable(ACCOUNT, KO, HoldingsViewState(visible_columns=("price",))).lay_out(200)
    assert plain_text(table.header).split() == ["종목", "현재가"]
    assert "SK하이닉스" in plain_text(table.render_row(1))
    table = HoldingsTable(ACCOUNT, KO, HoldingsViewState(visible_columns=())).lay_out(40)
    assert plain_text(table.header).split() == ["종목"]


def test_day_profit_is_marked() -> None:
    wide = HoldingsTable(ACCOUNT, KO).lay_out(200)
    assert "당일손익*" in plain_text(wide.header)
    assert "▲ 10,000" in plain_text(wide.render_row(0))
    assert "▲ 20,000" in plain_text(wide.total_row)


@pytest.mark.parametrize("balance", [ACCOUNT, ACCOUNT_WITH_OVERSEAS], ids=["domestic", "overseas"])
def test_the_day_change_is_shown_in_80_columns(balance: Balance) -> None:
    header = plain_text(HoldingsTable(balance, KO).lay_out(75).header)
    for title in ("종목", "등락률", "당일손익*", "평가금액", "평가손익", "수익률"):
        assert title in header
    assert "외화" not in header


def test_foreign_columns_are_shown_only_with_foreign_rows() -> None:
    titles = ("외화평가", "외화손익")
    for state, is_foreign in (
        (HoldingsViewState(), True),
        (HoldingsViewState(market=Market.US), True),
        (HoldingsViewState(market=Market.KR), False),
        (HoldingsViewState(query="삼성"), False),
    ):
        header = plain_text(HoldingsTable(ACCOUNT_WITH_OVERSEAS, KO, state).lay_out(250).header)
        assert all((title in header) is is_foreign for title in titles), state
    # KIS sends no day change for overseas holdings: their room is for what it sends.
    header = plain_text(
        HoldingsTable(ACCOUNT_WITH_OVERSEAS, KO, HoldingsViewState(market=Market.US))
        .lay_out(110)
        .header
    )
    assert "외화평가" in header
    assert "당일손익" not in header


def test_decimals_of_a_currency_are_aligned() -> None:
    table = HoldingsTable(ACCOUNT_WITH_OVERSEAS, KO, HoldingsViewState(market=Market.US)).lay_out(
        250
    )
    tesla, cola = (table.render_row(index) for index in (1, 2))
    for name in ("average_price", "price"):
        index = [column.name for column in TABLE_COLUMNS if column.name in SHOWN_US].index(name)
        tesla_cell, cola_cell = (cells[index].text for cells in (tesla, cola))
        assert len(tesla_cell) == len(cola_cell)
        assert tesla_cell.index(".") == cola_cell.index(".")
    assert "63.20" in plain_text(cola)


SHOWN_US = {column.name for column in TABLE_COLUMNS} - {"day_rate", "day_profit"}


def test_bars_show_the_weight_and_both_sides_of_the_profit() -> None:
    rows = [plain_text(line) for line in HoldingsTable(ACCOUNT_WITH_OVERSEAS, KO).lay_out(250).rows]
    gain = next(row for row in rows if "삼성전자" in row)
    loss = next(row for row in rows if "SK하이닉스" in row)
    assert re.search(r"│[█▌]", gain)
    assert re.search(r"[█▐]│", loss)
    hidden = HoldingsTable(ACCOUNT_WITH_OVERSEAS, KO, amounts_hidden=True).lay_out(250)
    text = "".join(plain_text(line) for line in hidden.rows)
    assert "█" in text  # the weight stays
    assert "│" not in text


def test_a_table_is_freed_with_its_last_use() -> None:
    """A cycle of its rows with it would keep all figures of a balance until it is collected."""
    table = HoldingsTable(ACCOUNT_WITH_OVERSEAS, KO)
    following = HoldingsTable(ACCOUNT_WITH_OVERSEAS, KO, previous=table)
    for _ in following.lay_out(200).rows:
        pass
    references = [ref(table), ref(following)]
    gc.disable()
    try:
        del table, following
        assert [reference() for reference in references] == [None, None]
    finally:
        gc.enable()


def test_copied_rows_have_no_bars() -> None:
    texts = HoldingsTable(ACCOUNT_WITH_OVERSEAS, KO).lay_out(250).row_texts(1)
    assert "삼성전자" in texts
    assert not set("".join(texts)) & set("█▌▐│")


def test_one_ranking_over_all_markets_finds_the_largest_and_the_worst() -> None:
    ranking = toggle_grouping(HoldingsViewState())
    assert ranking.sort_column == "valuation"
    table = HoldingsTable(ACCOUNT_WITH_OVERSEAS, KO, ranking)
    values = [holding.valuation_won or 0 for holding in table.filtered.holdings]
    assert values == sorted(values, reverse=True)
    assert len({holding.market for holding in table.filtered.holdings}) > 1
    assert len(table) == len(values)  # no lines of markets between
    worst = replace(ranking, sort_column="profit_loss", descending=False)
    profits = [
        holding.profit_loss_won or 0
        for holding in HoldingsTable(ACCOUNT_WITH_OVERSEAS, KO, worst).filtered.holdings
    ]
    assert profits == sorted(profits)
    assert toggle_grouping(ranking).is_grouped
    assert HoldingsViewState.from_dict(ranking.to_dict()) == ranking


def test_total_of_no_matches_is_zero() -> None:
    table = HoldingsTable(ACCOUNT, KO, HoldingsViewState(query="없음"))
    assert len(table) == 0
    assert table.filtered.unfiltered_count == 2
    assert "합계 0/2종목" in plain_text(table.lay_out(80).total_row)


def test_adjacent_holdings_are_found_from_market_lines_too() -> None:
    overseas = OverseasHolding(code="TSLA", market=Market.US, currency="USD", quantity=Decimal(1))
    balance = with_overseas(ACCOUNT, Loaded(OverseasBalance(holdings=(overseas,)), MORNING))
    table = HoldingsTable(balance, KO)
    assert table.item_position("000660") == table.item_position("market:us") == (2, 3)
    assert table.item_position("market:kr") == (0, 3)
    assert table.adjacent_key("000660", 1) == table.adjacent_key("market:us", 1) == "us:TSLA"
    assert table.adjacent_key("us:TSLA", -1) == table.adjacent_key("market:us", -1) == "000660"
    assert table.adjacent_key("market:kr", -1) == table.adjacent_key("005930", -1) == "005930"
    assert table.adjacent_key("us:TSLA", 1) == "us:TSLA"
    assert HoldingsTable(balance_of([]), KO).adjacent_key(None, 1) is None


def test_a_part_of_the_holdings_has_no_weight_in_its_total_either() -> None:
    balance = make_balance(make_lot(), make_lot(code="000660"))
    for is_complete, weight in ((True, "100.0%"), (False, "-")):
        table = HoldingsTable(replace(balance, is_complete=is_complete), KO)
        assert plain_text(table.lay_out(400).total_row).split()[-1] == weight


def test_a_holding_without_a_name_is_called_by_its_code() -> None:
    table = HoldingsTable(make_balance(make_lot(code="000661", name=None)), KO).lay_out(60)
    assert table.row_texts(0)[0].strip() == "000661"
