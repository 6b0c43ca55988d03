"""The holdings table in every width: whole columns, whole numbers, totals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.formatting.cells import display_width, plain_text
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from tests.support import load_app_translations, make_balance, make_lot

KO, EN = load_app_translations("ko"), load_app_translations("en")
BOTH = pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])


def table_text(account: Balance, width: int, t: Translations = KO) -> list[str]:
    table = HoldingsTable(account, t).lay_out(width)
    return [plain_text(line) for line in (table.header, *table.rows, table.total_row)]


ACCOUNT = make_balance(
    make_lot(),
    make_lot(code="000660", name="SK하이닉스", price=Decimal(214_500), valuation=12_870_000,
        purchase_amount=13_000_000, profit_loss=-130_000, profit_rate=Decimal("-1.00"),
        average_price=Decimal("216666.6667"), quantity=60, sellable_quantity=60),
)  # fmt: skip


def test_wide_table_has_every_column() -> None:
    header = table_text(ACCOUNT, 118)[0]
    for title in ("코드", "종목", "수량", "매도가능", "매입단가", "현재가", "평가금액", "평가손익",
                  "수익률", "비중"):  # fmt: skip
        assert title in header


def test_narrow_tables_drop_whole_columns() -> None:
    wide = set(table_text(ACCOUNT, 200)[2].split())
    for width in range(20, 200):
        lines = table_text(ACCOUNT, width)
        assert len({display_width(line) for line in lines}) == 1, "ragged"
        for word in lines[2].split():
            assert word in wide or "…" in word or word in "SK하이닉스", (width, word)


@pytest.mark.parametrize("width", [40, 60, 76, 118])
def test_the_table_fits_its_width(width: int) -> None:
    assert all(display_width(line) <= width for line in table_text(ACCOUNT, width))


def test_main_columns_fit_80_columns() -> None:
    header = table_text(ACCOUNT, 75)[0]
    for title in (
        "종목", "현재가", "등락률", "당일손익*", "평가금액", "평가손익", "수익률",
    ):  # fmt: skip
        assert title in header


def test_total_row_has_sums_and_a_count() -> None:
    total = table_text(ACCOUNT, 118)[-1]
    assert "합계 2종목" in total
    assert "13,620,000" in total
    assert "▼ 80,000" in total
    assert "-0.58%" in total
    assert "100.0%" in total


def test_lots_are_merged_into_one_row() -> None:
    lines = table_text(make_balance(make_lot(), make_lot(trade_kind="자기융자")), 160)
    assert "삼성전자 (2건)" in lines[1]
    assert len(lines) == 3


def test_sold_out_holdings_show_on_demand_and_never_count() -> None:
    account = make_balance(
        make_lot(), make_lot(code="1", quantity=0, purchase_amount=0, valuation=0)
    )
    assert len(HoldingsTable(account, KO)) == 1
    assert len(HoldingsTable(account, KO, HoldingsViewState(show_sold_out=True))) == 2
    assert "합계 1종목" in table_text(account, 118)[-1]


def test_missing_price_leaves_row_and_total_unavailable() -> None:
    lines = table_text(
        make_balance(make_lot(), make_lot(code="1", price=Decimal(0), valuation=0)), 118
    )
    assert "-100" not in lines[2]
    assert lines[2].split().count("-") >= 4
    assert "▲" not in lines[-1]


@given(st.text(max_size=50), st.integers(min_value=30, max_value=160))
def test_any_name_keeps_the_columns_aligned(raw: str, width: int) -> None:
    from kistui.models.text import clean_text

    account = make_balance(make_lot(name=clean_text(raw)), make_lot(code="2"))
    assert len({display_width(line) for line in table_text(account, width)}) == 1
