"""Fitting columns into a width."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kistui import i18n
from kistui.formatting.cells import Cell, Role, display_width, plain_text
from kistui.formatting.holding_columns import HOLDING_COLUMNS
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.table import Column, Row, Table
from kistui.formatting.values import AMOUNT_MASK
from kistui.models.balance import Balance, BalanceSummary, Holding, Lot
from kistui.models.load_state import Loaded
from kistui.models.markets import MARKET_BY_CURRENCY, ExchangeRate, Market
from kistui.models.overseas import OverseasBalance, OverseasHolding, TradeDateLot
from tests.support import MORNING

KO = i18n.load_translations("ko")
WON = st.integers(-(10**18), 10**18) | st.integers(-1000, 1000)
WHOLE = WON.map(Decimal)
# Numbers with any number of decimals, and in exponent form.
NUMBERS = st.builds(lambda number, places: Decimal(number).scaleb(places), WON, st.integers(-8, 3))
ZEROS = st.sampled_from([Decimal(zero) for zero in ("0", "-0", "0.00", "-0.00", "-0.04", "0E+3")])
DECIMALS = st.one_of(NUMBERS, ZEROS, WHOLE)
TEXTS = st.text(alphabet="aZ 0가힣Ａ…\u0301", max_size=8)
QUANTITIES = st.one_of(st.none(), st.just(0), st.integers(0, 10**9))
DOMESTIC_HOLDINGS = st.builds(
    Holding,
    code=TEXTS | st.none(),
    name=TEXTS | st.none(),
    quantity=QUANTITIES,
    sellable_quantity=QUANTITIES,
    average_price=st.none() | NUMBERS.map(abs),
    purchase_amount=st.none() | WON.map(abs),
    price=st.none() | NUMBERS.map(abs),
    day_rate=st.none() | DECIMALS,
    day_change=st.none() | DECIMALS,
    valuation=st.none() | WON,
    profit_loss=st.none() | WON,
    profit_rate=st.none() | DECIMALS,
    weight=st.none() | DECIMALS,
    lots=st.integers(0, 12).map(lambda lots: (Lot(),) * lots),
)
OVERSEAS_HOLDINGS = st.builds(
    OverseasHolding,
    code=TEXTS | st.none(),
    name=TEXTS | st.none(),
    market=st.sampled_from([*Market][1:]),
    currency=st.sampled_from([*MARKET_BY_CURRENCY, "EUR", ""]),
    quantity=st.none() | ZEROS | NUMBERS.map(abs),
    average_price=st.none() | DECIMALS,
    price=st.none() | DECIMALS,
    purchase_amount=st.none() | DECIMALS,
    valuation=st.none() | DECIMALS,
    profit_loss=st.none() | DECIMALS,
    profit_rate=st.none() | DECIMALS,
    exchange_rate=st.sampled_from([None, ExchangeRate(Decimal("1468.4"))]),
    weight=st.none() | DECIMALS,
    lots=st.integers(1, 2).map(lambda lots: (TradeDateLot(),) * lots),
)
BALANCES = st.builds(
    lambda domestic, overseas: Balance(
        summary=BalanceSummary(),
        holdings=tuple(domestic),
        overseas=Loaded(OverseasBalance(holdings=tuple(overseas)), MORNING),
    ),
    st.lists(DOMESTIC_HOLDINGS, max_size=6),
    st.just([]) | st.lists(OVERSEAS_HOLDINGS, max_size=6),
)
VIEW_STATES = st.builds(
    HoldingsViewState,
    sort_column=st.sampled_from([None, *(column.name for column in HOLDING_COLUMNS)]),
    query=st.sampled_from(["", "a", "!ㄱ", "가"]),
    show_sold_out=st.booleans(),
    market=st.sampled_from([None, Market.KR, Market.US]),
)


@given(BALANCES, VIEW_STATES, st.booleans(), st.integers(20, 250))
def test_numbers_stay_whole_and_lines_equally_wide(
    balance: Balance, view_state: HoldingsViewState, hidden: bool, width: int
) -> None:
    table = HoldingsTable(balance, KO, view_state, amounts_hidden=hidden)
    layout, wide_layout = table.lay_out(width), table.lay_out(10_000)
    lines = [layout.header, *layout.rows, layout.total_row]
    wide_lines = [wide_layout.header, *wide_layout.rows, wide_layout.total_row]
    assert len({display_width(plain_text(line)) for line in lines}) == 1
    for line, wide_line in zip(lines, wide_lines, strict=True):
        wide_texts = [cell.text.strip() for cell in wide_line]
        for cell in line:
            text = cell.text.strip()
            assert text in wide_texts or text.endswith("…")


ROLES = list(Role)
COLUMN_LISTS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 20), st.none() | st.integers(1, 12)),
    min_size=1,
    max_size=8,
)


def build_table(declarations: list[tuple[int, int, int | None]]) -> Table:
    """Return a table of one row whose cells have the given widths, and each a role of its own."""
    columns = [
        Column(str(index), drop_priority=priority, is_text=least is not None, min_width=least)
        for index, (priority, _, least) in enumerate(declarations)
    ]
    row = Row(
        Cell("9" * width, role) for (_, width, _), role in zip(declarations, ROLES, strict=False)
    )
    return Table(columns, Row([Cell("")] * len(columns)), [row], ["row"])


@given(COLUMN_LISTS, st.integers(1, 200))
def test_columns_drop_by_priority_until_the_others_fit(
    declarations: list[tuple[int, int, int | None]], width: int
) -> None:
    row = build_table(declarations).lay_out(width).render_row(0)
    shown_columns = [ROLES.index(cell.role) for cell in row]
    by_priority = sorted(range(len(declarations)), key=lambda index: -declarations[index][0])
    assert shown_columns == sorted(by_priority[len(declarations) - len(shown_columns) :])
    if any(declarations[index][0] for index in shown_columns):
        assert display_width(plain_text(row)) <= width


def test_gaps_narrow_and_names_shrink_before_a_column_drops() -> None:
    table = build_table([(0, 12, 6), (1, 5, None), (2, 4, None)])
    widths = {width: [cell.width for cell in table.lay_out(width).render_row(0)] for width in
              (27, 26, 24, 18, 17, 13, 12, 5)}  # fmt: skip
    assert widths[27] == [14, 7, 6]
    assert widths[26] == widths[24] == [13, 6, 5]
    assert widths[18] == [7, 6, 5]
    assert widths[17] == [11, 6]
    assert widths[13] == [7, 6]
    assert widths[12] == [12]
    assert widths[5] == [5]


def test_the_title_of_a_total_is_never_truncated() -> None:
    columns = [Column("name", is_text=True, min_width=2), Column("amount", drop_priority=1)]
    total = [Cell("total of 12"), Cell("1,000")]
    table = Table(
        columns,
        Row([Cell("name"), Cell("amount")]),
        [Row([Cell("n" * 30), Cell("1")])],
        ["a"],
        totals=[Row(total)],
    )
    assert plain_text(table.lay_out(19).total_row) == "total of 12  1,000 "
    assert plain_text(table.lay_out(18).total_row).strip() == "total of 12"


def test_the_last_line_has_whole_blocks_and_room_for_a_scroll_bar() -> None:
    blocks = (Cell("Net deposits 3,500"),), (Cell("Return -1.74%*"),)
    table = Table([Column("name")], Row([Cell("name")]), [], [], footer=blocks)
    assert plain_text(table.lay_out(37).total_row) == "Net deposits 3,500   Return -1.74%*"
    assert plain_text(table.lay_out(36).total_row) == "Net deposits 3,500"
    assert plain_text(table.lay_out(16).total_row) == "Net deposits…"


def test_an_optional_total_is_left_out_where_a_title_needs_its_room() -> None:
    columns = (
        Column("name", is_text=True, min_width=4),
        Column("price", has_optional_total=True, drop_priority=1),
        Column("value"),
    )
    total = Row((Cell("Hong Kong"), Cell("rate 187"), Cell("9")))
    rows = [Row((Cell("Tencent"), Cell("602.44"), Cell("9"))), total]
    table = Table(columns, Row((Cell("N"), Cell("P"), Cell("V"))), rows, ["a", "b"], totals=[total])
    narrow, wide = table.lay_out(14), table.lay_out(40)
    assert [plain_text(line).split() for line in narrow.rows] == [
        ["Ten…", "602.44", "9"],
        ["Hong", "Kong", "9"],
    ]
    assert "rate 187" not in plain_text(narrow.total_row)
    assert "602.44" in plain_text(wide.render_row(0))


def test_hiding_amounts_masks_figures_and_no_words() -> None:
    column = Column("amount", is_sensitive=True)
    for text in ("undecided", "-", ""):
        assert column.mask(Cell(text), amounts_hidden=True).text == text
    for text in ("1,234", "▲ 5", "0"):
        assert column.mask(Cell(text), amounts_hidden=True).text == AMOUNT_MASK
        assert column.mask(Cell(text), amounts_hidden=False).text == text
